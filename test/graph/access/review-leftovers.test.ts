import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FINDING_KINDS } from '../../../src/access/review/finding.ts';
import { at, listAt, textAt } from '../../support/graphql-answer.ts';
import { startStack } from '../../support/start-stack.ts';

const stack = await startStack();
afterAll(() => stack.stop());

const made = { application: '', kept: '', active: '', inactive: '' };

beforeAll(async () => {
  const put = (path: string, body: unknown) => stack.call('PUT', `/api${path}`, body);
  const post = (path: string, body?: unknown, token?: string) =>
    stack.call('POST', `/api${path}`, body, token);
  const creates = { name: 'Somebody', roles: ['USER'] };
  await put('/groups/ops', { description: 'Operations', roles: [] });
  await put('/users/ann', creates);
  await put('/users/gone', creates);
  const make = async (owner: string) =>
    textAt(await post('/applications', { name: `of ${owner}` }, await stack.as(owner)), 'id');
  made.application = await make('gone');
  made.kept = await make('ann');
  const key = async (id: string) => textAt(await post(`/applications/${id}/accessKeys`), 'id');
  made.active = await key(made.application);
  made.inactive = await key(made.application);
  await key(made.kept);
  await post(`/applications/${made.application}/accessKeys/${made.inactive}/status`);
  await put(`/applications/${made.kept}/tags`, [{ key: 'team', value: 'shop' }]);
  await post('/gateway/config/auth', {
    id: 'gateway',
    applicationId: made.kept,
    authenticationType: 'NONE',
  });
  await stack.call('DELETE', '/api/users/gone');
  for (const target of LISTED()) {
    await post('/auth/authorization', { subject: { type: 'USER', id: 'ghost' }, target, access: ['READ'] });
  }
  const nowhere = { type: 'APPLICATION', id: 'never' };
  await post('/auth/authorization', {
    subject: { type: 'GROUP', id: 'ops' },
    target: nowhere,
    access: ['READ'],
  });
  await post('/auth/authorization', {
    subject: { type: 'ROLE', id: 'ghosts' },
    target: nowhere,
    access: ['READ'],
  });
});

/** One target of every kind that the graph lists, on which nobody who exists has a grant. */
const LISTED = () => [
  { type: 'APPLICATION', id: made.kept },
  { type: 'GROUP', id: 'ops' },
  { type: 'ROLE', id: 'WORKER' },
  { type: 'USER', id: 'ann' },
  { type: 'AUTH_CONFIG', id: 'gateway' },
  { type: 'TAG', id: 'team:shop' },
];

async function findings(kinds: readonly string[]) {
  const data = await stack.data(
    `query ($kinds: [AccessFindingKind!]) { accessReview(kinds: $kinds) { findings(first: 1000) { nodes {
      kind summary subject { id } target { rawType id: rawId } accessKey { id } } } } }`,
    { variables: { kinds } },
  );
  return listAt(data, 'accessReview', 'findings', 'nodes');
}

describe('accessReview finds what was left behind', () => {
  test('an application whose creator is gone, and its active keys, for they go on', async () => {
    const subject = { id: `app:${made.application}` };
    const why = `user gone created APPLICATION ${made.application}`;
    expect(await findings(['ORPHANED_APPLICATION', 'ORPHANED_ACCESS_KEY'])).toEqual([
      {
        kind: 'ORPHANED_APPLICATION',
        summary: `application ${made.application} goes on, though who made it does not exist: ${why}`,
        subject,
        target: null,
        accessKey: null,
      },
      {
        kind: 'ORPHANED_ACCESS_KEY',
        summary: `access key ${made.active} of application ${made.application} is active, though who made the application does not exist: ${why}`,
        subject,
        target: null,
        accessKey: { id: made.active },
      },
    ]);
  });

  test('grants to an id that does not exist, on everything that is listed, though nobody else has any there', async () => {
    const found = await findings(['DANGLING_SUBJECT']);
    const targets = found.map((finding) => [
      at(finding, 'subject', 'id'),
      at(finding, 'target', 'rawType'),
      at(finding, 'target', 'id'),
    ]);
    expect(targets.sort()).toEqual(
      [...LISTED().map(({ type, id }) => ['ghost', type, id]), ['ghosts', 'APPLICATION', 'never']].sort(),
    );
  });

  test('of each kind asked alone what it finds of that kind among all', async () => {
    const all = await findings(FINDING_KINDS);
    expect(all.length).toBeGreaterThan(8);
    for (const kind of FINDING_KINDS) {
      expect(await findings([kind])).toEqual(all.filter((finding) => at(finding, 'kind') === kind));
    }
  });
});
