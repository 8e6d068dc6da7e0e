import { afterAll, describe, expect, test } from 'vitest';
import { codesByPath } from '../support/graphql-answer.ts';
import { startStack } from '../support/start-stack.ts';
import { buildWorld } from '../support/world.ts';

const stack = await startStack();
const world = await buildWorld(stack);
afterAll(() => stack.stop());

const fault = (code: string, field: readonly string[] | null) => [
  { code, message: expect.any(String), field },
];

describe('subject', () => {
  test.each([
    [
      'user',
      '{ user: "BOB@example.com" }',
      { __typename: 'User', id: 'bob@example.com', displayName: 'Bob' },
    ],
    ['group', '{ group: "eng" }', { __typename: 'Group', id: 'eng', displayName: 'Engineering' }],
    ['role', '{ role: "ADMIN" }', { __typename: 'Role', id: 'ADMIN', displayName: 'ADMIN' }],
    [
      'user of an application',
      `{ user: "app:${world.billing}" }`,
      { __typename: 'User', id: `app:${world.billing}`, displayName: 'billing' },
    ],
    ['user who is not there', '{ user: "nobody@example.com" }', null],
    ['group that is not there', '{ group: "nothing" }', null],
    ['role that is not there', '{ role: "nothing" }', null],
  ])('finds a %s', async (_, by, subject) => {
    expect(await stack.data(`{ subject(by: ${by}) { __typename id displayName } }`)).toEqual({ subject });
  });

  test.each(['{}', '{ user: "a", group: "b" }'])('must be asked for by exactly one key: %s', async (by) => {
    const answer = await stack.query(`{ subject(by: ${by}) { id } }`);
    expect(answer.status).toBe(400);
    expect(codesByPath(answer)).toEqual([': GRAPHQL_VALIDATION_FAILED']);
  });
});

describe('target', () => {
  test('has its grants sorted by subject, each linked to the subject and back', async () => {
    const document = `{ target(by: {type: WORKFLOW_DEF, id: "orders"}) { type rawType id: rawId entity { __typename } grants {
      subject { __typename id displayName } target { type id: rawId } access viaTag { key } } } }`;
    const rest = { target: { type: 'WORKFLOW_DEF', id: 'orders' }, viaTag: null };
    expect(await stack.data(document)).toEqual({
      target: {
        type: 'WORKFLOW_DEF',
        rawType: 'WORKFLOW_DEF',
        id: 'orders',
        entity: null,
        grants: [
          {
            ...rest,
            subject: { __typename: 'Group', id: 'eng', displayName: 'Engineering' },
            access: ['READ'],
          },
          {
            ...rest,
            subject: { __typename: 'Role', id: 'release-manager', displayName: 'release-manager' },
            access: ['READ', 'UPDATE'],
          },
          {
            ...rest,
            subject: { __typename: 'User', id: 'bob@example.com', displayName: 'Bob' },
            access: ['READ', 'EXECUTE'],
          },
        ],
      },
    });
  });

  test('can be asked for the grants that include one access', async () => {
    const document =
      '{ target(by: {type: WORKFLOW_DEF, id: "orders"}) { grants(access: EXECUTE) { subject { id } } } }';
    expect(await stack.data(document)).toEqual({
      target: { grants: [{ subject: { id: 'bob@example.com' } }] },
    });
  });

  test.each([
    ['APPLICATION', world.shipping, { __typename: 'Application', id: world.shipping }],
    ['USER', 'ada@example.com', { __typename: 'User', id: 'ada@example.com' }],
    ['GROUP', 'ops', { __typename: 'Group', id: 'ops' }],
    ['ROLE', 'ADMIN', { __typename: 'Role', id: 'ADMIN' }],
    ['AUTH_CONFIG', 'shop-gateway', { __typename: 'GatewayAuthConfig', id: 'shop-gateway' }],
    ['GROUP', 'nothing', null],
    ['WORKFLOW_DEF', 'ops', null],
    ['TAG', 'team:payments', null],
  ])('of type %s leads to the entity %s, where that is in the graph', async (type, id, entity) => {
    const document = `query ($by: TargetInput!) { target(by: $by) { entity { __typename ... on Node { id: nodeId }
      ... on Application { key: id } ... on User { key: id } ... on Group { key: id } ... on Role { key: id }
      ... on GatewayAuthConfig { key: id } } } }`;
    const expected = entity && { __typename: entity.__typename, key: entity.id, id: expect.any(String) };
    expect(await stack.data(document, { variables: { by: { type, id } } })).toEqual({
      target: { entity: expected },
    });
  });

  test.each([
    'User',
    'Group',
    'Role',
    'Application',
    'GatewayAuthConfig',
  ])('is what asTarget of a %s leads to, and its entity leads back', async (type) => {
    const ids = {
      User: 'bob@example.com',
      Group: 'ops',
      Role: 'release-manager',
      Application: world.shipping,
      GatewayAuthConfig: 'shop-gateway',
    };
    const id = Object.entries(ids).find(([name]) => name === type)?.[1];
    const nodeId = Buffer.from(`${type}:${id}`).toString('base64url');
    const document = `{ node(nodeId: "${nodeId}") { ... on ${type} { asTarget {
        id: rawId grants { access } entity { ... on ${type} { nodeId } } } } } }`;
    expect(await stack.data(document)).toEqual({
      node: { asTarget: { id, grants: [{ access: expect.any(Array) }], entity: { nodeId } } },
    });
  });
});

describe('granting and removing', () => {
  const change = (mutation: string, input: object) =>
    stack.data(
      `mutation ($input: GrantInput!) { done: ${mutation}(input: $input) {
        subject { id } target { id: rawId grants { subject { id } access } } userErrors { code message field } } }`,
      { variables: { input } },
    );
  const target = { type: 'SECRET_NAME', id: 'db' };
  const input = (access: readonly string[], subject: object = { group: 'ops' }) => ({
    subject,
    target,
    access,
  });
  const state = (subject: string, ...grants: [string, string[]][]) => ({
    done: {
      subject: { id: subject },
      target: { id: 'db', grants: grants.map(([id, access]) => ({ subject: { id }, access })) },
      userErrors: [],
    },
  });

  test('adds to what is there, takes away what is named, and repeats without effect', async () => {
    expect(await change('grantPermissions', input(['READ']))).toEqual(state('ops', ['ops', ['READ']]));
    expect(await change('grantPermissions', input(['UPDATE', 'READ']))).toEqual(
      state('ops', ['ops', ['READ', 'UPDATE']]),
    );
    expect(await change('grantPermissions', input(['UPDATE']))).toEqual(
      state('ops', ['ops', ['READ', 'UPDATE']]),
    );
    expect(await change('grantPermissions', input(['READ'], { role: 'auditor' }))).toEqual(
      state('auditor', ['ops', ['READ', 'UPDATE']], ['auditor', ['READ']]),
    );
    expect(await change('removePermissions', input(['READ']))).toEqual(
      state('ops', ['ops', ['UPDATE']], ['auditor', ['READ']]),
    );
    expect(await change('removePermissions', input(['UPDATE', 'DELETE']))).toEqual(
      state('ops', ['auditor', ['READ']]),
    );
    expect(await change('removePermissions', input(['READ'], { role: 'auditor' }))).toEqual(state('auditor'));
  });

  test('takes a user in any case, and a subject that does not exist', async () => {
    expect(await change('grantPermissions', input(['READ'], { user: 'NOBODY@example.com' }))).toEqual(
      state('nobody@example.com', ['nobody@example.com', ['READ']]),
    );
  });

  test('takes the user of an application, whose id has a colon of its own', async () => {
    const id = `app:${world.billing}`;
    const subject = { user: id };
    const one = { subject, target: { type: 'SECRET_NAME', id: 'mail' }, access: ['READ'] };
    expect(await change('grantPermissions', one)).toMatchObject({
      done: { subject: { id }, target: { grants: [{ subject: { id }, access: ['READ'] }] } },
    });
  });

  test.each(['grantPermissions', 'removePermissions'])('takes at least one access: %s', async (mutation) => {
    expect(await change(mutation, input([]))).toEqual({
      done: { subject: null, target: null, userErrors: fault('INVALID_INPUT', ['input', 'access']) },
    });
  });

  test('on a tag holds for what bears it, at once', async () => {
    const subject = { user: 'dee@example.com' };
    const read = `{ user(id: "dee@example.com") { accessTo(target: {type: APPLICATION, id: "${world.shipping}"}) } }`;
    await change('grantPermissions', {
      subject,
      target: { type: 'TAG', id: 'team:logistics' },
      access: ['EXECUTE'],
    });
    expect(await stack.data(read)).toEqual({ user: { accessTo: ['EXECUTE'] } });
    await change('removePermissions', {
      subject,
      target: { type: 'TAG', id: 'team:logistics' },
      access: ['EXECUTE'],
    });
    expect(await stack.data(read)).toEqual({ user: { accessTo: [] } });
  });

  test('is open to the creator of the target, and to nobody else but administrators', async () => {
    const mutation = `mutation { grantPermissions(input: {subject: {user: "dee@example.com"},
      target: {type: APPLICATION, id: "${world.shipping}"}, access: [READ]}) { userErrors { code } } }`;
    expect(codesByPath(await stack.query(mutation, { token: world.token.bob }))).toEqual([]);
    expect(codesByPath(await stack.query(mutation, { token: world.token.cy }))).toEqual([
      'grantPermissions: FORBIDDEN',
    ]);
  });
});
