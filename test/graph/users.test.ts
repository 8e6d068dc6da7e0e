import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codesByPath } from '../support/graphql-answer.ts';
import { type Stack, startStack } from '../support/start-stack.ts';
import { buildWorld, type World } from '../support/world.ts';

let stack: Stack;
let world: World;

beforeAll(async () => {
  stack = await startStack();
  world = await buildWorld(stack);
});
afterAll(() => stack.stop());

describe('viewer', () => {
  test('is the user whom the token stands for', async () => {
    const { viewer } = Object(await stack.data('{ viewer { id displayName } }', { token: world.token.cy }));
    expect(viewer).toEqual({ id: 'cy@example.com', displayName: 'Cy' });
  });

  test("is the application's user for the token of an access key", async () => {
    const login = '($input: GenerateTokenInput!) { generateToken(input: $input) { token } }';
    const input = { keyId: world.key.id, keySecret: world.key.secret };
    const { generateToken } = Object(await stack.data(`mutation ${login}`, { variables: { input } }));
    const document = '{ viewer { id isApplicationUser application { id } } }';
    expect(await stack.data(document, { token: generateToken.token })).toEqual({
      viewer: {
        id: `app:${world.billing}`,
        isApplicationUser: true,
        application: { id: world.billing },
      },
    });
  });
});

describe('user', () => {
  test('tells all there is to know, with roles and groups as links', async () => {
    const document = `{ user(id: "ADA@example.com") {
      id displayName name uuid namespace isApplicationUser application { id }
      roles { id kind } groups { id description } contact { kind value }
      asTarget { type id: rawId rawType }
    } }`;
    expect(await stack.data(document)).toEqual({
      user: {
        id: 'ada@example.com',
        displayName: 'Ada',
        name: 'Ada',
        uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        namespace: 'default',
        isApplicationUser: false,
        application: null,
        roles: [{ id: 'ADMIN', kind: 'SYSTEM' }],
        groups: [{ id: 'eng', description: 'Engineering' }],
        contact: [
          { kind: 'email', value: 'ada@example.com' },
          { kind: 'slack', value: '@ada' },
        ],
        asTarget: { type: 'USER', id: 'ada@example.com', rawType: 'USER' },
      },
    });
  });

  test('is null without an error where there is none', async () => {
    expect(await stack.data('{ user(id: "nobody@example.com") { id name } }')).toEqual({ user: null });
  });

  test('has its own grants, those that came through a tag named so', async () => {
    const document = `{ user(id: "cy@example.com") {
      grants { subject { id } target { type id: rawId } access viaTag { key value } }
      onApplications: grants(targetType: APPLICATION) { target { id: rawId } }
    } }`;
    const subject = { id: 'cy@example.com' };
    const { user } = Object(await stack.data(document));
    expect(user.grants).toHaveLength(3);
    expect(user.grants).toEqual(
      expect.arrayContaining([
        { subject, target: { type: 'TAG', id: 'team:payments' }, access: ['READ'], viaTag: null },
        { subject, target: { type: 'APPLICATION', id: world.shipping }, access: ['READ'], viaTag: null },
        {
          subject,
          target: { type: 'APPLICATION', id: world.billing },
          access: ['READ'],
          viaTag: { key: 'team', value: 'payments' },
        },
      ]),
    );
    expect(user.onApplications.map(({ target }: { target: { id: string } }) => target.id).sort()).toEqual(
      [world.billing, world.shipping].sort(),
    );
  });

  test.each([
    [
      'through a group and itself',
      'bob@example.com',
      'WORKFLOW_DEF',
      'orders',
      ['READ', 'UPDATE', 'EXECUTE'],
    ],
    ['through a group alone', 'cy@example.com', 'WORKFLOW_DEF', 'orders', ['READ']],
    [
      'as an administrator',
      'ada@example.com',
      'SECRET_NAME',
      's',
      ['CREATE', 'READ', 'UPDATE', 'EXECUTE', 'DELETE'],
    ],
    ['not at all', 'dee@example.com', 'WORKFLOW_DEF', 'unknown', []],
  ])('has access in effect %s', async (_, id, type, targetId, accessTo) => {
    const document = `query ($id: ID!, $target: TargetInput!) { user(id: $id) { accessTo(target: $target) } }`;
    const variables = { id, target: { type, id: targetId } };
    expect(await stack.data(document, { variables })).toEqual({ user: { accessTo } });
  });

  test('links to the applications it created, and they back to it', async () => {
    const document =
      '{ user(id: "bob@example.com") { createdApplications { id name createdBy { id name } } } }';
    expect(await stack.data(document)).toEqual({
      user: {
        createdApplications: [
          { id: world.shipping, name: 'shipping', createdBy: { id: 'bob@example.com', name: 'Bob' } },
        ],
      },
    });
  });

  test('lists what it created by id, whatever the order of creation', async () => {
    const token = await stack.as('dee@example.com');
    await stack.call('PUT', '/api/users/dee@example.com', { name: 'Dee', roles: ['APPLICATION_CREATOR'] });
    for (const name of 'abcdefgh') await stack.call('POST', '/api/applications', { name }, token);
    const document = '{ user(id: "dee@example.com") { createdApplications { id } } }';
    const { user } = Object(await stack.data(document));
    const ids = user.createdApplications.map(({ id }: { id: string }) => id);
    expect(ids).toHaveLength(8);
    expect(ids).toEqual(ids.toSorted());
  });

  test('that is gone keeps its id where somebody links to it, and nothing else', async () => {
    await stack.call('PUT', '/api/users/gone@example.com', { name: 'Gone', roles: ['USER'] });
    const token = await stack.as('gone@example.com');
    const created = Object(await stack.call('POST', '/api/applications', { name: 'orphan' }, token));
    await stack.call('DELETE', '/api/users/gone@example.com');
    const document = `query ($id: ID!) { application(by: {id: $id}) { createdBy {
      id nodeId displayName name isApplicationUser roles { id } groups { id } contact { kind }
      grants { access } accessTo(target: {type: ROLE, id: "x"})
    } } }`;
    const { application } = Object(await stack.data(document, { variables: { id: created.id } }));
    expect(application.createdBy).toEqual({
      id: 'gone@example.com',
      nodeId: expect.any(String),
      displayName: null,
      name: null,
      isApplicationUser: null,
      roles: null,
      groups: null,
      contact: null,
      grants: null,
      accessTo: null,
    });
  });
});

describe('users', () => {
  const people = ['ada@example.com', 'bob@example.com', 'cy@example.com', 'dee@example.com'];

  test.each([
    ['none', 'null', people],
    ['text in the id', '{ text: "CY@" }', ['cy@example.com']],
    ['text in the name', '{ text: "bOB" }', ['bob@example.com']],
    ['a role held directly', '{ roleId: "release-manager" }', ['bob@example.com']],
    ['a group', '{ groupId: "eng" }', people.slice(0, 3)],
    ['several conditions at once', '{ groupId: "eng", roleId: "ADMIN", text: "a" }', ['ada@example.com']],
    ['conditions that nobody meets', '{ groupId: "empty" }', []],
  ])('can be filtered by %s', async (_, filter, ids) => {
    const { users } = Object(await stack.data(`{ users(filter: ${filter}) { totalCount nodes { id } } }`));
    expect(users).toEqual({ totalCount: ids.length, nodes: ids.map((id) => ({ id })) });
  });

  test('leave those of applications out unless they are asked for', async () => {
    const document = `{ users(includeApplications: true, filter: {text: "${world.billing}"}) {
      nodes { id isApplicationUser roles { id } application { id name } } } }`;
    const { users } = Object(await stack.data(document));
    expect(users.nodes).toEqual([
      {
        id: `app:${world.billing}`,
        isApplicationUser: true,
        roles: expect.arrayContaining([{ id: 'WORKER' }, { id: 'release-manager' }]),
        application: { id: world.billing, name: 'billing' },
      },
    ]);
  });

  test('are refused to those who are no administrators, as an error and not as an empty list', async () => {
    const answer = await stack.query('{ users { nodes { id } } }', { token: world.token.bob });
    expect(answer.data).toEqual({ users: null });
    expect(codesByPath(answer)).toEqual(['users: FORBIDDEN']);
  });
});
