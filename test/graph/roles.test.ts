import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listAt, textAt } from '../support/graphql-answer.ts';
import { type Stack, startStack } from '../support/start-stack.ts';
import { buildWorld, type World } from '../support/world.ts';

let stack: Stack;
let world: World;

beforeAll(async () => {
  stack = await startStack();
  world = await buildWorld(stack);
});
afterAll(() => stack.stop());

const fault = (code: string, field: readonly string[] | null) => [
  { code, message: expect.any(String), field },
];

describe('role', () => {
  test('tells what it permits, by resource and in the order of the schema', async () => {
    const document = `{ role(id: "release-manager") {
      id displayName description kind permissions { resource actions names } asTarget { type id: rawId }
    } }`;
    expect(await stack.data(document)).toEqual({
      role: {
        id: 'release-manager',
        displayName: 'release-manager',
        description: 'Runs releases',
        kind: 'CUSTOM',
        permissions: [
          { resource: 'TASK_DEF', actions: ['READ'], names: ['READ_TASK_DEF'] },
          {
            resource: 'WORKFLOW_DEF',
            actions: ['READ', 'EXECUTE'],
            names: expect.arrayContaining(['READ_WORKFLOW_DEF', 'EXECUTE_WORKFLOW_DEF']),
          },
        ],
        asTarget: { type: 'ROLE', id: 'release-manager' },
      },
    });
  });

  test('of the system shows a permission that is no action on a resource as a whole', async () => {
    const document = '{ role(id: "PROMPT_MANAGER") { kind permissions { resource actions names } } }';
    expect(await stack.data(document)).toEqual({
      role: {
        kind: 'SYSTEM',
        permissions: [{ resource: 'PROMPT_MANAGEMENT', actions: [], names: ['PROMPT_MANAGEMENT'] }],
      },
    });
  });

  test('is told apart by upper and lower case, and is null without an error where there is none', async () => {
    expect(await stack.data('{ role(id: "admin") { id } }')).toEqual({ role: null });
  });

  test('has grants of its own', async () => {
    const document = `{ role(id: "release-manager") {
      grants(targetType: WORKFLOW_DEF) { target { id: rawId } access }
      none: grants(targetType: ROLE) { access }
    } }`;
    expect(await stack.data(document)).toEqual({
      role: { grants: [{ target: { id: 'orders' }, access: ['READ', 'UPDATE'] }], none: [] },
    });
  });

  test('is held by groups, then by users and applications, who link back to it', async () => {
    const document = `{ role(id: "release-manager") { holders { nodes {
      __typename id ... on Group { roles { id } } ... on User { roles { id } } } } } }`;
    const back = { roles: expect.arrayContaining([{ id: 'release-manager' }]) };
    expect(await stack.data(document)).toEqual({
      role: {
        holders: {
          nodes: [
            { __typename: 'Group', id: 'ops', ...back },
            { __typename: 'User', id: `app:${world.billing}`, ...back },
            { __typename: 'User', id: 'bob@example.com', ...back },
          ],
        },
      },
    });
  });

  test('that is gone keeps its id where somebody links to it, and nothing else', async () => {
    const document = `{ node: target(by: {type: SECRET_NAME, id: "db"}) { grants { subject {
      id displayName ... on Role { description kind permissions { names } holders { totalCount } } } } } }`;
    const subject = { type: 'ROLE', id: 'gone' };
    const target = { type: 'SECRET_NAME', id: 'db' };
    await stack.call('POST', '/api/auth/authorization', { subject, target, access: ['READ'] });
    const nothing = { displayName: null, description: null, kind: null, permissions: null };
    expect(await stack.data(document)).toEqual({
      node: { grants: [{ subject: { id: 'gone', ...nothing, holders: { totalCount: 0 } } }] },
    });
  });
});

describe('roles', () => {
  test.each([
    ['custom ones', 'kind: CUSTOM', ['auditor', 'release-manager']],
    ['those with a text in the name', 'filter: {text: "worker"}', ['UNRESTRICTED_WORKER', 'WORKER']],
    ['those with a text in the description', 'filter: {text: "RUNS"}', ['release-manager']],
    [
      'those with a permission',
      'filter: {permission: "METADATA_VIEW"}, kind: SYSTEM',
      ['ADMIN', 'METADATA_MANAGER', 'USER_READ_ONLY', 'WORKFLOW_MANAGER'],
    ],
    ['none where nothing fits', 'kind: CUSTOM, filter: {text: "worker"}', []],
  ])('lists %s', async (_, args, ids) => {
    const document = `{ roles(${args}) { totalCount nodes { id } } }`;
    expect(await stack.data(document)).toEqual({
      roles: { totalCount: ids.length, nodes: ids.map((id) => ({ id })) },
    });
  });

  test('lists all thirteen to anybody with a token', async () => {
    const document = '{ roles { totalCount nodes { kind } } }';
    const data = await stack.data(document, { token: world.token.dee });
    expect(data).toMatchObject({ roles: { totalCount: 13 } });
    expect(listAt(data, 'roles', 'nodes').filter((role) => textAt(role, 'kind') === 'CUSTOM')).toHaveLength(
      2,
    );
  });
});

test('permissionCatalog has one entry for each resource, sorted', async () => {
  const data = await stack.data('{ permissionCatalog { resource actions names } }');
  const resources = listAt(data, 'permissionCatalog').map((entry) => textAt(entry, 'resource'));
  expect(resources).toEqual([...new Set(resources)].sort());
  expect(listAt(data, 'permissionCatalog')).toContainEqual({
    resource: 'GROUP',
    actions: ['READ'],
    names: ['READ_GROUP'],
  });
});

describe('writing a role', () => {
  const write = (mutation: string, id: string, input: object) =>
    stack.data(
      `mutation ($id: ID!, $input: RoleInput!) { done: ${mutation}(id: $id, input: $input) {
        role { id description kind permissions { resource actions } } userErrors { code message field } } }`,
      { variables: { id, input } },
    );
  const permissions = [{ resource: 'SECRET', actions: ['UPDATE', 'CREATE'] }];
  const shown = [{ resource: 'SECRET', actions: ['CREATE', 'UPDATE'] }];
  const role = { id: 'keeper', description: 'Keeps', kind: 'CUSTOM', permissions: shown };

  beforeEach(async () => {
    await stack.data('mutation { deleteRole(id: "keeper") { deletedId } }');
    await write('createRole', 'keeper', { description: 'Keeps', permissions });
  });

  test('creates one, and gives it back', async () => {
    await stack.data('mutation { deleteRole(id: "keeper") { deletedId } }');
    expect(await write('createRole', 'keeper', { description: 'Keeps', permissions })).toEqual({
      done: { role, userErrors: [] },
    });
  });

  test.each([
    ['keeps the description when it is omitted', {}, role],
    ['keeps the description when it is null', { description: null }, role],
    ['replaces it when it is given', { description: 'Guards' }, { ...role, description: 'Guards' }],
  ])('updates one and %s', async (_, input, updated) => {
    expect(await write('updateRole', 'keeper', { permissions, ...input })).toEqual({
      done: { role: updated, userErrors: [] },
    });
  });

  test('replaces the permissions of one', async () => {
    expect(await write('updateRole', 'keeper', { permissions: [] })).toMatchObject({
      done: { role: { permissions: [] } },
    });
  });

  test.each([
    ['a name that is taken', 'createRole', 'auditor', permissions, 'ALREADY_EXISTS', ['id']],
    ['a name of a system role', 'createRole', 'ADMIN', permissions, 'ALREADY_EXISTS', ['id']],
    ['a name with other characters', 'createRole', 'two words', permissions, 'INVALID_INPUT', ['id']],
    [
      'an unknown permission',
      'createRole',
      'pilot',
      [{ resource: 'PLANE', actions: ['READ'] }],
      'INVALID_INPUT',
      ['input', 'permissions'],
    ],
    ['changing an unknown role', 'updateRole', 'nothing', permissions, 'NOT_FOUND', ['id']],
    ['changing a system role', 'updateRole', 'USER', permissions, 'INVALID_INPUT', ['id']],
    [
      'changing a permission to an unknown one',
      'updateRole',
      'auditor',
      [...permissions, { resource: 'PLANE', actions: ['READ'] }],
      'INVALID_INPUT',
      ['input', 'permissions'],
    ],
  ])('refuses %s', async (_, mutation, id, wanted, code, field) => {
    expect(await write(mutation, id, { permissions: wanted })).toEqual({
      done: { role: null, userErrors: fault(code, field) },
    });
  });

  test('deletes one, which takes it from those who held it', async () => {
    await stack.call('PUT', '/api/users/dee@example.com', { name: 'Dee', roles: ['keeper'] });
    const document =
      'mutation ($id: ID!) { deleteRole(id: $id) { deletedId userErrors { code message field } } }';
    const remove = (id: string) => stack.data(document, { variables: { id } });
    expect(await remove('keeper')).toEqual({ deleteRole: { deletedId: 'keeper', userErrors: [] } });
    expect(await stack.data('{ user(id: "dee@example.com") { roles { id } } }')).toEqual({
      user: { roles: [] },
    });
    expect(await remove('keeper')).toEqual({
      deleteRole: { deletedId: null, userErrors: fault('NOT_FOUND', ['id']) },
    });
    expect(await remove('USER')).toEqual({
      deleteRole: { deletedId: null, userErrors: fault('INVALID_INPUT', ['id']) },
    });
  });
});
