import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { codesByPath } from '../support/graphql-answer.ts';
import { type Stack, startStack } from '../support/start-stack.ts';
import { buildWorld, type World } from '../support/world.ts';

const stack: Stack = await startStack();
const world: World = await buildWorld(stack);
afterAll(() => stack.stop());

const UPSERT_USER = `mutation ($id: ID!, $input: UserInput!) { upsertUser(id: $id, input: $input) {
  user { id name roles { id } groups { id } contact { kind value } } userErrors { code message field } } }`;
const UPSERT_GROUP = `mutation ($id: ID!, $input: GroupInput!) { upsertGroup(id: $id, input: $input) {
  group { id description roles { id } defaultAccess { targetType access } members { nodes { id } } }
  userErrors { code message field } } }`;
const fault = (code: string, field: readonly string[] | null) => [
  { code, message: expect.any(String), field },
];

test('a refusal speaks of the argument and not of the REST call', async () => {
  const document =
    'mutation { upsertUser(id: "eve@example.com", input: {name: " "}) { userErrors { message } } }';
  expect(await stack.data(document)).toEqual({
    upsertUser: { userErrors: [{ message: 'name must hold more than blanks, not " "' }] },
  });
});

describe('upsertUser', () => {
  const upsert = (input: object, id = 'Eve@example.com') =>
    stack.data(UPSERT_USER, { variables: { id, input } });
  const eve = { id: 'eve@example.com', name: 'Eve', roles: [], groups: [], contact: [] };
  const slack = { kind: 'slack', value: '@eve' };
  const full = { name: 'Eve', roleIds: ['USER'], groupIds: ['ops'], contact: [slack] };
  const kept = { ...eve, roles: [{ id: 'USER' }], groups: [{ id: 'ops' }], contact: [slack] };

  beforeEach(async () => {
    await stack.data('mutation { deleteUser(id: "eve@example.com") { deletedId } }');
  });

  test('creates a user with nothing but a name, and gives it as the API stored it', async () => {
    expect(await upsert({ name: 'Eve' })).toEqual({ upsertUser: { user: eve, userErrors: [] } });
  });

  test.each([
    ['omitted', {}, kept],
    ['null', { roleIds: null, groupIds: null, contact: null }, kept],
    ['[]', { roleIds: [], groupIds: [], contact: [] }, eve],
    ['given', { roleIds: ['WORKER'] }, { ...kept, roles: [{ id: 'WORKER' }] }],
  ])('treats lists that are %s as the schema says', async (_, change, user) => {
    await upsert(full);
    expect(await upsert({ name: 'Eve', ...change })).toEqual({ upsertUser: { user, userErrors: [] } });
  });

  test.each([
    [
      'an unknown role',
      { roleIds: ['USER', 'JESTER'] },
      undefined,
      'INVALID_INPUT',
      ['input', 'roleIds', '1'],
    ],
    [
      'USER_READ_ONLY beside others',
      { roleIds: ['USER', 'USER_READ_ONLY'] },
      undefined,
      'INVALID_INPUT',
      ['input', 'roleIds', '1'],
    ],
    [
      'an unknown group',
      { groupIds: ['eng', 'no-group'] },
      undefined,
      'NOT_FOUND',
      ['input', 'groupIds', '1'],
    ],
    [
      'a way of contact given twice, of which one would be lost',
      {
        contact: [
          { kind: 'email', value: 'a@example.com' },
          { kind: 'email', value: 'b@example.com' },
        ],
      },
      undefined,
      'INVALID_INPUT',
      ['input', 'contact', '1', 'kind'],
    ],
    ['a name of blanks only', { name: ' ' }, undefined, 'INVALID_INPUT', ['input', 'name']],
    ['the id of an application user', {}, 'app:other', 'INVALID_INPUT', ['id']],
    ['an id that cannot go into a path', {}, '..', 'INVALID_INPUT', ['id']],
  ])('refuses %s and writes nothing', async (_, input, id, code, field) => {
    expect(await upsert({ name: 'Eve', ...input }, id)).toEqual({
      upsertUser: { user: null, userErrors: fault(code, field) },
    });
    expect(await stack.data('{ user(id: "eve@example.com") { id } }')).toEqual({ user: null });
  });

  test('is refused as an error, not in the payload, to those who are no administrators', async () => {
    const variables = { id: 'eve@example.com', input: { name: 'Eve' } };
    const answer = await stack.query(UPSERT_USER, { variables, token: world.token.bob });
    expect(answer.data).toEqual({ upsertUser: null });
    expect(codesByPath(answer)).toEqual(['upsertUser: FORBIDDEN']);
  });
});

describe('deleteUser', () => {
  const remove = (id: string) =>
    stack.data(`mutation { deleteUser(id: "${id}") { deletedId userErrors { code message field } } }`);

  test('gives the id as it was stored, and the user is gone', async () => {
    await stack.call('PUT', '/api/users/fay@example.com', { name: 'Fay', groups: ['ops'] });
    expect(await remove('FAY@example.com')).toEqual({
      deleteUser: { deletedId: 'fay@example.com', userErrors: [] },
    });
    const left = '{ user(id: "fay@example.com") { id } group(id: "ops") { members { nodes { id } } } }';
    expect(await stack.data(left)).toEqual({
      user: null,
      group: { members: { nodes: [{ id: 'bob@example.com' }] } },
    });
  });

  test('says that there is none', async () => {
    expect(await remove('fay@example.com')).toEqual({
      deleteUser: { deletedId: null, userErrors: fault('NOT_FOUND', ['id']) },
    });
  });
});

describe('upsertGroup', () => {
  const upsert = (input: object, id = 'qa') => stack.data(UPSERT_GROUP, { variables: { id, input } });
  const empty = { id: 'qa', description: 'Quality', roles: [], defaultAccess: [], members: { nodes: [] } };
  const access = { targetType: 'TASK_DEF', access: ['READ'] };
  const full = { description: 'Quality', roleIds: ['WORKER'], defaultAccess: [access] };
  const kept = { ...empty, roles: [{ id: 'WORKER' }] };

  beforeEach(async () => {
    await stack.data('mutation { deleteGroup(id: "qa") { deletedId } }');
  });

  test('creates a group with nothing but a description', async () => {
    expect(await upsert({ description: 'Quality' })).toEqual({
      upsertGroup: { group: empty, userErrors: [] },
    });
  });

  test.each([
    ['omitted', {}, kept],
    ['null', { roleIds: null }, kept],
    ['[]', { roleIds: [], defaultAccess: [] }, empty],
  ])('treats lists that are %s as the schema says', async (_, change, group) => {
    await upsert({ ...full, defaultAccess: [] });
    expect(await upsert({ description: 'Quality', ...change })).toEqual({
      upsertGroup: { group, userErrors: [] },
    });
  });

  // The schema promises it; REST clears what is absent (contract section 9), so it takes a read before the write.
  test('keeps the default access when it is omitted', async () => {
    await upsert(full);
    expect(await upsert({ description: 'Quality' })).toMatchObject({
      upsertGroup: { group: { defaultAccess: [access] } },
    });
  });

  test.each([
    ['an unknown role', { roleIds: ['JESTER'] }, ['input', 'roleIds', '0']],
    ['an empty description', { description: '' }, ['input', 'description']],
    [
      'default access to one type given twice, of which one would be lost',
      {
        defaultAccess: [
          { targetType: 'TASK_DEF', access: ['READ'] },
          { targetType: 'TASK_DEF', access: ['EXECUTE'] },
        ],
      },
      ['input', 'defaultAccess', '1', 'targetType'],
    ],
    [
      'default access to what members cannot create',
      { defaultAccess: [{ targetType: 'USER', access: ['READ'] }] },
      ['input', 'defaultAccess', '0', 'targetType'],
    ],
  ])('refuses %s', async (_, input, field) => {
    expect(await upsert({ description: 'Quality', ...input })).toEqual({
      upsertGroup: { group: null, userErrors: fault('INVALID_INPUT', field) },
    });
  });
});

test('deleteGroup leaves the members, and says when there is no such group', async () => {
  await stack.call('PUT', '/api/groups/temp', { description: 'Temporary' });
  await stack.call('POST', '/api/groups/temp/users/cy@example.com');
  const document = 'mutation { deleteGroup(id: "temp") { deletedId userErrors { code message field } } }';
  expect(await stack.data(document)).toEqual({ deleteGroup: { deletedId: 'temp', userErrors: [] } });
  expect(await stack.data('{ user(id: "cy@example.com") { name groups { id } } }')).toEqual({
    user: { name: 'Cy', groups: [{ id: 'eng' }] },
  });
  expect(await stack.data(document)).toEqual({
    deleteGroup: { deletedId: null, userErrors: fault('NOT_FOUND', ['id']) },
  });
});

describe.each([
  [
    'one at a time',
    'addUserToGroup',
    'removeUserFromGroup',
    '$ids: ID!',
    'userId: $ids',
    (id: string) => id,
    ['userId'],
  ],
  [
    'several at once',
    'addUsersToGroup',
    'removeUsersFromGroup',
    '$ids: [ID!]!',
    'userIds: $ids',
    (id: string) => [id],
    ['userIds', '0'],
  ],
] as const)('membership, %s,', (_, add, remove, type, argument, ids, field) => {
  const change = async (mutation: string, id: string, groupId = 'empty') => {
    const document = `mutation ($groupId: ID!, ${type}) { done: ${mutation}(groupId: $groupId, ${argument}) {
      group { members { nodes { id } } } userErrors { code message field } } }`;
    return stack.data(document, { variables: { groupId, ids: ids(id) } });
  };
  const members = (...nodes: string[]) => ({
    done: { group: { members: { nodes: nodes.map((id) => ({ id })) } }, userErrors: [] },
  });

  test('begins and ends, and repeating either changes nothing', async () => {
    expect(await change(add, 'DEE@example.com')).toEqual(members('dee@example.com'));
    expect(await change(add, 'dee@example.com')).toEqual(members('dee@example.com'));
    expect(await change(remove, 'dee@example.com')).toEqual(members());
    expect(await change(remove, 'dee@example.com')).toEqual(members());
  });

  test.each([add, remove])('names the user or the group that is unknown: %s', async (mutation) => {
    expect(await change(mutation, 'nobody@example.com')).toEqual({
      done: { group: null, userErrors: fault('NOT_FOUND', field) },
    });
    expect(await change(mutation, 'dee@example.com', 'no-group')).toEqual({
      done: { group: null, userErrors: fault('NOT_FOUND', ['groupId']) },
    });
  });
});

test('addUsersToGroup adds all or none', async () => {
  const document = `mutation { addUsersToGroup(groupId: "empty", userIds: ["dee@example.com", "nobody@example.com"]) {
    group { id } userErrors { code message field } } }`;
  expect(await stack.data(document)).toEqual({
    addUsersToGroup: { group: null, userErrors: fault('NOT_FOUND', ['userIds', '1']) },
  });
  expect(await stack.data('{ group(id: "empty") { members { totalCount } } }')).toEqual({
    group: { members: { totalCount: 0 } },
  });
});
