import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Stack, startStack } from '../support/start-stack.ts';
import { buildWorld, type World } from '../support/world.ts';
import { type Followed, type Inside, startInside } from './in-process.ts';

const EVERY_MS = 150;
const FEED = `subscription { accessChanges {
  kind action source actor { id } subject { id } target { type id }
  before { ...what } after { ...what }
} } fragment what on ChangedRecord {
  ... on Group { id description } ... on Grant { access } ... on AccessKey { status } ... on User { id roles { id } }
}`;

let stack: Stack;
let world: World;
let inside: Inside;
let feed: Followed;

beforeAll(async () => {
  stack = await startStack();
  world = await buildWorld(stack);
});
afterEach(async () => {
  await feed.stop();
  await inside.stop();
});
afterAll(() => stack.stop());

/** Waits until all that there is has been seen once. */
async function watch(calls = 100): Promise<void> {
  inside = startInside(stack.apiUrl, { changes: { watch: { everyMs: EVERY_MS, calls } } });
  feed = await inside.follow(FEED, world.token.ada);
  inside.watch(stack.admin, stack.admin);
  await rounds(2);
}

/** Lets so many rounds pass from now on. */
async function rounds(count: number): Promise<void> {
  for (let round = 0; round < count; round += 1) {
    stack.rest.clear();
    while (!stack.rest.log.includes('GET /api/groups')) await setTimeout(5);
    while (stack.rest.log.length === 0 || !(await isQuiet())) await setTimeout(5);
  }
}

async function isQuiet(): Promise<boolean> {
  const { length } = stack.rest.log;
  await setTimeout(30);
  return stack.rest.log.length === length;
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
  await rounds(1);
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
  await rounds(1);
  expect(stack.rest.log).toHaveLength(12);
});

test('what is changed through the gateway is told once, also while a round is under way', async () => {
  await watch();
  const act = (mutation: string) =>
    inside.data(`mutation { ${mutation} { userErrors { code } } }`, world.token.ada);
  for (let round = 0; round < 30; round += 1) {
    await act(`upsertGroup(id: "ops", input: {description: "by us ${round}"})`);
    await act(`addUserToGroup(groupId: "ops", userId: "cy@example.com")`);
    await act(
      `grantPermissions(input: {subject: {group: "ops"}, target: {type: TASK_DEF, id: "t${round}"}, access: [READ]})`,
    );
    await act(`removeUserFromGroup(groupId: "ops", userId: "cy@example.com")`);
    await setTimeout(round % 7);
  }
  await act('createRole(id: "fleeting", input: {permissions: []})');
  await act('upsertUser(id: "x@example.com", input: {name: "X", roleIds: ["fleeting"], groupIds: ["eng"]})');
  await act('upsertGroup(id: "short", input: {description: "s", roleIds: ["fleeting"]})');
  await act('addUserToGroup(groupId: "short", userId: "x@example.com")');
  await act('deleteRole(id: "fleeting")');
  await act('deleteGroup(id: "short")');
  await act('deleteUser(id: "x@example.com")');
  await rounds(3);
  const told = feed.results.map((result) => result['accessChanges'] as { source: string; kind: string });
  expect(told.filter(({ source }) => source === 'DETECTED')).toEqual([]);
  expect(told.filter(({ kind }) => kind === 'GRANT')).toHaveLength(30);
  expect(told).toHaveLength(120 + 10);
});

test('what was changed while nobody looked is found by the next who does', async () => {
  const file = `${await mkdtemp(join(tmpdir(), 'rolegraph-changes-'))}/changes.db`;
  const options = { changes: { file, watch: { everyMs: EVERY_MS, calls: 100 } } };
  inside = startInside(stack.apiUrl, options);
  feed = await inside.follow(FEED, world.token.ada);
  inside.watch(stack.admin);
  await rounds(2);
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
  inside.watch(stack.admin);
  expect(await feed.atLeast(1)).toMatchObject([{ accessChanges: { after: { description: 'Meanwhile' } } }]);
  await rm(dirname(file), { recursive: true });
});
