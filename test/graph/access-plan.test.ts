import { afterAll, beforeAll, expect, test } from 'vitest';
import { at, listAt, textAt } from '../support/graphql-answer.ts';
import { type Stack, startStack } from '../support/start-stack.ts';
import { buildWorld, type World } from '../support/world.ts';

const PLAN = `query ($description: String!, $prune: Boolean) {
  accessPlan(description: $description, prune: $prune) { changes { kind summary } spared }
}`;
const APPLY = `mutation ($description: String!, $prune: Boolean, $dryRun: Boolean) {
  applyAccessDescription(description: $description, prune: $prune, dryRun: $dryRun) {
    results { status } undo { input } userErrors { code message field }
  }
}`;

let stack: Stack;
let world: World;

beforeAll(async () => {
  stack = await startStack();
  world = await buildWorld(stack);
});
afterAll(() => stack.stop());

const plan = async (description: string, prune = false, token = stack.admin) => {
  stack.rest.clear();
  const data = await stack.data(PLAN, { variables: { description, prune }, token });
  return {
    changes: listAt(data, 'accessPlan', 'changes').map((change) => textAt(change, 'summary')),
    spared: at(data, 'accessPlan', 'spared'),
  };
};
const summaries = (data: unknown) =>
  listAt(data, 'applyAccessDescription', 'results').map((result) => textAt(result, 'status'));

const NIGHT = `
groups:
  night: {description: Night shift}
users:
  cy@example.com: {roles: [WORKER], groups: [night]}
applications:
  billing: {tags: {team: night}}
grants:
  - {to: group:night, on: APPLICATION:billing, access: [READ, UPDATE]}
  - {to: user:bob@example.com, on: WORKFLOW_DEF:orders, access: [READ]}
`;

test('what is described is planned, tried, made, and then holds', async () => {
  const expected = [
    'write group night: description "Night shift"',
    'give role WORKER to user cy@example.com',
    'add user cy@example.com to group night',
    `tag application ${world.billing} with team:night`,
    `grant READ, UPDATE on APPLICATION ${world.billing} to group night`,
  ];
  expect(await plan(NIGHT)).toEqual({ changes: expected, spared: [] });
  // Five lists, the caller, and the grants: two targets, or two subjects.
  expect(stack.rest.sorted).toEqual([
    'GET /api/applications',
    `GET /api/auth/authorization/APPLICATION/${world.billing}?groupBy=subject`,
    'GET /api/auth/authorization/WORKFLOW_DEF/orders?groupBy=subject',
    'GET /api/groups',
    'GET /api/roles',
    'GET /api/roles/system',
    'GET /api/token/userInfo',
    'GET /api/users?apps=true',
  ]);

  const dry = await stack.data(APPLY, { variables: { description: NIGHT, dryRun: true } });
  expect(summaries(dry)).toEqual(expected.map(() => 'APPLIED'));
  expect((await plan(NIGHT)).changes).toEqual(expected);
  expect(summaries(await stack.data(APPLY, { variables: { description: NIGHT } }))).toEqual(
    expected.map(() => 'APPLIED'),
  );
  expect((await plan(NIGHT)).changes).toEqual([]);
});

test('what is not described is taken away only when pruning is asked for, and never from the caller', async () => {
  const description = 'users:\n  ada@example.com: {roles: []}\nroles: {release-manager: , auditor: }';
  expect(await plan(description, false, world.token.ada)).toEqual({ changes: [], spared: [] });
  expect(await plan(description, true, world.token.ada)).toEqual({
    changes: ['bob@example.com', 'cy@example.com', 'dee@example.com'].map((id) => `delete user ${id}`),
    spared: ['take role ADMIN from user ada@example.com: it is you'],
  });
});

test('what is there is written as a description of which nothing is left to do', async () => {
  const description = textAt(await stack.data('{ accessDescription }'), 'accessDescription');
  expect(description).toContain(
    'bob@example.com:\n    name: Bob\n    roles: [USER, release-manager]\n    groups: [eng, ops]',
  );
  expect(description).toContain(
    '- to: role:release-manager\n    on: WORKFLOW_DEF:orders\n    access: [READ, UPDATE]',
  );
  expect(await plan(description, true)).toEqual({ changes: [], spared: [] });
});

test('a faulty description is refused with line and column, and nothing is asked but who calls', async () => {
  stack.rest.clear();
  const description = 'users:\n  ann: {rolls: []}';
  const { errors } = await stack.query(PLAN, { variables: { description } });
  expect(errors).toMatchObject([
    {
      message: expect.stringContaining('description:2:9: users.ann.rolls'),
      extensions: { code: 'BAD_USER_INPUT' },
    },
  ]);
  const data = await stack.data(APPLY, { variables: { description } });
  expect(at(data, 'applyAccessDescription', 'userErrors')).toMatchObject([
    { code: 'INVALID_INPUT', field: ['description'], message: expect.stringContaining('2:9') },
  ]);
  expect(stack.rest.log).toEqual(['GET /api/token/userInfo', 'GET /api/token/userInfo']);
});

test('who calls is asked before anything of a description is read', async () => {
  const description = 'users: [';
  for (const [document, field] of [
    [PLAN, 'accessPlan'],
    [APPLY, 'applyAccessDescription'],
  ] as const) {
    const { errors } = await stack.query(document, { variables: { description }, token: 'nobody' });
    expect(errors).toMatchObject([{ path: [field], extensions: { code: 'UNAUTHENTICATED' } }]);
  }
});

test('a description that is longer than is read at once is refused, and so are too many words in it', async () => {
  const faultOf = async (description: string) =>
    (await stack.query(PLAN, { variables: { description } })).errors?.[0];
  expect(await faultOf(`# ${'x'.repeat(262_144)}`)).toMatchObject({
    message: 'The text of "description" has 262146 characters, and may have 262144.',
    extensions: { code: 'REQUEST_LIMIT_EXCEEDED' },
  });
  const keys = Array.from({ length: 20_000 }, (_, n) => `k${n}: 1`).join('\n');
  expect(await faultOf(keys)).toMatchObject({
    message: expect.stringContaining('more than 50000 words and signs'),
    extensions: { code: 'BAD_USER_INPUT' },
  });
});

test('more than maxRemovals changes that take something away are told, and not one of them is made', async () => {
  for (let index = 0; index < 12; index++) {
    await stack.call('PUT', `/api/groups/spare${index}`, { description: 'Spare', roles: [] });
  }
  const description = 'groups: {eng: , ops: }';
  const planned = await stack.data(
    'query ($description: String!) { accessPlan(description: $description, prune: true) { removals } }',
    { variables: { description } },
  );
  const removals = Number(at(planned, 'accessPlan', 'removals'));
  expect(removals).toBeGreaterThan(11);
  const prune = `mutation ($description: String!, $most: Int) {
    applyAccessDescription(description: $description, prune: true, maxRemovals: $most) { results { status } userErrors { code message field } }
  }`;
  stack.rest.clear();
  const pruned = (most?: number | null) => stack.data(prune, { variables: { description, most } });
  for (const [most, told] of [
    [undefined, 10],
    [removals - 1, removals - 1],
  ] as const) {
    expect(at(await pruned(most), 'applyAccessDescription')).toEqual({
      results: null,
      userErrors: [
        {
          code: 'INVALID_INPUT',
          message: `${removals} changes take something away, and at most ${told} may: nothing was done. If all of it is meant, set maxRemovals.`,
          field: ['maxRemovals'],
        },
      ],
    });
  }
  expect(stack.rest.log.filter((call) => !call.startsWith('GET '))).toEqual([]);
  expect(summaries(await pruned(null))).toEqual(Array(removals).fill('APPLIED'));
});

test('a user is one target in whatever case: pruning takes nothing away that is described', async () => {
  await stack.call('PUT', '/api/users/di@example.com', { name: 'Di', roles: [] });
  await stack.call('POST', '/api/auth/authorization', {
    subject: { type: 'USER', id: 'di@example.com' },
    target: { type: 'USER', id: 'di@example.com' },
    access: ['READ'],
  });
  for (const on of ['USER:DI@example.com', '{type: USER, id: Di@Example.com}']) {
    const { changes } = await plan(
      `users: {di@example.com: {name: Di}}\ngrants: [{to: user:di@example.com, on: ${on}, access: [READ]}]`,
      true,
    );
    expect(changes.filter((summary) => summary.includes('di@example.com'))).toEqual([]);
  }
  await expect(
    plan(
      'users: {bob@example.com: }\ngrants: [{to: user:bob@example.com, on: USER:DI@example.com, access: [READ]}]',
      true,
    ),
  ).rejects.toThrow('it is not described, so pruning would delete it');
});

test.each([
  'USER:nobody',
  'USER:app:typo',
  'GROUP:nope',
  'ROLE:nope',
  'APPLICATION:typo',
])('a slip in what a grant is on is told: %s', async (on) => {
  const id = on.slice(on.indexOf(':') + 1);
  await expect(plan(`grants: [{to: user:bob@example.com, on: "${on}", access: [READ]}]`)).rejects.toThrow(
    `grants[0].on: there is no ${on.split(':')[0]?.toLowerCase()} ${id}: describe it`,
  );
});

test('a grant on what is described beside it is planned, and one that is left on what is gone holds', async () => {
  const described =
    'groups: {new: {description: N}}\ngrants: [{to: user:bob@example.com, on: GROUP:new, access: [READ]}]';
  expect((await plan(described)).changes).toContain('grant READ on GROUP new to user bob@example.com');
  await stack.call('POST', '/api/auth/authorization', {
    subject: { type: 'USER', id: 'bob@example.com' },
    target: { type: 'GROUP', id: 'gone' },
    access: ['READ'],
  });
  const left = 'grants: [{to: user:bob@example.com, on: GROUP:gone, access: [READ]}]';
  expect((await plan(left)).changes).toEqual([]);
});
