import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { capturedMutations } from '../../src/gateway/changes/capture/captured-mutations.ts';
import { buildSchema } from '../../src/gateway/schema.ts';
import { type Stack, startStack } from '../support/start-stack.ts';
import { buildWorld, type World } from '../support/world.ts';
import { type Inside, startInside } from './in-process.ts';

let stack: Stack;
let world: World;
let inside: Inside;

beforeAll(async () => {
  stack = await startStack();
  world = await buildWorld(stack);
  inside = startInside(stack.apiUrl);
});
afterEach(() => stack.rest.clear());
afterAll(async () => {
  await inside.stop();
  await stack.stop();
});

const act = (mutation: string, token = world.token.ada, what = inside) => {
  stack.rest.clear();
  return what.data(`mutation { ${mutation} }`, token);
};
/** The changes that were journaled since, as `KIND ACTION`. */
function since(place: number): string[] {
  return inside.changes.feed.journal.after(place, 1000).map(({ kind, action }) => `${kind} ${action}`);
}

test('every mutation but signing in is journaled', () => {
  const mutations = Object.keys(buildSchema().getMutationType()?.getFields() ?? {});
  // What a description changes is known when the plan is made, and is journaled as a list of changes then.
  const others = ['applyAccessDescription', 'generateToken'];
  expect(mutations.filter((name) => !(name in capturedMutations)).toSorted()).toEqual(others);
  expect(Object.keys(capturedMutations).filter((name) => !mutations.includes(name))).toEqual([]);
});

describe('what journaling costs', () => {
  const user = '"new@example.com"';
  test.each([
    [
      'a write, and its payload',
      `upsertUser(id: ${user}, input: {name: "N"}) { user { name } }`,
      ['GET /api/users/new@example.com', 'PUT /api/users/new@example.com', 'GET /api/users/new@example.com'],
    ],
    [
      'a write whose payload selects nothing',
      `upsertUser(id: ${user}, input: {name: "M"}) { userErrors { code } }`,
      ['GET /api/users/new@example.com', 'PUT /api/users/new@example.com', 'GET /api/users/new@example.com'],
    ],
    [
      'a write that reads before by itself',
      'upsertGroup(id: "ops", input: {description: "x"}) { group { description } }',
      ['GET /api/groups/ops', 'PUT /api/groups/ops', 'GET /api/groups/ops'],
    ],
    [
      'a creation',
      'createRole(id: "fresh", input: {permissions: []}) { role { description } }',
      ['POST /api/roles', 'GET /api/roles/fresh'],
    ],
    [
      'a deletion',
      'deleteRole(id: "fresh") { userErrors { code } }',
      ['GET /api/roles/fresh', 'DELETE /api/roles/fresh'],
    ],
    [
      'a grant',
      'grantPermissions(input: {subject: {group: "ops"}, target: {type: TASK_DEF, id: "t"}, access: [READ]}) { target { grants { access } } }',
      [
        'GET /api/auth/authorization/TASK_DEF/t?groupBy=subject',
        'POST /api/auth/authorization',
        'GET /api/auth/authorization/TASK_DEF/t?groupBy=subject',
      ],
    ],
    [
      'several members at once',
      'addUsersToGroup(groupId: "ops", userIds: ["cy@example.com", "dee@example.com"]) { userErrors { code } }',
      [
        'GET /api/users/cy@example.com',
        'GET /api/users/dee@example.com',
        'POST /api/groups/ops/users',
        'GET /api/users/cy@example.com',
        'GET /api/users/dee@example.com',
      ],
    ],
  ])('is a look before and after, shared with the operation: %s', async (_, mutation, calls) => {
    await act(mutation);
    expect(stack.rest.log).toEqual(calls);
  });

  test('is nothing where it is switched off', async () => {
    const off = startInside(stack.apiUrl, { off: true });
    await act(`upsertUser(id: ${user}, input: {name: "O"}) { userErrors { code } }`, world.token.ada, off);
    expect(stack.rest.log).toEqual(['PUT /api/users/new@example.com']);
    await expect(
      off.follow('subscription { accessChanges { kind } }', world.token.ada),
    ).rejects.toMatchObject({
      extensions: { code: 'CHANGES_NOT_KEPT' },
    });
    await off.stop();
  });
});

test('a refused write is no change', async () => {
  const { last } = inside.changes.feed.journal;
  await act('addUserToGroup(groupId: "no-such-group", userId: "cy@example.com") { userErrors { code } }');
  const refused = await inside.execute(
    'mutation { deleteUser(id: "cy@example.com") { deletedId } }',
    world.token.cy,
  );
  expect(refused.errors).toHaveLength(1);
  expect(since(last)).toEqual([]);
});

test('what goes with a group is told as well', async () => {
  await act('upsertGroup(id: "brief", input: {description: "b"}) { userErrors { code } }');
  await act(
    'addUsersToGroup(groupId: "brief", userIds: ["cy@example.com", "bob@example.com"]) { userErrors { code } }',
  );
  const { last } = inside.changes.feed.journal;
  await act('deleteGroup(id: "brief") { userErrors { code } }');
  expect(since(last).toSorted()).toEqual(['GROUP DELETED', 'MEMBERSHIP DELETED', 'MEMBERSHIP DELETED']);
});

test('what a description changes is journaled, and a key that takes the place of another', async () => {
  const { last } = inside.changes.feed.journal;
  const description =
    'groups: {described: {description: d}}\\nusers: {cy@example.com: {groups: [described]}}';
  await act(`applyAccessDescription(description: "${description}", dryRun: true) { userErrors { code } }`);
  expect(since(last)).toEqual([]);
  await act(`applyAccessDescription(description: "${description}") { userErrors { code } }`);
  expect(since(last).toSorted()).toEqual(['GROUP CREATED', 'MEMBERSHIP CREATED']);

  const before = inside.changes.feed.journal.last;
  const { id: keyId } = world.key;
  await act(`rotateAccessKey(applicationId: "${world.billing}", keyId: "${keyId}") { secret }`);
  expect(since(before).toSorted()).toEqual(['ACCESS_KEY CREATED', 'ACCESS_KEY UPDATED']);
});

test('a list of changes is journaled change by change, and a dry run of it not at all', async () => {
  const items = `[
    {addUserToGroup: {groupId: "ops", userId: "cy@example.com"}},
    {grantPermissions: {subject: {group: "eng"}, target: {type: TASK_DEF, id: "listed"}, access: [READ]}},
    {createApplication: {name: "listed"}},
    {upsertRole: {id: "listed", permissions: []}}
  ]`;
  await act('removeUserFromGroup(groupId: "ops", userId: "cy@example.com") { userErrors { code } }');
  const { last } = inside.changes.feed.journal;
  await act(`applyAccessChanges(items: ${items}, dryRun: true) { userErrors { code } }`);
  expect(since(last)).toEqual([]);
  await act(`applyAccessChanges(items: ${items}) { userErrors { code } }`);
  expect(since(last).toSorted()).toEqual([
    'APPLICATION CREATED',
    'GRANT CREATED',
    'MEMBERSHIP CREATED',
    'ROLE CREATED',
  ]);
});

test('no secret gets into the journal', async () => {
  const created = await act(`createAccessKey(applicationId: "${world.billing}") { secret accessKey { id } }`);
  const { secret } = created['createAccessKey'] as { secret: string };
  await act(
    `updateGatewayAuthConfig(id: "shop-gateway", input: {applicationId: "${world.billing}", authenticationType: API_KEY, apiKeys: ["CANARY-key"], conductorToken: "CANARY-token"}) { userErrors { code } }`,
  );
  await act(
    `createGatewayAuthConfig(id: "other", input: {applicationId: "${world.billing}", authenticationType: API_KEY, apiKeys: ["CANARY-new"]}) { userErrors { code } }`,
  );
  const kept = JSON.stringify(inside.changes.feed.journal.after(0, 10_000));
  expect(kept).toContain('"kind":"ACCESS_KEY"');
  expect(kept).toContain('"kind":"GATEWAY_AUTH_CONFIG"');
  expect(kept).not.toContain(secret);
  expect(kept).not.toMatch(/CANARY|first-api-key|the-conductor-token/);
  for (const token of Object.values(world.token)) expect(kept).not.toContain(token);
});

test('concurrent writes about one thing each tell what they themselves changed', async () => {
  const { last } = inside.changes.feed.journal;
  const names = Array.from({ length: 20 }, (_, index) => `name ${index}`);
  await act('upsertGroup(id: "busy", input: {description: "start"}) { userErrors { code } }');
  await Promise.all(
    names.map((name) =>
      act(`upsertGroup(id: "busy", input: {description: "${name}"}) { userErrors { code } }`),
    ),
  );
  const told = inside.changes.feed.journal.after(last, 100);
  expect(told).toHaveLength(21);
  let previous: unknown = null;
  for (const { before, after } of told) {
    expect(before).toEqual(previous);
    previous = after;
  }
});
