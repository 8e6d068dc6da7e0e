import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GatewayUnderTest } from '../transport/gateway-under-test.ts';
import { json, MisbehavingServer, text } from './misbehaving-server.ts';

let server: MisbehavingServer;
let gateway: GatewayUnderTest;
beforeAll(async () => {
  server = await MisbehavingServer.start();
  gateway = await GatewayUnderTest.start(server.url, { workflowUrl: server.url });
});
afterAll(async () => {
  await gateway.stop();
  await server.stop();
});

const WORKFLOW = {
  id: 'w',
  name: 'W',
  author: { id: 'u', display_name: 'U' },
  action: 'GRANT',
  grant_types: ['PERMANENT'],
  max_active_requests: 1,
  created: '2026-01-01T15:05:05Z',
  target_roles: [{ id: 'r', name: 'R', deleted: false }],
  steps: [
    {
      id: 's',
      name: 'S',
      match: 'ANY',
      approvers: [{ id: 'a', role: { id: 'r', name: 'R' }, decision: 'WAITING' }],
    },
  ],
};

/** A read of each kind, with a body as it should be. */
const READS: readonly [call: string, body: unknown, query: string][] = [
  [
    'GET /api/users?apps=false',
    [
      {
        id: 'ann',
        name: 'Ann',
        roles: ['USER', { name: 'X' }],
        groups: [{ id: 'g' }],
        contactInformation: { a: 'b' },
        applicationUser: false,
      },
    ],
    '{ users { nodes { id name uuid isApplicationUser roles { id } groups { id } contact { kind value } } } }',
  ],
  [
    'GET /api/applications',
    [{ id: 'a', name: 'A', createdBy: 'ann', createTime: 1782734603123, tags: [{ key: 'k', value: 'v' }] }],
    '{ applications { nodes { id name createdAt createdBy { id } tags { key value } } } }',
  ],
  [
    'GET /api/roles',
    [
      {
        name: 'R',
        description: 'D',
        type: 'custom',
        permissions: ['READ_X', { name: 'Y' }, { resource: 'Z', actions: ['READ'] }],
      },
    ],
    '{ roles { nodes { id description permissions { resource actions } } } }',
  ],
  [
    'GET /api/auth/authorization/DOMAIN/d?groupBy=subject',
    { 'USER:ann': ['READ', 'EXECUTE'] },
    '{ target(by: { type: DOMAIN, id: "d" }) { grants { subject { id } access } } }',
  ],
  [
    'GET /workflow-engine/api/v1/workflows?limit=50&offset=0',
    { count: 1, items: [WORKFLOW] },
    '{ roleWorkflows { totalCount nodes { id name action grantTypes maxActiveRequests createdAt author { id name } targetRoles { id name } steps { match approverRoles { id } } } } }',
  ],
  [
    'GET /workflow-engine/api/v1/requests?filter=all&limit=50&offset=0',
    {
      count: 1,
      items: [
        {
          ...WORKFLOW,
          status: 'WAITING',
          requester: { id: 'u' },
          grant_type: 'FLOATING',
          floating_length: 2,
        },
      ],
    },
    '{ accessRequests { nodes { id status granted { type floatingHours } requested { type } steps { approvals { decision user { id } } } } } }',
  ],
];

const ODD = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(2 ** 53 + 1, -1, 1e308, '', '__proto__', ' ', '\u0000', 'X'.repeat(5000), [], {}, [[]], {
    id: {},
  }),
);

/** Replaces one value somewhere in a body by an odd one. */
function withOdd(body: unknown, way: readonly number[], odd: unknown): unknown {
  const [turn, ...rest] = way;
  if (turn === undefined || typeof body !== 'object' || body === null) return odd;
  const entries = Object.entries(body);
  if (entries.length === 0) return odd;
  const [key] = entries[turn % entries.length] ?? [''];
  const changed = entries.map(([name, value]): [string, unknown] => [
    name,
    name === key ? withOdd(value, rest, odd) : value,
  ]);
  return Array.isArray(body) ? changed.map(([, value]) => value) : Object.fromEntries(changed);
}

/** Asks, and expects data or a typed error, and nothing that looks like a bug. */
async function ask(query: string): Promise<void> {
  gateway.logged.length = 0;
  const { status, errors } = await gateway.send(query);
  expect(status).toBe(200);
  expect(errors.filter(({ extensions }) => extensions['code'] !== 'UPSTREAM_INVALID_RESPONSE')).toEqual([]);
  expect(gateway.logged.filter((line) => Number(line['level']) >= 50)).toEqual([]);
}

describe('whatever a body holds, fields are answered or fail with a typed error', () => {
  test.each(READS)('%s, with one value somewhere replaced', async (call, body, query) => {
    server.on(call, json(body));
    expect((await gateway.send(query)).errors).toEqual([]);
    const ways = fc.array(fc.nat(20), { maxLength: 7 });
    await fc.assert(
      fc.asyncProperty(ways, ODD, async (way, odd) => {
        server.on(call, json(withOdd(body, way, odd)));
        await ask(query);
      }),
      { numRuns: 60 },
    );
  });

  test.each(READS)('%s, cut off anywhere or with a byte changed', async (call, body, query) => {
    const whole = JSON.stringify(body);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.boolean(), async (at, isCut) => {
        const broken = isCut ? whole.slice(0, at) : `${whole.slice(0, at)}\u0001${whole.slice(at + 1)}`;
        server.on(call, text(broken, 'application/json'));
        await ask(query);
      }),
      { numRuns: 25 },
    );
  });
});

describe('a body that is odd but JSON', () => {
  const USER = 'GET /api/users/ann';
  const code = 'UPSTREAM_INVALID_RESPONSE';

  test('with a key twice is read as JSON has it: the last one counts', async () => {
    server.on(USER, text('{"id":"ann","name":"First","name":"Last"}', 'application/json'));
    expect((await gateway.send('{ user(id: "ann") { name } }')).data).toEqual({ user: { name: 'Last' } });
  });

  test.each([
    '9007199254740993',
    '1e400',
    '-1.5',
    '"1"',
  ])('with %s for a count is a typed error', async (count) => {
    const call = 'GET /workflow-engine/api/v1/workflows?limit=50&offset=0';
    server.on(call, text(`{"count":${count},"items":[]}`, 'application/json'));
    const { data, errors } = await gateway.send('{ roleWorkflows { totalCount } }');
    expect(data).toEqual({ roleWorkflows: null });
    expect(errors).toMatchObject([{ path: ['roleWorkflows'], extensions: { code } }]);
  });

  test('with __proto__ for a key changes nothing about objects', async () => {
    server.on(
      USER,
      text('{"id":"ann","__proto__":{"name":"Evil"},"constructor":{"name":"Evil"}}', 'application/json'),
    );
    expect((await gateway.send('{ user(id: "ann") { name } }')).data).toEqual({ user: { name: null } });
  });

  test('that would be gigabytes if it were inflated is inflated no further than the cap', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '));
    server.on(USER, (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(bomb);
    });
    const before = process.memoryUsage().arrayBuffers;
    const { data, errors } = await gateway.send('{ user(id: "ann") { name } }');
    expect(data).toEqual({ user: null });
    expect(errors).toMatchObject([{ path: ['user'], extensions: { code } }]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
  });
});
