import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { userEntityKey } from '../../src/gateway/changes/capture/entity-keys.ts';
import { GatewayUnderTest } from '../transport/gateway-under-test.ts';
import { json, MisbehavingServer } from '../upstream/misbehaving-server.ts';

const ID = '3B1E6A52-Ab';
const OWN = `app:${ID}`;
const APPLICATION = { id: ID, name: 'Shop', createdBy: `APP:${ID}`, tags: [] };
const USER = { id: OWN, name: 'Shop', applicationUser: true, roles: [], groups: [] };
const ON_ORDERS = { target: { type: 'WORKFLOW_DEF', id: 'orders' }, access: ['READ'] };

let server: MisbehavingServer;
let gateway: GatewayUnderTest;
beforeAll(async () => {
  server = await MisbehavingServer.start();
  gateway = await GatewayUnderTest.start(server.url);
});
afterEach(() => server.reset());
afterAll(async () => {
  await gateway.stop();
  await server.stop();
});

function answerAll(): void {
  const world: Readonly<Record<string, unknown>> = {
    [`/api/users/app%3A${ID}`]: USER,
    [`/api/users/app%3A${ID}/permissions`]: { grantedAccess: [ON_ORDERS] },
    '/api/users/ann%40example.com': { id: 'Ann@Example.com', roles: [], groups: [] },
    '/api/users/ann%40example.com/permissions': { grantedAccess: [] },
    '/api/users?apps=true': [USER, { id: 'Ann@Example.com', roles: [], groups: [] }],
    '/api/applications': [APPLICATION],
    [`/api/applications/${ID}`]: APPLICATION,
    [`/api/applications/${ID}/tags`]: [],
    '/api/groups': [],
    '/api/roles': [{ name: 'WORKER', permissions: [] }],
    '/api/roles/system': { WORKER: { name: 'WORKER', permissions: [] } },
    '/api/roles/WORKER': { name: 'WORKER', permissions: [] },
    '/api/token/userInfo': { id: 'ann@example.com', roles: [{ name: 'ADMIN', permissions: [] }] },
    '/api/auth/authorization/WORKFLOW_DEF/orders?groupBy=subject': {
      [`USER:APP:${ID}`]: ['READ'],
      'USER:ANN@example.com': ['READ'],
    },
  };
  for (const [path, body] of Object.entries(world)) server.on(`GET ${path}`, json(body));
}

async function data(document: string) {
  answerAll();
  const { data: found, errors } = await gateway.send(document);
  expect(errors).toEqual([]);
  return found;
}

const NAMED = { id: ID, name: 'Shop' };

describe('the id of an application with capitals', () => {
  test.each([OWN, `APP:${ID}`, `App:${ID}`])('is found through its user, asked for as %s', async (id) => {
    const { user } = await data(`{ user(id: "${id}") { id application { id name } } }`);
    expect(user).toEqual({ id: OWN, application: NAMED });
  });

  test('is found through the list of users', async () => {
    const { users } = await data(
      '{ users(includeApplications: true) { nodes { id application { id name } } } }',
    );
    expect(users.nodes).toEqual([
      { id: 'ann@example.com', application: null },
      { id: OWN, application: NAMED },
    ]);
  });

  test('leads to its user, and to what that has created', async () => {
    const { application } = await data(
      `{ application(by: { id: "${ID}" }) { user { id application { id name } createdApplications { id } } createdBy { id } } }`,
    );
    expect(application).toEqual({
      user: { id: OWN, application: NAMED, createdApplications: [{ id: ID }] },
      createdBy: { id: OWN },
    });
  });

  test('is found through those who hold an access, in whatever case REST names them', async () => {
    const { whoCan } = await data(
      `{ whoCan(target: { type: WORKFLOW_DEF, id: "orders" }, access: READ) {
        applications { nodes { subject { id ... on User { application { id name } } } } } people { nodes { subject { id } } }
      } }`,
    );
    expect(whoCan.applications.nodes).toEqual([{ subject: { id: OWN, application: NAMED } }]);
    expect(whoCan.people.nodes).toEqual([{ subject: { id: 'ann@example.com' } }]);
  });

  test('is kept where its user is given a role', async () => {
    server.on(`POST /api/applications/${ID}/roles/WORKER`, json({}));
    const { applyAccessChanges } = await data(
      `mutation { applyAccessChanges(items: [{ addRole: { holder: { user: "APP:${ID}" }, roleId: "WORKER" } }]) {
        results { status } userErrors { code message }
      } }`,
    );
    expect(applyAccessChanges).toEqual({ results: [{ status: 'APPLIED' }], userErrors: [] });
    expect(server.log.filter((call) => call.startsWith('POST'))).toEqual([
      `POST /api/applications/${ID}/roles/WORKER`,
    ]);
  });

  test('is what changes of its user are about', () => {
    expect(userEntityKey(`APP:${ID}`)).toMatchObject({ id: OWN, target: { type: 'APPLICATION', id: ID } });
    expect(userEntityKey('Ann@Example.com')).toMatchObject({
      id: 'ann@example.com',
      target: { type: 'USER', id: 'ann@example.com' },
    });
  });

  test('is described once, with the roles that its user has', async () => {
    const { accessDescription } = await data('{ accessDescription }');
    expect(accessDescription).toMatch(/applications:\n\s+Shop:/);
    expect(accessDescription).not.toMatch(/3b1e/);
  });
});
