import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at, listAt, textAt } from '../../support/graphql-answer.ts';
import { startStack } from '../../support/start-stack.ts';

const stack = await startStack();
afterAll(() => stack.stop());

const READER = 'dee@example.com';
const GROUPS = Array.from({ length: 10 }, (_, index) => `team-${index}`);
const LISTS = ['GET /api/applications', 'GET /api/groups', 'GET /api/roles', 'GET /api/users?apps=true'];

const grant = (target: { type: string; id: string }) =>
  stack.call('POST', '/api/auth/authorization', {
    subject: { type: 'USER', id: READER },
    target,
    access: ['READ'],
  });

let application: string;
beforeAll(async () => {
  await stack.call('PUT', `/api/users/${READER}`, { name: 'Dee', roles: [] });
  await stack.call('PUT', '/api/users/gus@example.com', { name: 'Gus', roles: [] });
  await stack.call('POST', '/api/roles', { name: 'clerk', permissions: ['READ_PROMPT'] });
  application = textAt(await stack.call('POST', '/api/applications', { name: 'shop' }), 'id');
  for (const id of GROUPS) {
    await stack.call('PUT', `/api/groups/${id}`, { description: id, roles: [] });
    await grant({ type: 'GROUP', id });
  }
  await grant({ type: 'USER', id: 'gus@example.com' });
  await grant({ type: 'ROLE', id: 'clerk' });
  await grant({ type: 'APPLICATION', id: application });
  await grant({ type: 'USER', id: `app:${application}` });
});

const whatIf = (changes: string) =>
  `{ whatIf(changes: [${changes}]) { differences { nodes { user { id } losses { rawTargetType target { id: rawId } access } } } } }`;

/** What somebody else loses on what is deleted. */
async function lossesOfReader(changes: string) {
  const nodes = listAt(await stack.data(whatIf(changes)), 'whatIf', 'differences', 'nodes');
  const node = nodes.find((one) => at(one, 'user', 'id') === READER);
  return listAt(node, 'losses').map((loss) => `${at(loss, 'rawTargetType')} ${at(loss, 'target', 'id')}`);
}

const on = (type: string, id: string) => `GET /api/auth/authorization/${type}/${id}?groupBy=subject`;

describe('whatIf of a deletion', () => {
  test.each([
    ['user', () => '{deleteUser: "gus@example.com"}', () => ['USER gus@example.com']],
    ['group', () => '{deleteGroup: "team-0"}', () => ['GROUP team-0']],
    ['role', () => '{deleteRole: "clerk"}', () => ['ROLE clerk']],
    [
      'application',
      () => `{deleteApplication: "${application}"}`,
      () => [`APPLICATION ${application}`, `USER app:${application}`],
    ],
  ])('foretells who loses a grant on the %s', async (_, change, losses) => {
    expect((await lossesOfReader(change())).sort()).toEqual(losses().sort());
  });

  test('reads four lists, and for each group the grants to it and on it', async () => {
    for (const ids of [GROUPS.slice(0, 1), GROUPS]) {
      const cost = await stack.cost(whatIf(ids.map((id) => `{deleteGroup: "${id}"}`).join(', ')));
      expect(cost).toEqual(
        [...LISTS, ...ids.flatMap((id) => [on('GROUP', id), `GET /api/groups/${id}/permissions`])].sort(),
      );
    }
  });
});
