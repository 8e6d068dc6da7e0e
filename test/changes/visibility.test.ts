import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textAt } from '../support/graphql-answer.ts';
import { type Stack, startStack } from '../support/start-stack.ts';
import { type Followed, type Inside, startInside } from './in-process.ts';

/** Followers by the one right that each holds. */
const RIGHTS = {
  admin: ['ADMIN'],
  users: ['READ_USER'],
  groups: ['READ_GROUP'],
  usersAndGroups: ['READ_USER', 'READ_GROUP'],
  roles: ['READ_ROLE'],
  applications: ['READ_APPLICATION'],
  applicationManager: ['APPLICATION_MANAGER'],
  configs: ['READ_AUTH_CONFIG'],
  newConfigs: ['CREATE_AUTH_CONFIG'],
  workflows: ['workflows-view'],
  requests: ['requests-view'],
  nobody: [],
} as const;
type Right = keyof typeof RIGHTS;
type Follower = Right | 'creator' | 'granted' | 'requester';

const FEED = `subscription { accessChanges { kind action cursor actor { id }
  subject { ... on User { id } ... on Group { id } ... on Role { id } } target { id } } }`;

let stack: Stack;
let inside: Inside;
const feeds = new Map<Follower, Followed>();
const seen = new Map<Follower, readonly string[]>();
const actors = new Map<Follower, ReadonlySet<unknown>>();

beforeAll(async () => {
  stack = await startStack();
  inside = startInside(stack.apiUrl, { changes: { backlog: 1000 } });
  for (const [right, [one, two]] of Object.entries(RIGHTS)) {
    const isSystem = one === undefined || /^[A-Z]+(_MANAGER)?$/.test(one);
    const role = isSystem ? one : `role-${right}`;
    if (!isSystem) {
      await stack.call('POST', '/api/roles', { name: role, permissions: [one, two].filter(Boolean) });
    }
    await person(right, role === undefined ? [] : [role]);
  }
  for (const name of ['creator', 'granted', 'requester'])
    await person(name, name === 'creator' ? ['USER'] : []);
  await makeChanges();
}, 60_000);
afterAll(async () => {
  await Promise.all([...feeds.values()].map((feed) => feed.stop()));
  await inside.stop();
  await stack.stop();
});

const idOf = (name: string) => `${name.toLowerCase()}@example.com`;

async function person(name: string, roles: readonly string[]): Promise<void> {
  await stack.call('PUT', `/api/users/${idOf(name)}`, { name, roles });
}

/** Changes every kind of thing while all follow, and notes what each was told. */
async function makeChanges(): Promise<void> {
  const creator = await stack.as(idOf('creator'));
  const app = textAt(await stack.call('POST', '/api/applications', { name: 'theirs' }, creator), 'id');
  await stack.call('POST', '/api/auth/authorization', {
    subject: { type: 'USER', id: idOf('granted') },
    target: { type: 'APPLICATION', id: app },
    access: ['READ'],
  });
  for (const name of [...Object.keys(RIGHTS), 'creator', 'granted', 'requester'] as Follower[]) {
    feeds.set(name, await inside.follow(FEED, await stack.as(idOf(name))));
  }
  const requester = await stack.as(idOf('requester'));
  const { feed } = inside.changes;
  /** Lets all take a change before the next one, or they would look for what is gone already. */
  const taken = async () => {
    const end = feed.cursorOf(feed.last);
    for (const followed of feeds.values()) while (followed.cursor !== end) await setTimeout(2);
  };
  const act = async (mutation: string, token = stack.admin): Promise<unknown> => {
    const { done } = await inside.data(`mutation { done: ${mutation} }`, token);
    await taken();
    return done;
  };
  const ok = 'userErrors { code message }';

  await act(`upsertUser(id: "u", input: {name: "U"}) { ${ok} }`);
  await act(`upsertGroup(id: "g", input: {description: "G"}) { ${ok} }`);
  await act(`addUserToGroup(groupId: "g", userId: "u") { ${ok} }`);
  await act(`removeUserFromGroup(groupId: "g", userId: "u") { ${ok} }`);
  await act(`deleteUser(id: "u") { ${ok} }`);
  await act(`deleteGroup(id: "g") { ${ok} }`);
  await act(`createRole(id: "r", input: {permissions: []}) { ${ok} }`);
  await act(`deleteRole(id: "r") { ${ok} }`);
  await act(`updateApplication(id: "${app}", input: {name: "renamed"}) { ${ok} }`);
  await act(`setApplicationTags(applicationId: "${app}", tags: [{key: "k", value: "v"}]) { ${ok} }`);
  const key = textAt(
    await act(`createAccessKey(applicationId: "${app}") { accessKey { id } }`),
    'accessKey',
    'id',
  );
  await act(`deleteAccessKey(applicationId: "${app}", keyId: "${key}") { ${ok} }`);
  const grant = `subject: {role: "USER"}, target: {type: TASK_DEF, id: "t"}, access: [READ]`;
  await act(`grantPermissions(input: {${grant}}) { ${ok} }`);
  await act(`removePermissions(input: {${grant}}) { ${ok} }`);
  await act(
    `createGatewayAuthConfig(id: "c", input: {applicationId: "${app}", authenticationType: NONE}) { ${ok} }`,
  );
  await act(`deleteGatewayAuthConfig(id: "c") { ${ok} }`);
  await act(`deleteApplication(id: "${app}") { ${ok} }`);
  const flow = textAt(
    await act(`createRoleWorkflow(input: {name: "flow", targetRoles: [{name: "WORKER"}],
      steps: [{name: "one", match: ANY, approverRoles: [{name: "ADMIN"}]}]}) { roleWorkflow { id } ${ok} }`),
    'roleWorkflow',
    'id',
  );
  const request = textAt(
    await act(
      `createAccessRequest(input: {role: {name: "WORKER"}}) { accessRequest { id } ${ok} }`,
      requester,
    ),
    'accessRequest',
    'id',
  );
  await act(`deleteAccessRequest(id: "${request}") { ${ok} }`, requester);
  await act(`deleteRoleWorkflow(id: "${flow}") { ${ok} }`);

  for (const [name, followed] of feeds) {
    const told = followed.results.map((result) => result['accessChanges'] as Record<string, unknown>);
    seen.set(
      name,
      told.map(({ kind, action }) => `${kind} ${action}`),
    );
    actors.set(name, new Set(told.map(({ actor }) => (actor as { id: string } | null)?.id ?? null)));
  }
}

/** Who was told of this. */
function told(change: string): Follower[] {
  return [...seen].filter(([, changes]) => changes.includes(change)).map(([name]) => name);
}

const EVERYBODY = [...(Object.keys(RIGHTS) as Right[]), 'creator', 'granted', 'requester'] as const;
const SEE_USERS = ['admin', 'users', 'usersAndGroups'] as const;
const SEE_GROUPS = ['admin', 'groups', 'usersAndGroups'] as const;
const SEE_APPLICATION = ['admin', 'applications', 'applicationManager', 'creator'] as const;

describe('a change is told to those who may read what it is about, and to nobody by a right to something else:', () => {
  test.each<[string, readonly Follower[]]>([
    ['USER CREATED', SEE_USERS],
    ['USER DELETED', SEE_USERS],
    ['GROUP CREATED', SEE_GROUPS],
    ['GROUP DELETED', SEE_GROUPS],
    ['MEMBERSHIP CREATED', ['admin', 'usersAndGroups']],
    ['MEMBERSHIP DELETED', ['admin', 'usersAndGroups']],
    ['ROLE CREATED', EVERYBODY],
    ['ROLE DELETED', EVERYBODY],
    ['APPLICATION UPDATED', [...SEE_APPLICATION, 'granted']],
    ['APPLICATION DELETED', SEE_APPLICATION],
    ['ACCESS_KEY CREATED', [...SEE_APPLICATION, 'granted']],
    ['ACCESS_KEY DELETED', [...SEE_APPLICATION, 'granted']],
    ['GRANT CREATED', EVERYBODY],
    ['GRANT DELETED', EVERYBODY],
    ['GATEWAY_AUTH_CONFIG CREATED', ['admin', 'applicationManager', 'configs', 'creator']],
    ['GATEWAY_AUTH_CONFIG DELETED', ['admin', 'applicationManager', 'configs', 'creator']],
    ['ROLE_WORKFLOW CREATED', ['admin', 'workflows']],
    ['ROLE_WORKFLOW DELETED', ['admin', 'workflows']],
    ['ACCESS_REQUEST CREATED', ['admin', 'requests', 'requester']],
    ['ACCESS_REQUEST DELETED', ['admin', 'requests', 'requester']],
  ])('%s', (change, followers) => {
    expect(told(change).toSorted()).toEqual([...followers].toSorted());
  });
});

test('who made a change is told to those who may read that user, and to the user itself', () => {
  for (const name of EVERYBODY) {
    const known = SEE_USERS.some((one) => one === name);
    const own = name === 'requester' ? [null, idOf('requester')] : [null];
    const expected = known ? expect.arrayContaining([expect.any(String)]) : own;
    expect([...(actors.get(name) ?? [])], name).toEqual(expected);
    if (known) expect([...(actors.get(name) ?? [])]).not.toContain(null);
  }
});
