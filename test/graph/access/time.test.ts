import { afterAll, beforeAll, expect, test } from 'vitest';
import { at, listAt, textAt } from '../../support/graphql-answer.ts';
import { type Stack, startStack } from '../../support/start-stack.ts';
import { buildWorld } from '../../support/world.ts';

const HOUR = 60 * 60 * 1000;
const START = Date.UTC(2026, 0, 1);
const time = (hours: number) => new Date(START + hours * HOUR).toISOString();

let stack: Stack;
let now = START;
let dee: string;

/** Dee holds release-manager for ten hours, will hold it again later, and waits for auditor. */
beforeAll(async () => {
  stack = await startStack({ now: () => now });
  const { token } = await buildWorld(stack);
  dee = token.dee;
  await stack.data(`mutation { createRoleWorkflow(input: {name: "Everything", maxActiveRequests: 9,
    targetRoles: [{name: "auditor"}, {name: "release-manager"}], grantTypes: [PERMANENT, TIME_RESTRICTED],
    steps: [{name: "only", match: ANY, approverRoles: [{name: "release-manager"}]}]}) { userErrors { message } } }`);
  const ask = async (role: string, grant = '') =>
    textAt(
      await stack.data(
        `mutation { createAccessRequest(input: {role: {name: "${role}"} ${grant}}) { accessRequest { id } } }`,
        { token: dee },
      ),
      ...['createAccessRequest', 'accessRequest', 'id'],
    );
  const approve = (id: string) =>
    stack.data(`mutation { approveAccessRequest(id: "${id}", step: 0) { userErrors { message } } }`, {
      token: token.bob,
    });
  const window = (from: number, to: number) =>
    `grant: {type: TIME_RESTRICTED, start: "${time(from)}", end: "${time(to)}"}`;
  await approve(await ask('release-manager', window(0, 10)));
  await approve(await ask('release-manager', window(20, 30)));
  await ask('auditor');
  now = START + HOUR;
});
afterAll(() => stack.stop());

test('a path through a role that is held for a time says until when', async () => {
  const data =
    await stack.data(`{ explain(user: "dee@example.com", target: {type: WORKFLOW_DEF, id: "orders"}, access: UPDATE) {
    paths { endsAt steps { ... on RoleStep { role { id } window { type start end } } } } agreesWithUpstream }
    lasting: explain(user: "bob@example.com", target: {type: WORKFLOW_DEF, id: "orders"}, access: EXECUTE) { paths { endsAt } } }`);
  expect(at(data, 'explain')).toEqual({
    paths: [
      {
        endsAt: time(10),
        steps: [
          {
            role: { id: 'release-manager' },
            window: { type: 'TIME_RESTRICTED', start: time(0), end: time(10) },
          },
          {},
        ],
      },
    ],
    agreesWithUpstream: true,
  });
  expect(new Set(listAt(data, 'lasting', 'paths').map((path) => at(path, 'endsAt')))).toEqual(
    new Set([null]),
  );
});

const PENDING = `{ user(id: "dee@example.com") { effectivePermissions { pending {
  state role { id } startsAt endsAt request { status } permissions { rawTargetType access paths { steps { summary } } } } } } }`;

test('what was asked for is pending, with what it would add and the paths', async () => {
  const pending = listAt(await stack.data(PENDING), 'user', 'effectivePermissions', 'pending');
  expect(pending).toContainEqual({
    state: 'WAITING',
    role: { id: 'auditor' },
    startsAt: null,
    endsAt: null,
    request: { status: 'WAITING' },
    permissions: [
      {
        rawTargetType: 'AUTH_CONFIG',
        access: ['READ'],
        paths: [
          {
            steps: [
              { summary: 'user dee@example.com holds role auditor' },
              { summary: 'role auditor has the permission READ_AUTH_CONFIG' },
            ],
          },
        ],
      },
    ],
  });
});

test('what was approved for a time to come is pending until it begins, and adds what is not held by then', async () => {
  const later = async () => {
    const token = await stack.as('ada@example.com');
    const data = await stack.data(PENDING, { token });
    return listAt(data, 'user', 'effectivePermissions', 'pending').find(
      (one) => at(one, 'state') === 'NOT_BEGUN',
    );
  };
  expect(await later()).toMatchObject({ startsAt: time(20), endsAt: time(30), permissions: [] });
  now = START + 15 * HOUR;
  const permissions = listAt(await later(), 'permissions').map((one) => [
    at(one, 'rawTargetType'),
    at(one, 'access'),
  ]);
  expect(permissions).toEqual([
    ['TASK_DEF', ['READ']],
    ['WORKFLOW_DEF', ['READ', 'EXECUTE']],
    ['WORKFLOW_DEF', ['UPDATE']],
  ]);
  now = START + 25 * HOUR;
  expect(await later()).toBeUndefined();
});
