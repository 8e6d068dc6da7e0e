import { afterAll, describe, expect, test } from 'vitest';
import { MOST_SINGLES } from '../../src/gateway/upstream/reading/read-costs.ts';
import { startStack } from '../support/start-stack.ts';
import { buildWorld } from '../support/world.ts';

const stack = await startStack();
const world = await buildWorld(stack);
afterAll(() => stack.stop());

const user = (n: number) => `worker-${String(n).padStart(2, '0')}@example.com`;
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const manyRoles = numbers(MOST_SINGLES + 1).map((n) => `duty-${n}`);

for (const name of manyRoles) await stack.call('POST', '/api/roles', { name, permissions: ['READ_SECRET'] });
for (const n of numbers(50)) {
  const roles = ['WORKER', manyRoles[n % manyRoles.length]];
  await stack.call('PUT', `/api/users/${user(n)}`, { name: `Worker ${n}`, roles });
}
for (const n of numbers(20)) {
  const token = await stack.as(user(n % 4));
  await stack.call('PUT', `/api/users/${user(n % 4)}`, { name: 'Maker', roles: ['APPLICATION_CREATOR'] });
  await stack.call('POST', '/api/applications', { name: 'made' }, token);
}

const aliases = (ids: readonly string[], field: (id: string) => string) =>
  `{ ${ids.map((id, n) => `a${n}: ${field(id)}`).join(' ')} }`;
const workers = (count: number) => numbers(count).map(user);
const { billing, shipping } = world;
const appUser = (id: string) => `GET /api/users/app:${id}`;

const READS: readonly (readonly [string, string, readonly string[]])[] = [
  ['one record', '{ user(id: "ada@example.com") { id name uuid } }', ['GET /api/users/ada@example.com']],
  [
    'the viewer, with links told by id only',
    '{ viewer { name roles { id } groups { id } } }',
    ['GET /api/token/userInfo'],
  ],
  ['a target told by its name alone', '{ target(by: {type: SECRET_NAME, id: "s"}) { id: rawId type } }', []],
  [
    'a record with its links by id only',
    '{ user(id: "bob@example.com") { roles { id nodeId } groups { id asTarget { id: rawId } } } }',
    ['GET /api/users/bob@example.com'],
  ],
  [
    "a group's members and their grants: 1 + 1 + n",
    '{ group(id: "eng") { description members { nodes { name grants { target { id: rawId } access } } } } }',
    [
      'GET /api/groups/eng',
      'GET /api/groups/eng/users',
      'GET /api/users/ada@example.com/permissions',
      'GET /api/users/bob@example.com/permissions',
      'GET /api/users/cy@example.com/permissions',
    ],
  ],
  [
    'the acceptance query',
    `{ group(id: "ops") { description members(first: 20) { nodes {
      name roles { id } grants { target { rawType id: rawId } access } } } } }`,
    ['GET /api/groups/ops', 'GET /api/groups/ops/users', 'GET /api/users/bob@example.com/permissions'],
  ],
  [
    'a page of users with the permissions of a few roles: each role once',
    '{ users(first: 4) { nodes { name roles { permissions { names } } } } }',
    [
      'GET /api/roles/ADMIN',
      'GET /api/roles/USER',
      'GET /api/roles/WORKER',
      'GET /api/roles/release-manager',
      'GET /api/users?apps=false',
    ],
  ],
  [
    'fifty users with the permissions of many roles: the list of roles instead',
    '{ users(filter: {text: "worker"}) { nodes { name roles { permissions { names } } } } }',
    ['GET /api/roles', 'GET /api/users?apps=false'],
  ],
  [
    'thirty users under thirty aliases: one list',
    aliases(workers(30), (id) => `user(id: "${id}") { name }`),
    ['GET /api/users?apps=false'],
  ],
  [
    'fewer users than are worth the list of them: one by one',
    aliases(workers(4), (id) => `user(id: "${id}") { name }`),
    workers(4).map((id) => `GET /api/users/${id}`),
  ],
  [
    'users whom the list lacks: the list, and those one by one',
    aliases([...workers(MOST_SINGLES), 'nobody@example.com'], (id) => `user(id: "${id}") { name }`),
    ['GET /api/users/nobody@example.com', 'GET /api/users?apps=false'],
  ],
  [
    'the same thing under five aliases: one call',
    aliases(['eng', 'eng', 'eng', 'eng', 'eng'], (id) => `group(id: "${id}") { description }`),
    ['GET /api/groups/eng'],
  ],
  [
    'a missing record under two aliases: one call',
    '{ a: user(id: "nobody@example.com") { name } b: user(id: "NOBODY@example.com") { name } }',
    ['GET /api/users/nobody@example.com'],
  ],
  [
    'the users of two applications: their users one by one',
    `{ a: application(by: {id: "${billing}"}) { roles { id } } b: application(by: {id: "${shipping}"}) { user { name } } }`,
    [
      `GET /api/applications/${billing}`,
      `GET /api/applications/${shipping}`,
      appUser(billing),
      appUser(shipping),
    ].sort(),
  ],
  [
    'the users of many applications: the list with applications',
    '{ applications(filter: {text: "made"}) { totalCount nodes { name user { name } roles { id } tags { key } } } }',
    ['GET /api/applications', 'GET /api/users?apps=true'],
  ],
  [
    'who created twenty applications: each creator once',
    '{ applications(filter: {text: "made"}) { nodes { createdBy { name } updatedBy { name } } } }',
    ['GET /api/applications', ...workers(4).map((id) => `GET /api/users/${id}`)],
  ],
  [
    "a target's grants and the names of their subjects",
    '{ target(by: {type: WORKFLOW_DEF, id: "orders"}) { grants { subject { displayName } access } } }',
    [
      'GET /api/auth/authorization/WORKFLOW_DEF/orders?groupBy=subject',
      'GET /api/groups/eng',
      'GET /api/roles/release-manager',
      'GET /api/users/bob@example.com',
    ],
  ],
  [
    'the holders of all roles: three lists in all, whatever the number of roles',
    '{ roles { nodes { holders(first: 1000) { totalCount nodes { displayName } } } } }',
    ['GET /api/groups', 'GET /api/roles', 'GET /api/users?apps=true'],
  ],
  [
    'a member whom something further down links to again: known already',
    '{ group(id: "ops") { members { nodes { createdApplications { createdBy { name } } } } } }',
    ['GET /api/applications', 'GET /api/groups/ops', 'GET /api/groups/ops/users'],
  ],
  [
    'members of all groups of the members of a group: each group once',
    '{ group(id: "eng") { members { nodes { id groups { members { nodes { name } } } } } } }',
    ['GET /api/groups/eng', 'GET /api/groups/eng/users', 'GET /api/groups/ops/users'],
  ],
];

describe('an operation that reads costs exactly', () => {
  test.each(READS)('%s', async (_, document, calls) => {
    expect(await stack.cost(document)).toEqual(calls);
  });

  test('five users with the same two roles: those once, by their list, which is known to be short', async () => {
    const ids = workers(50).filter((_, n) => n >= 4 && n % manyRoles.length === 5);
    const document = aliases(ids, (id) => `user(id: "${id}") { roles { permissions { resource } } }`);
    expect(ids.length).toBeGreaterThan(3);
    expect(await stack.cost(document)).toEqual([
      'GET /api/roles',
      ...ids.map((id) => `GET /api/users/${id}`),
    ]);
  });

  test('a list that is refused, and then the records one by one', async () => {
    const ids = workers(MOST_SINGLES + 1);
    stack.rest.clear();
    const document = aliases(ids, (id) => `user(id: "${id}") { name }`);
    await stack.query(document, { token: world.token.bob });
    expect(stack.rest.sorted).toEqual([
      ...ids.map((id) => `GET /api/users/${id}`),
      'GET /api/users?apps=false',
    ]);
  });
});

describe('an operation that writes costs exactly, in order,', () => {
  const eve = '/api/users/eve@example.com';

  test.each([
    [
      'the write alone where nothing else is asked for',
      'mutation { upsertUser(id: "eve@example.com", input: {name: "Eve"}) { user { id } userErrors { code } } }',
      [`PUT ${eve}`],
    ],
    [
      'the write and one read of what it wrote',
      'mutation { upsertUser(id: "eve@example.com", input: {name: "Eve"}) { user { name roles { id } } } }',
      [`PUT ${eve}`, `GET ${eve}`],
    ],
    [
      'two writes, each with a read after it',
      `mutation { a: upsertUser(id: "eve@example.com", input: {name: "Eve"}) { user { name } }
        b: upsertUser(id: "eve@example.com", input: {name: "Eva"}) { user { name } } }`,
      [`PUT ${eve}`, `GET ${eve}`, `PUT ${eve}`, `GET ${eve}`],
    ],
    [
      'nothing but the write where it is refused',
      'mutation { upsertUser(id: "eve@example.com", input: {name: "Eve", roleIds: ["NO"]}) { user { name } userErrors { code } } }',
      [`PUT ${eve}`],
    ],
  ])('%s', async (_, document, calls) => {
    stack.rest.clear();
    await stack.data(document);
    expect(stack.rest.log).toEqual(calls);
  });

  test('and never shows what was read before the write', async () => {
    const document = `mutation { a: upsertUser(id: "eve@example.com", input: {name: "Eve"}) { user { name } }
      b: upsertUser(id: "eve@example.com", input: {name: "Eva"}) { user { name } } }`;
    expect(await stack.data(document)).toEqual({
      a: { user: { name: 'Eve' } },
      b: { user: { name: 'Eva' } },
    });
  });
});
