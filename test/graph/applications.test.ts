import { afterAll, describe, expect, test } from 'vitest';
import { codesByPath, listAt, textAt } from '../support/graphql-answer.ts';
import { startStack } from '../support/start-stack.ts';
import { buildWorld } from '../support/world.ts';

const stack = await startStack();
const world = await buildWorld(stack);
afterAll(() => stack.stop());

const fault = (code: string, field: readonly string[] | null) => [
  { code, message: expect.any(String), field },
];
const NOBODY = '00000000-0000-0000-0000-000000000000';

describe('application', () => {
  test.each([
    ['its own id', { id: world.billing }],
    ['that of an access key', { accessKeyId: world.key.id }],
  ])('is found by %s, with all that belongs to it', async (_, by) => {
    const document = `query ($by: ApplicationBy!) { application(by: $by) {
      id name user { id name } roles { id } tags { key value }
      accessKeys { id status rawStatus application { id } createdAt createdBy { id } }
      gatewayAuthConfigs { id application { id } }
      createdAt createdBy { id name } updatedAt updatedBy { id } asTarget { type id: rawId }
    } }`;
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(await stack.data(document, { variables: { by } })).toEqual({
      application: {
        id: world.billing,
        name: 'billing',
        user: { id: `app:${world.billing}`, name: 'billing' },
        roles: expect.arrayContaining([{ id: 'WORKER' }, { id: 'release-manager' }]),
        tags: [
          { key: 'team', value: 'payments' },
          { key: 'tier', value: 'gold' },
        ],
        accessKeys: [
          {
            id: world.key.id,
            status: 'ACTIVE',
            rawStatus: 'ACTIVE',
            application: { id: world.billing },
            createdAt: time,
            createdBy: null,
          },
        ],
        gatewayAuthConfigs: [{ id: 'shop-gateway', application: { id: world.billing } }],
        createdAt: time,
        createdBy: { id: 'ada@example.com', name: 'Ada' },
        updatedAt: time,
        updatedBy: { id: 'ada@example.com' },
        asTarget: { type: 'APPLICATION', id: world.billing },
      },
    });
  });

  test.each([
    ['id', { id: NOBODY }],
    ['access key', { accessKeyId: NOBODY }],
  ])('is null without an error where there is none with that %s', async (_, by) => {
    const document = 'query ($by: ApplicationBy!) { application(by: $by) { id } }';
    expect(await stack.data(document, { variables: { by } })).toEqual({ application: null });
  });

  test('costs one call by access key, for its fields come along', async () => {
    const document = `{ application(by: {accessKeyId: "${world.key.id}"}) { id name createdAt createdBy { id } } }`;
    expect(await stack.cost(document)).toEqual([`GET /api/applications/key/${world.key.id}`]);
  });

  test('must be asked for by exactly one key', async () => {
    const document = 'query ($by: ApplicationBy!) { application(by: $by) { id } }';
    const answer = await stack.query(document, { variables: { by: { id: NOBODY, accessKeyId: NOBODY } } });
    expect(codesByPath(answer)).toEqual([': BAD_USER_INPUT']);
  });

  test('that is gone keeps its id where somebody links to it, and nothing else', async () => {
    const config = { id: 'orphan', applicationId: NOBODY, authenticationType: 'NONE' };
    await stack.call('POST', '/api/gateway/config/auth', config);
    const document = `{ gatewayAuthConfig(id: "orphan") { application {
      id name createdAt createdBy { id } updatedAt updatedBy { id } roles { id } accessKeys { id } user { id name }
    } } }`;
    const nothing = { name: null, createdAt: null, createdBy: null, updatedAt: null, updatedBy: null };
    expect(await stack.data(document)).toEqual({
      gatewayAuthConfig: {
        application: {
          id: NOBODY,
          ...nothing,
          roles: null,
          accessKeys: null,
          user: { id: `app:${NOBODY}`, name: null },
        },
      },
    });
    await stack.call('DELETE', '/api/gateway/config/auth/orphan');
  });
});

describe('applications', () => {
  test.each([
    ['text in the name', '{ text: "SHIP" }', ['shipping']],
    ['text in the id', `{ text: "${world.billing}" }`, ['billing']],
    ['a tag', '{ tag: {key: "team", value: "payments"} }', ['billing']],
    ['a tag of another value', '{ tag: {key: "team", value: "gold"} }', []],
    ['both', '{ text: "ship", tag: {key: "team", value: "payments"} }', []],
  ])('can be filtered by %s', async (_, filter, names) => {
    const document = `{ applications(filter: ${filter}) { totalCount nodes { name tags { key } } } }`;
    const data = await stack.data(document);
    expect(listAt(data, 'applications', 'nodes').map((node) => textAt(node, 'name'))).toEqual(names);
    expect(data).toMatchObject({ applications: { totalCount: names.length } });
  });

  test.each([
    ['an administrator', 'ada', ['administrator', 'billing', 'shipping']],
    ['the creator of one', 'bob', ['shipping']],
    ['somebody with a grant on one and on the tag of another', 'cy', ['billing', 'shipping']],
    ['somebody without any', 'dee', []],
  ] as const)('are those that %s may read', async (_, who, names) => {
    const document = '{ applications(filter: {text: "i"}) { nodes { name } } }';
    const data = await stack.data(document, { token: world.token[who] });
    expect(
      listAt(data, 'applications', 'nodes')
        .map((node) => textAt(node, 'name'))
        .sort(),
    ).toEqual(names);
  });
});

describe('writing applications', async () => {
  const PAYLOAD = 'application { id name roles { id } tags { key value } } userErrors { code message field }';
  const write = (mutation: string) => stack.data(`mutation { done: ${mutation} { ${PAYLOAD} } }`);
  const id = textAt(await write('createApplication(input: {name: "stock"})'), 'done', 'application', 'id');
  const stock = { id, name: 'stock', roles: [], tags: [] };
  const tag = (key: string, value: string) => ({ key, value });

  test.each([
    ['renames', `updateApplication(id: "${id}", input: {name: "store"})`, { ...stock, name: 'store' }],
    ['renames back', `updateApplication(id: "${id}", input: {name: "stock"})`, stock],
    [
      'gives a role',
      `addApplicationRole(applicationId: "${id}", roleId: "auditor")`,
      { ...stock, roles: [{ id: 'auditor' }] },
    ],
    [
      'gives it again, to no effect',
      `addApplicationRole(applicationId: "${id}", roleId: "auditor")`,
      { ...stock, roles: [{ id: 'auditor' }] },
    ],
    ['takes a role', `removeApplicationRole(applicationId: "${id}", roleId: "auditor")`, stock],
    [
      'takes it again, to no effect',
      `removeApplicationRole(applicationId: "${id}", roleId: "auditor")`,
      stock,
    ],
    [
      'adds tags',
      `setApplicationTags(applicationId: "${id}", tags: [{key: "b", value: "1"}, {key: "a", value: "1"}])`,
      { ...stock, tags: [tag('a', '1'), tag('b', '1')] },
    ],
    [
      'replaces the value of a key and leaves the others',
      `setApplicationTags(applicationId: "${id}", tags: [{key: "a", value: "2"}])`,
      { ...stock, tags: [tag('a', '2'), tag('b', '1')] },
    ],
    [
      'removes tags that match in key and value',
      `deleteApplicationTags(applicationId: "${id}", tags: [{key: "a", value: "1"}, {key: "b", value: "1"}])`,
      { ...stock, tags: [tag('a', '2')] },
    ],
  ])('%s, and gives the application read again', async (_, mutation, application) => {
    expect(await write(mutation)).toEqual({ done: { application, userErrors: [] } });
  });

  test.each([
    ['an empty name', 'createApplication(input: {name: ""})', 'INVALID_INPUT', ['input', 'name']],
    [
      'a rename to nothing',
      `updateApplication(id: "${id}", input: {name: " "})`,
      'INVALID_INPUT',
      ['input', 'name'],
    ],
    ['a rename of none', `updateApplication(id: "${NOBODY}", input: {name: "x"})`, 'NOT_FOUND', ['id']],
    [
      'an unknown role',
      `addApplicationRole(applicationId: "${id}", roleId: "JESTER")`,
      'INVALID_INPUT',
      ['roleId'],
    ],
    [
      'a role for none',
      `addApplicationRole(applicationId: "${NOBODY}", roleId: "WORKER")`,
      'NOT_FOUND',
      ['applicationId'],
    ],
    [
      'taking a role from none',
      `removeApplicationRole(applicationId: "${NOBODY}", roleId: "WORKER")`,
      'NOT_FOUND',
      ['applicationId'],
    ],
    [
      'a read-only role beside others',
      `addApplicationRole(applicationId: "${world.billing}", roleId: "USER_READ_ONLY")`,
      'INVALID_INPUT',
      ['roleId'],
    ],
    [
      'a tag without a key',
      `setApplicationTags(applicationId: "${id}", tags: [{key: "", value: "1"}])`,
      'INVALID_INPUT',
      null,
    ],
  ])('refuses %s', async (_, mutation, code, field) => {
    expect(await write(mutation)).toEqual({ done: { application: null, userErrors: fault(code, field) } });
  });

  // REST answers 200 to tags of what is not there (contract section 6), and the payload looks like a success.
  test.each([
    'setApplicationTags',
    'deleteApplicationTags',
  ])('says that there is no such application: %s', async (mutation) => {
    const tags = 'tags: [{key: "a", value: "1"}]';
    expect(await write(`${mutation}(applicationId: "${NOBODY}", ${tags})`)).toEqual({
      done: { application: null, userErrors: fault('NOT_FOUND', ['applicationId']) },
    });
  });

  test('deletes one, and says when there is none', async () => {
    const document = `mutation { deleteApplication(id: "${id}") { deletedId userErrors { code message field } } }`;
    expect(await stack.data(document)).toEqual({ deleteApplication: { deletedId: id, userErrors: [] } });
    expect(await stack.data(document)).toEqual({
      deleteApplication: { deletedId: null, userErrors: fault('NOT_FOUND', ['id']) },
    });
  });
});
