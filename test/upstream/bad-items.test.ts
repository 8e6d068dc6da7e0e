import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { GatewayUnderTest } from '../transport/gateway-under-test.ts';
import { json, MisbehavingServer } from './misbehaving-server.ts';

let server: MisbehavingServer;
let gateway: GatewayUnderTest;
beforeAll(async () => {
  server = await MisbehavingServer.start();
  gateway = await GatewayUnderTest.start(server.url, { workflowUrl: server.url });
});
afterEach(() => server.reset());
afterAll(async () => {
  await gateway.stop();
  await server.stop();
});

const USERS = 'GET /api/users?apps=false';
const code = 'UPSTREAM_INVALID_RESPONSE';

describe('one record of a list that is wrong', () => {
  test('keeps its place and its key, and what is wrong fails at its own path', async () => {
    server.on(
      USERS,
      json([
        { id: 'ann', name: 'Ann' },
        { id: 'bob', name: 42 },
        { id: 'cy', name: 'Cy' },
      ]),
    );
    const { data, errors } = await gateway.send('{ users { totalCount nodes { id name } } }');
    expect(data.users).toEqual({
      totalCount: 3,
      nodes: [
        { id: 'ann', name: 'Ann' },
        { id: 'bob', name: null },
        { id: 'cy', name: 'Cy' },
      ],
    });
    expect(errors).toMatchObject([
      {
        path: ['users', 'nodes', 1, 'name'],
        message: "An upstream's answer cannot be read: expected a text at user.name.",
        extensions: { code },
      },
    ]);
  });

  test('costs nothing where only its key is asked for', async () => {
    server.on(USERS, json([{ id: 'ann' }, { id: 'bob', roles: 7 }]));
    const { data, errors } = await gateway.send('{ users { nodes { id } } }');
    expect([data.users.nodes, errors]).toEqual([[{ id: 'ann' }, { id: 'bob' }], []]);
  });

  test.each([
    ['null', null],
    ['a number', 7],
    ['an object without a key', { name: 'Nobody' }],
    ['an object with a key of a wrong type', { id: 7 }],
  ])('is left out if it has no key (%s), and an error says so', async (_, item) => {
    server.on(USERS, json([{ id: 'ann', name: 'Ann' }, item]));
    const { data, errors } = await gateway.send('{ users { nodes { id name } } }');
    expect(data.users.nodes).toEqual([{ id: 'ann', name: 'Ann' }]);
    expect(errors).toMatchObject([
      {
        message: "An upstream's answer cannot be read: expected an item with a key in users.",
        extensions: { code, requestId: expect.any(String) },
      },
    ]);
  });

  test('is told to everybody, though the same bytes are read only once', async () => {
    const filler = 'x'.repeat(500);
    server.on(USERS, json([{ id: 'ann', name: filler }, { id: 'bob', name: 42 }, null]));
    const answers = [];
    for (let n = 0; n < 3; n += 1) answers.push(await gateway.send('{ users { nodes { id name } } }'));
    for (const { data, errors } of answers) {
      expect(data.users.nodes).toEqual([
        { id: 'ann', name: filler },
        { id: 'bob', name: null },
      ]);
      expect(errors).toHaveLength(2);
    }
  });

  test('does so in a list that is read in slices as well', async () => {
    const users = Array.from({ length: 20_000 }, (_, n) => ({ id: `u${n}`, name: 'x'.repeat(60) }));
    server.on(USERS, json([...users, { id: 'zoe', name: 42 }, null]));
    const large = await GatewayUnderTest.start(server.url, { limits: { responseBytes: 8 * 1024 * 1024 } });
    try {
      const after = Buffer.from('u9999').toString('base64url');
      const { data, errors } = await large.send(
        `{ users(after: "${after}") { totalCount nodes { id name } } }`,
      );
      expect(data.users).toEqual({ totalCount: 20_001, nodes: [{ id: 'zoe', name: null }] });
      expect(errors).toHaveLength(2);
    } finally {
      await large.stop();
    }
  });

  test('is loud where it cannot be told whether it belongs to the answer', async () => {
    server.on(
      USERS,
      json([
        { id: 'ann', name: 'Ann' },
        { id: 'bob', name: 42 },
      ]),
    );
    const { data, errors } = await gateway.send('{ users(filter: { text: "x" }) { nodes { id } } }');
    expect(data).toEqual({ users: null });
    expect(errors).toMatchObject([{ path: ['users'], extensions: { code } }]);
  });

  test.each<[list: string, call: string, body: object, query: string]>([
    [
      'groups',
      'GET /api/groups',
      [{ id: 'a' }, { id: 'b', description: 1 }],
      'groups { nodes { id name: description } }',
    ],
    [
      'roles',
      'GET /api/roles',
      [{ name: 'a' }, { name: 'b', description: 1 }],
      'roles { nodes { id name: description } }',
    ],
    [
      'applications',
      'GET /api/applications',
      [{ id: 'a' }, { id: 'b', name: 1 }],
      'applications { nodes { id name } }',
    ],
    [
      'gateway configurations',
      'GET /api/gateway/config/auth',
      [{ id: 'a' }, { id: 'b', audience: 1 }],
      'gatewayAuthConfigs { id name: audience }',
    ],
    [
      'workflows',
      'GET /workflow-engine/api/v1/workflows?limit=50&offset=0',
      { count: 2, items: [{ id: 'a' }, { id: 'b', name: 1 }] },
      'roleWorkflows { nodes { id name } }',
    ],
    [
      'requests',
      'GET /workflow-engine/api/v1/requests?filter=all&limit=50&offset=0',
      { count: 2, items: [{ id: 'a' }, { id: 'b', name: 1 }] },
      'accessRequests { nodes { id name } }',
    ],
  ])('does not lose the others: %s', async (_, call, body, query) => {
    server.on(call, json(body));
    const { data, errors } = await gateway.send(`{ it: ${query} }`);
    expect(data.it.nodes ?? data.it).toEqual([
      { id: 'a', name: null },
      { id: 'b', name: null },
    ]);
    expect(errors).toMatchObject([{ extensions: { code } }]);
    expect(errors[0]?.path?.slice(-2)).toEqual([1, 'name']);
  });

  test('of what was granted loses the list of grants: no right may be hidden', async () => {
    server.on('GET /api/users/ann', json({ id: 'ann', name: 'Ann' })).on(
      'GET /api/users/ann/permissions',
      json({
        grantedAccess: [{ target: { type: 'DOMAIN', id: 'd' }, access: ['READ'] }, { access: ['READ'] }],
      }),
    );
    const { data, errors } = await gateway.send('{ user(id: "ann") { name grants { access } } }');
    expect(data.user).toEqual({ name: 'Ann', grants: null });
    expect(errors).toMatchObject([{ path: ['user', 'grants'], extensions: { code } }]);
  });
});
