import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { GatewayUnderTest } from '../transport/gateway-under-test.ts';
import { json, MisbehavingServer, text } from './misbehaving-server.ts';

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

describe('an upstream of another version', () => {
  test('may send roles and groups as strings or as objects, in one list', async () => {
    server.on(
      'GET /api/users/ann',
      json({
        id: 'ann',
        roles: ['USER', { name: 'ADMIN', permissions: [] }],
        groups: [{ id: 'eng' }, 'ops'],
      }),
    );
    const { data, errors } = await gateway.send('{ user(id: "ann") { roles { id } groups { id } } }');
    expect(errors).toEqual([]);
    expect(data.user).toEqual({
      roles: [{ id: 'USER' }, { id: 'ADMIN' }],
      groups: [{ id: 'eng' }, { id: 'ops' }],
    });
  });

  test('may leave out everything but the key, and send what nobody knows', async () => {
    server.on(
      'GET /api/users?apps=false',
      json([
        { id: 'ann', shoeSize: 42 },
        { id: 'bob', roles: null },
      ]),
    );
    const { data, errors } = await gateway.send(
      '{ users { nodes { id displayName name uuid roles { id } groups { id } contact { kind } } } }',
    );
    const bare = { name: null, uuid: null, roles: [], groups: [], contact: [] };
    expect(errors).toEqual([]);
    expect(data.users.nodes).toEqual([
      { id: 'ann', displayName: 'ann', ...bare },
      { id: 'bob', displayName: 'bob', ...bare },
    ]);
  });

  test('may grant on a type of target that we do not know: its own word is kept', async () => {
    server.on(
      'GET /api/users/ann/permissions',
      json({
        grantedAccess: [
          { target: { type: 'QUANTUM_FLOW', id: 'q' }, access: ['READ'] },
          { target: { type: 'WORKFLOW_DEF', id: 'w' }, access: ['EXECUTE', 'READ'] },
        ],
      }),
    );
    server.on('GET /api/users/ann', json({ id: 'ann' }));
    const { data, errors } = await gateway.send(
      '{ user(id: "ann") { grants { target { type rawType id: rawId } access } } }',
    );
    expect(errors).toEqual([]);
    expect(data.user.grants).toEqual([
      { target: { type: null, rawType: 'QUANTUM_FLOW', id: 'q' }, access: ['READ'] },
      { target: { type: 'WORKFLOW_DEF', rawType: 'WORKFLOW_DEF', id: 'w' }, access: ['READ', 'EXECUTE'] },
    ]);
  });

  test('may look an application up by key with an object or a bare id', async () => {
    server
      .on('GET /api/applications/key/k1', json({ id: 'app1' }))
      .on('GET /api/applications/key/k2', text('app1', 'text/plain'))
      .on('GET /api/applications/app1', json({ id: 'app1', name: 'Billing' }));
    const { data, errors } = await gateway.send(
      '{ a: application(by: { accessKeyId: "k1" }) { name } b: application(by: { accessKeyId: "k2" }) { name } }',
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({ a: { name: 'Billing' }, b: { name: 'Billing' } });
  });

  test('may know a status of access keys that we do not: the key stays, with its own word', async () => {
    server
      .on('GET /api/applications/app1', json({ id: 'app1' }))
      .on('GET /api/applications/app1/accessKeys', json([{ id: 'k', status: 'FROZEN', createTime: 0 }]));
    const { data, errors } = await gateway.send(
      '{ application(by: { id: "app1" }) { accessKeys { id status rawStatus createdAt } } }',
    );
    expect(errors).toEqual([]);
    expect(data.application.accessKeys).toEqual([
      { id: 'k', status: null, rawStatus: 'FROZEN', createdAt: '1970-01-01T00:00:00.000Z' },
    ]);
  });
});

describe('a right that we do not recognise', () => {
  test('fails loudly with everything that would hide it, and nothing else', async () => {
    server.on('GET /api/users/ann', json({ id: 'ann', name: 'Ann' })).on(
      'GET /api/users/ann/permissions',
      json({
        grantedAccess: [
          { target: { type: 'WORKFLOW_DEF', id: 'w' }, access: ['READ', 'TELEPORT'] },
          { target: { type: 'WORKFLOW_DEF', id: 'x' }, access: ['READ'] },
        ],
      }),
    );
    const { data, errors } = await gateway.send(
      '{ user(id: "ann") { name roles { id } grants { target { id: rawId } access } } }',
    );
    expect(data.user).toEqual({ name: 'Ann', roles: [], grants: null });
    expect(errors).toMatchObject([
      { path: ['user', 'grants', 0, 'access'], extensions: { code: 'UPSTREAM_INVALID_RESPONSE' } },
    ]);
  });

  test('fails a question about access as well', async () => {
    server
      .on('GET /api/users/ann', json({ id: 'ann', name: 'Ann' }))
      .on('GET /api/users/ann/checkPermissions?type=WORKFLOW_DEF&id=w', json({ READ: true, TELEPORT: true }));
    const { data, errors } = await gateway.send(
      '{ user(id: "ann") { name accessTo(target: { type: WORKFLOW_DEF, id: "w" }) } }',
    );
    expect(data.user).toEqual({ name: 'Ann', accessTo: null });
    expect(errors).toMatchObject([
      { path: ['user', 'accessTo'], extensions: { code: 'UPSTREAM_INVALID_RESPONSE' } },
    ]);
  });
});

describe('an answer of a wrong shape', () => {
  test('is one error, at the place where it was needed, that names the member and not its value', async () => {
    server
      .on('GET /api/groups/eng', json({ id: 'eng', description: 'Engineering' }))
      .on('GET /api/groups/eng/users', json({ users: ['CANARY'] }));
    const got = await gateway.send(
      '{ group(id: "eng") { description members { nodes { id } } roles { id } } }',
    );
    expect(got.data).toEqual({ group: { description: 'Engineering', members: null, roles: [] } });
    expect(got.errors).toMatchObject([
      {
        path: ['group', 'members'],
        message: "An upstream's answer cannot be read: expected a list at users.",
        extensions: { code: 'UPSTREAM_INVALID_RESPONSE' },
      },
    ]);
    expect(got.text).not.toContain('CANARY');
  });
});
