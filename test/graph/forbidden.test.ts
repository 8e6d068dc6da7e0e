import { afterAll, describe, expect, test } from 'vitest';
import { codesByPath, textAt } from '../support/graphql-answer.ts';
import { startStack } from '../support/start-stack.ts';
import { buildWorld } from '../support/world.ts';

let now = Date.now();
const stack = await startStack({ now: () => now });
const world = await buildWorld(stack);
afterAll(() => stack.stop());

describe("a non-administrator's token", () => {
  test('reads what it may, and gets FORBIDDEN at exactly the fields that it may not', async () => {
    const document = `{
      viewer { id name roles { id permissions { names } } groups { id description } grants { access } }
      roles(kind: CUSTOM) { nodes { id holders { totalCount } grants { access } } }
      applications { nodes { name roles { id } tags { key } createdBy { id name } } }
      target(by: {type: WORKFLOW_DEF, id: "orders"}) { grants { subject { id displayName } } }
      users { totalCount }
      group(id: "ops") { id }
      gatewayAuthConfigs { id }
    }`;
    const answer = await stack.query(document, { token: world.token.cy });
    expect(answer.status).toBe(200);
    expect(codesByPath(answer)).toEqual(
      [
        'viewer.groups.0.description: FORBIDDEN',
        'roles.nodes.0.holders: FORBIDDEN',
        'roles.nodes.0.grants: FORBIDDEN',
        'roles.nodes.1.holders: FORBIDDEN',
        'roles.nodes.1.grants: FORBIDDEN',
        'applications.nodes.0.roles: FORBIDDEN',
        'applications.nodes.0.createdBy.name: FORBIDDEN',
        'applications.nodes.1.roles: FORBIDDEN',
        'applications.nodes.1.createdBy.name: FORBIDDEN',
        'target.grants.0.subject.displayName: FORBIDDEN',
        'target.grants.2.subject.displayName: FORBIDDEN',
        'users: FORBIDDEN',
        'group: FORBIDDEN',
        'gatewayAuthConfigs: FORBIDDEN',
      ].sort(),
    );
    const application = { roles: null, tags: expect.any(Array) };
    expect(answer.data).toEqual({
      viewer: {
        id: 'cy@example.com',
        name: 'Cy',
        roles: [],
        groups: [{ id: 'eng', description: null }],
        grants: [{ access: ['READ'] }, { access: ['READ'] }],
      },
      roles: {
        nodes: [
          { id: 'auditor', holders: null, grants: null },
          { id: 'release-manager', holders: null, grants: null },
        ],
      },
      applications: {
        nodes: expect.arrayContaining([
          { ...application, name: 'billing', createdBy: { id: 'ada@example.com', name: null } },
          { ...application, name: 'shipping', createdBy: { id: 'bob@example.com', name: null } },
        ]),
      },
      target: {
        grants: [
          { subject: { id: 'eng', displayName: null } },
          { subject: { id: 'release-manager', displayName: 'release-manager' } },
          { subject: { id: 'bob@example.com', displayName: null } },
        ],
      },
      users: null,
      group: null,
      gatewayAuthConfigs: null,
    });
  });

  test('is told the status and the reason, and nothing of the inside', async () => {
    const { errors } = await stack.query('{ users { totalCount } }', { token: world.token.cy });
    expect(errors).toEqual([
      {
        message: expect.stringContaining('cy@example.com may not read users'),
        path: ['users'],
        locations: expect.any(Array),
        extensions: { code: 'FORBIDDEN', upstreamStatus: 403, requestId: expect.any(String) },
      },
    ]);
    expect(JSON.stringify(errors)).not.toMatch(/http|\/api|stack/);
  });

  test.each([
    'upsertUser(id: "x", input: {name: "X"}) { userErrors { code } }',
    'upsertGroup(id: "x", input: {description: "X"}) { userErrors { code } }',
    'createRole(id: "x", input: {permissions: []}) { userErrors { code } }',
    'createApplication(input: {name: "x"}) { userErrors { code } }',
    'grantPermissions(input: {subject: {user: "x"}, target: {type: TAG, id: "a:b"}, access: [READ]}) { userErrors { code } }',
    `createAccessKey(applicationId: "${world.billing}") { secret }`,
    'deleteGatewayAuthConfig(id: "shop-gateway") { deletedId }',
  ])('is refused the write: %s', async (mutation) => {
    const answer = await stack.query(`mutation { done: ${mutation} }`, { token: world.token.cy });
    expect(answer.data).toEqual({ done: null });
    expect(codesByPath(answer)).toEqual(['done: FORBIDDEN']);
  });
});

describe('an operation is UNAUTHENTICATED', () => {
  const read = (token: string | null) => stack.query('{ viewer { id } roles { totalCount } }', { token });
  const refused = ['roles: UNAUTHENTICATED', 'viewer: UNAUTHENTICATED'];

  test.each([
    ['no token', null],
    ['a token that nobody issued', 'abc.def.ghi'],
    [
      'a token with one character of its signature changed',
      world.token.cy.replace(/\.([^.])([^.]*)$/, (_, first, rest) => `.${first === 'A' ? 'B' : 'A'}${rest}`),
    ],
  ])('with %s', async (_, token) => {
    const answer = await read(token);
    expect(answer.data).toEqual({ viewer: null, roles: null });
    expect(codesByPath(answer)).toEqual(refused);
  });

  test('with an expired token, that worked before', async () => {
    expect(codesByPath(await read(world.token.cy))).toEqual([]);
    now += 13 * 60 * 60 * 1000;
    expect(codesByPath(await read(world.token.cy))).toEqual(refused);
    now -= 13 * 60 * 60 * 1000;
  });

  test('with the token of a key, as soon as that key is deleted', async () => {
    const key = await stack.call('POST', `/api/applications/${world.billing}/accessKeys`);
    const pair = { keyId: textAt(key, 'id'), keySecret: textAt(key, 'secret') };
    const token = textAt(await stack.call('POST', '/api/token', pair), 'token');
    expect(codesByPath(await read(token))).toEqual([]);
    await stack.call('DELETE', `/api/applications/${world.billing}/accessKeys/${pair.keyId}`);
    expect(codesByPath(await read(token))).toEqual(refused);
  });

  test('with the token of a user who was deleted, also when there is a new one of that name', async () => {
    await stack.call('PUT', '/api/users/tmp@example.com', { name: 'Tmp' });
    const token = await stack.as('tmp@example.com');
    expect(codesByPath(await read(token))).toEqual([]);
    await stack.call('DELETE', '/api/users/tmp@example.com');
    await stack.call('PUT', '/api/users/tmp@example.com', { name: 'Tmp' });
    expect(codesByPath(await read(token))).toEqual(refused);
  });
});

test('what is read for one caller never reaches another, however their operations interleave', async () => {
  const document = '{ viewer { id } users { totalCount } applications { totalCount } }';
  const callers = ['ada', 'bob', 'cy', 'dee'] as const;
  const seen = await Promise.all(
    Array.from({ length: 80 }, async (_, n) => {
      const who = callers[n % callers.length] ?? 'ada';
      const { data } = await stack.query(document, { token: world.token[who] });
      return `${who} ${JSON.stringify(data)}`;
    }),
  );
  const tell = (who: string, users: string, applications: number) =>
    `${who} {"viewer":{"id":"${who}@example.com"},"users":${users},"applications":{"totalCount":${applications}}}`;
  expect([...new Set(seen)].sort()).toEqual([
    tell('ada', '{"totalCount":5}', 3),
    tell('bob', 'null', 1),
    tell('cy', 'null', 2),
    tell('dee', 'null', 0),
  ]);
});
