import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at, listAt, textAt } from '../../support/graphql-answer.ts';
import { startStack } from '../../support/start-stack.ts';

const stack = await startStack();
afterAll(() => stack.stop());

const FINDING =
  'kind subject { id } target { rawType id: rawId } access tags { key value } paths { steps { summary } }';
let billing: string;
let shipping: string;

beforeAll(async () => {
  const put = (path: string, body: unknown) => stack.call('PUT', `/api${path}`, body);
  await put('/groups/ops', { description: 'Operations', roles: [] });
  await put('/users/sam', { name: 'Sam', roles: ['USER'] });
  await put('/users/dee', { name: 'Dee', roles: ['USER'], groups: ['ops'] });
  const make = async (name: string) => textAt(await stack.call('POST', '/api/applications', { name }), 'id');
  billing = await make('billing');
  shipping = await make('shipping');
  await grant('USER', 'sam', 'APPLICATION', billing, 'READ', 'UPDATE');
  await grant('USER', 'sam', 'TAG', 'team:sam', 'READ', 'CREATE', 'UPDATE', 'DELETE', 'EXECUTE');
  await grant('GROUP', 'ops', 'TAG', 'tier:one', 'EXECUTE');
});

async function grant(type: string, id: string, targetType: string, targetId: string, ...access: string[]) {
  const body = { subject: { type, id }, target: { type: targetType, id: targetId }, access };
  await stack.call('POST', '/api/auth/authorization', body);
}

const samMayTag = (...access: string[]) => ({
  kind: 'TAGGABLE_BY',
  subject: { id: 'sam' },
  target: { rawType: 'APPLICATION', id: billing },
  access,
  paths: [{ steps: [{ summary: `user sam was granted READ, UPDATE on APPLICATION ${billing}` }] }],
});
const tags = (...both: [string, string][]) => both.map(([key, value]) => ({ key, value }));

describe('UPDATE is enough to tag, so it is said who can open what by tagging', () => {
  test('by accessReview, as TAGGABLE_BY', async () => {
    const data = await stack.data(
      `{ accessReview(kinds: [TAGGABLE_BY]) { findings { nodes { summary ${FINDING} } } } }`,
    );
    expect(listAt(data, 'accessReview', 'findings', 'nodes')).toEqual([
      {
        ...samMayTag('CREATE', 'EXECUTE', 'DELETE'),
        tags: tags(['team', 'sam'], ['tier', 'one']),
        summary:
          `user sam may tag APPLICATION ${billing}, which opens CREATE, EXECUTE, DELETE to others by ` +
          `the tags team:sam, tier:one: user sam was granted READ, UPDATE on APPLICATION ${billing}`,
      },
    ]);
  });

  test('by explain, where somebody lacks an access that a tag would give', async () => {
    const ask = async (user: string, access: string, id = billing) => {
      const question = `explain(user: "${user}", target: {type: APPLICATION, id: "${id}"}, access: ${access})`;
      return at(await stack.data(`{ ${question} { decision taggableBy { ${FINDING} } } }`), 'explain');
    };
    expect(await ask('sam', 'DELETE')).toEqual({
      decision: 'DENY',
      taggableBy: [{ ...samMayTag('DELETE'), tags: tags(['team', 'sam']) }],
    });
    expect(await ask('dee', 'EXECUTE')).toEqual({
      decision: 'DENY',
      taggableBy: [{ ...samMayTag('EXECUTE'), tags: tags(['tier', 'one']) }],
    });
    expect(await ask('dee', 'DELETE')).toEqual({ decision: 'DENY', taggableBy: [] });
    expect(await ask('sam', 'READ')).toEqual({ decision: 'ALLOW', taggableBy: [] });
    expect(await ask('sam', 'DELETE', shipping)).toEqual({ decision: 'DENY', taggableBy: [] });
  });

  test('by whatIf, where changes let somebody open more than now', async () => {
    const ask = async (change: string) =>
      at(await stack.data(`{ whatIf(changes: [${change}]) { taggableBy { ${FINDING} } } }`), 'whatIf');
    const onShipping = `target: {type: APPLICATION, id: "${shipping}"}`;
    expect(
      await ask(`{grantPermissions: {subject: {group: "ops"}, ${onShipping}, access: [UPDATE]}}`),
    ).toEqual({
      taggableBy: [
        {
          kind: 'TAGGABLE_BY',
          subject: { id: 'ops' },
          target: { rawType: 'APPLICATION', id: shipping },
          access: ['CREATE', 'READ', 'UPDATE', 'EXECUTE', 'DELETE'],
          tags: tags(['team', 'sam'], ['tier', 'one']),
          paths: [{ steps: [{ summary: `group ops was granted UPDATE on APPLICATION ${shipping}` }] }],
        },
      ],
    });
    const onTag = 'target: {type: TAG, id: "new:tag"}';
    expect(await ask(`{grantPermissions: {subject: {group: "ops"}, ${onTag}, access: [READ]}}`)).toEqual({
      taggableBy: [
        {
          ...samMayTag('CREATE', 'READ', 'EXECUTE', 'DELETE'),
          tags: tags(['new', 'tag'], ['team', 'sam'], ['tier', 'one']),
        },
      ],
    });
    expect(
      await ask(`{grantPermissions: {subject: {user: "sam"}, ${onShipping}, access: [READ, DELETE]}}`),
    ).toEqual({ taggableBy: [] });
  });

  test('and it is true: sam tags billing with what was told, and may delete it', async () => {
    const token = await stack.as('sam');
    const remove = () => stack.call('DELETE', `/api/applications/${billing}`, undefined, token);
    await expect(remove()).rejects.toThrow('403');
    await stack.call('PUT', `/api/applications/${billing}/tags`, [{ key: 'team', value: 'sam' }], token);
    const question = `explain(user: "sam", target: {type: APPLICATION, id: "${billing}"}, access: DELETE)`;
    expect(await stack.data(`{ ${question} { decision agreesWithUpstream taggableBy { kind } } }`)).toEqual({
      explain: { decision: 'ALLOW', agreesWithUpstream: true, taggableBy: [] },
    });
    await stack.call('DELETE', `/api/applications/${billing}/tags`, [{ key: 'team', value: 'sam' }]);
  });

  test('at a cost that is paid only where it is selected', async () => {
    const question = `explain(user: "dee", target: {type: APPLICATION, id: "${billing}"}, access: DELETE)`;
    const plain = [
      'GET /api/applications',
      `GET /api/auth/authorization/APPLICATION/${billing}?groupBy=subject`,
      'GET /api/groups',
      'GET /api/roles',
      'GET /api/users/dee',
    ];
    expect(await stack.cost(`{ ${question} { decision } }`)).toEqual(plain);
    expect(await stack.cost(`{ ${question} { taggableBy { kind } } }`)).toEqual(
      [
        ...plain,
        'GET /api/auth/subjects/ROLE/USER/grants',
        'GET /api/groups/ops/permissions',
        'GET /api/users/dee/permissions',
        'GET /api/users?apps=true',
      ].sort(),
    );
    const change = '{removeUserFromGroup: {groupId: "ops", userId: "dee"}}';
    const cost = await stack.cost(`{ whatIf(changes: [${change}]) { taggableBy { kind } } }`);
    const subjects = cost.filter((call) => /permissions$|grants$/.test(call));
    const users = listAt(await stack.call('GET', '/api/users?apps=true'));
    const roles = listAt(await stack.call('GET', '/api/roles'));
    expect(subjects).toHaveLength(users.length + 1 + roles.length);
  });
});
