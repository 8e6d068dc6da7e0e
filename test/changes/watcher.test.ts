import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Watcher } from '../../src/gateway/changes/detection/watcher.ts';
import { type Stack, startStack } from '../support/start-stack.ts';
import { buildWorld, type World } from '../support/world.ts';
import { type Followed, type Inside, startInside } from './in-process.ts';

const FEED = `subscription { accessChanges {
  kind action source actor { id } subject { id } target { type id: rawId }
  before { ...what } after { ...what }
} } fragment what on ChangedRecord {
  ... on Group { id description } ... on Grant { access } ... on AccessKey { status } ... on User { id roles { id } }
}`;

let stack: Stack;
let world: World;
let inside: Inside;
let feed: Followed;
let watcher: Watcher;

beforeAll(async () => {
  stack = await startStack();
  world = await buildWorld(stack);
});
afterEach(async () => {
  await feed.stop();
  await inside.stop();
});
afterAll(() => stack.stop());

/** Looks at all that there is for the first time. */
async function watch(calls = 100): Promise<void> {
  inside = startInside(stack.apiUrl, { changes: { watch: { everyMs: 1000, calls }, backlog: 10_000 } });
  feed = await inside.follow(FEED, world.token.ada);
  watcher = inside.watch(stack.admin, stack.admin);
  await watcher.round();
}

const detected = { source: 'DETECTED', actor: null };

test('what is changed straight at the upstream is told as detected, with before and after', async () => {
  await watch();
  await stack.call('PUT', '/api/groups/ops', { description: 'Behind our back', roles: ['release-manager'] });
  await stack.call('POST', '/api/groups/empty/users/dee@example.com');
  await stack.call('POST', '/api/auth/authorization', {
    subject: { type: 'GROUP', id: 'empty' },
    target: { type: 'WORKFLOW_DEF', id: 'found' },
    access: ['READ'],
  });
  await stack.call('POST', `/api/applications/${world.billing}/accessKeys/${world.key.id}/status`);
  await watcher.round();
  const told = (await feed.atLeast(4)).map((result) => result['accessChanges']);
  expect(told).toHaveLength(4);
  expect(told).toEqual(
    expect.arrayContaining([
      {
        ...detected,
        kind: 'GROUP',
        action: 'UPDATED',
        subject: { id: 'ops' },
        target: { type: 'GROUP', id: 'ops' },
        before: { id: 'ops', description: 'Operations' },
        after: { id: 'ops', description: 'Behind our back' },
      },
      {
        ...detected,
        kind: 'MEMBERSHIP',
        action: 'CREATED',
        subject: { id: 'dee@example.com' },
        target: { type: 'GROUP', id: 'empty' },
        before: null,
        after: {},
      },
      {
        ...detected,
        kind: 'GRANT',
        action: 'CREATED',
        subject: { id: 'empty' },
        target: { type: 'WORKFLOW_DEF', id: 'found' },
        before: null,
        after: { access: ['READ'] },
      },
      {
        ...detected,
        kind: 'ACCESS_KEY',
        action: 'UPDATED',
        subject: { id: `app:${world.billing}` },
        target: { type: 'APPLICATION', id: world.billing },
        before: { status: 'ACTIVE' },
        after: { status: 'INACTIVE' },
      },
    ]),
  );
});

test('a round takes seven calls, and one for each holder of grants and each application, as far as allowed', async () => {
  await watch(0);
  stack.rest.clear();
  await watcher.round();
  expect(stack.rest.sorted).toEqual([
    'GET /api/applications',
    'GET /api/gateway/config/auth',
    'GET /api/groups',
    'GET /api/roles',
    'GET /api/users?apps=true',
    'GET /workflow-engine/api/v1/requests?filter=all&limit=100&offset=0',
    'GET /workflow-engine/api/v1/workflows?limit=100&offset=0',
  ]);
  await feed.stop();
  await inside.stop();
  await watch(5);
  stack.rest.clear();
  await watcher.round();
  expect(stack.rest.log).toHaveLength(12);
});

test('what is changed through the gateway is told once, also while a round is under way', async () => {
  await watch();
  let isDone = false;
  const looking = (async () => {
    while (!isDone) await watcher.round();
  })();
  const act = (mutation: string) =>
    inside.data(`mutation { ${mutation} { userErrors { code } } }`, world.token.ada);
  for (let round = 0; round < 10; round += 1) {
    await act(`upsertGroup(id: "ops", input: {description: "by us ${round}"})`);
    await act(`addUserToGroup(groupId: "ops", userId: "cy@example.com")`);
    await act(
      `grantPermissions(input: {subject: {group: "ops"}, target: {type: TASK_DEF, id: "t${round}"}, access: [READ]})`,
    );
    await act(`removeUserFromGroup(groupId: "ops", userId: "cy@example.com")`);
  }
  await act('createRole(id: "fleeting", input: {permissions: []})');
  await act('upsertUser(id: "x@example.com", input: {name: "X", roleIds: ["fleeting"], groupIds: ["eng"]})');
  await act('upsertGroup(id: "short", input: {description: "s", roleIds: ["fleeting"]})');
  await act('addUserToGroup(groupId: "short", userId: "x@example.com")');
  await act('deleteRole(id: "fleeting")');
  await act('deleteGroup(id: "short")');
  await act('deleteUser(id: "x@example.com")');
  isDone = true;
  await looking;
  await watcher.round();
  await feed.atLeast(50);
  const told = feed.results.map((result) => result['accessChanges'] as { source: string; kind: string });
  expect(told.filter(({ source }) => source === 'DETECTED')).toEqual([]);
  expect(told.filter(({ kind }) => kind === 'GRANT')).toHaveLength(10);
  expect(told).toHaveLength(40 + 10);
});

test('what was changed while nobody looked is found by the next who does', async () => {
  const file = `${await mkdtemp(join(tmpdir(), 'rolegraph-changes-'))}/changes.db`;
  const options = { changes: { file, watch: { everyMs: 1000, calls: 100 } } };
  inside = startInside(stack.apiUrl, options);
  feed = await inside.follow(FEED, world.token.ada);
  await inside.watch(stack.admin).round();
  const { cursor } = feed;
  await feed.stop();
  await inside.stop();
  await stack.call('PUT', '/api/groups/eng', { description: 'Meanwhile', roles: ['METADATA_API'] });
  inside = startInside(stack.apiUrl, options);
  feed = await inside.follow(
    FEED.replace('accessChanges', 'accessChanges(after: $after)').replace(
      'subscription',
      'subscription ($after: String)',
    ),
    world.token.ada,
    { after: cursor },
  );
  await inside.watch(stack.admin).round();
  expect(await feed.atLeast(1)).toMatchObject([{ accessChanges: { after: { description: 'Meanwhile' } } }]);
  await rm(dirname(file), { recursive: true });
});
