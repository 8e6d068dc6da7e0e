import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { RawSocket, refusedUpgrade } from '../subscriptions/raw-socket.ts';
import { GatewayUnderTest } from '../transport/gateway-under-test.ts';
import { json, MisbehavingServer } from '../upstream/misbehaving-server.ts';

const serviceKey = { keyId: 'k1', keySecret: 's3cr3t-of-the-gateway' };
const USER = '{ user(id: "ann") { name } }';
const GET_USER = 'GET /api/users/ann';
/** Past the short way that plain requests take. */
const WAYS: Readonly<Record<string, Record<string, string>>> = {
  'the short way': {},
  'the long way': { origin: 'http://127.0.0.1' },
  'as a stream': { accept: 'text/event-stream' },
};

let server: MisbehavingServer;
let lending: GatewayUnderTest;
let sparing: GatewayUnderTest;
beforeAll(async () => {
  server = await MisbehavingServer.start();
  lending = await GatewayUnderTest.start(server.url, { serviceKey });
  sparing = await GatewayUnderTest.start(server.url, {
    rateLimit: { points: 100, windowMs: 60_000 },
    streams: { streamsPerCaller: 2 },
    trustedProxies: ['127.0.0.1'],
  });
});
afterEach(() => server.reset());
afterAll(async () => {
  await lending.stop();
  await sparing.stop();
  await server.stop();
});

/** An upstream that knows the service key, and lets everybody read. */
function letIn(): void {
  server
    .on('POST /api/token', json({ token: 'service-token' }))
    .on(GET_USER, json({ id: 'ann', name: 'Ann' }))
    .on('GET /api/roles', json([]))
    .on('GET /api/token/userInfo?claims=true', json({ id: 'ann', roles: [], groups: [] }));
}

const socketOf = ({ endpoint }: GatewayUnderTest) => endpoint.replace('http', 'ws');

describe("the gateway's own key is lent only where nothing at all was sent", () => {
  test('and there it is', async () => {
    letIn();
    expect((await lending.send(USER)).data).toEqual({ user: { name: 'Ann' } });
    expect(server.calls.at(-1)?.headers['x-authorization']).toBe('service-token');
  });

  const sent = [
    ['a token without a scheme', { authorization: 't0k' }],
    ['Basic', { authorization: 'Basic dTpw' }],
    ['Bearer without a token', { authorization: 'Bearer ' }],
    ['an empty header', { 'x-authorization': '' }],
    ['a right header beside an unknown scheme', { 'x-authorization': 't0k', authorization: 'Basic dTpw' }],
  ] as const;
  describe.each(Object.entries(WAYS))('%s', (_, way) => {
    test.each(sent)('%s is refused with 401, what to send, and nothing asked', async (_what, headers) => {
      letIn();
      const answer = await lending.send(USER, {}, { ...way, ...headers });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      expect(answer.errors).toMatchObject([
        {
          message: expect.stringMatching(/Send "(X-)?Authorization: Bearer <token>"/),
          extensions: { code: 'UNAUTHENTICATED', requestId: expect.any(String) },
        },
      ]);
      expect(server.log).toEqual([]);
    });
  });

  test('a tab is a blank like others: the token is taken, and the key is not', async () => {
    letIn();
    const answer = await lending.send(USER, {}, { authorization: 'bearer\tt0k' });
    expect(answer.errors).toEqual([]);
    expect(server.log).toEqual([GET_USER]);
    expect(server.calls[0]?.headers['x-authorization']).toBe('t0k');
  });

  test('a page may read why it was refused', async () => {
    const origin = 'https://studio.apollographql.com';
    const answer = await lending.send(USER, {}, { origin, authorization: 'Basic dTpw' });
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
  });
});

describe('what a WebSocket is opened with is understood, or closes it with what to send:', () => {
  test.each<[string, unknown]>([
    ['another name', { token: 't0k' }],
    ['yet another name', { authToken: 't0k' }],
    ['null', { Authorization: null }],
    ['nested', { headers: { Authorization: 'Bearer t0k' } }],
    ['nested below the right name', { Authorization: { token: 't0k' } }],
    ['a list', { Authorization: ['Bearer t0k'] }],
    ['a number', { 'X-Authorization': 7 }],
    ['an empty text', { authorization: '' }],
    ['no scheme', { Authorization: 't0k' }],
    ['another scheme', { Authorization: 'Basic dTpw' }],
    ['one name in two cases', { Authorization: 'Bearer t0k', authorization: 'Bearer t1k' }],
    ['a right one beside null', { Authorization: 'Bearer t0k', 'X-Authorization': null }],
  ])('%s', async (_, payload) => {
    letIn();
    const socket = await RawSocket.open(socketOf(lending));
    socket.send({ type: 'connection_init', payload });
    const { code, reason } = await socket.closed;
    expect(code).toBe(4400);
    expect(reason).toMatch(
      /Send (it once|"(X-)?Authorization: Bearer <token>"|\{"Authorization": "Bearer <token>"\})\./,
    );
    expect(server.log).toEqual([]);
  });

  test.each<[string, unknown, Record<string, string>, string]>([
    ['no parameters', undefined, {}, 'service-token'],
    ['empty ones', {}, {}, 'service-token'],
    ['headers of a page that say nothing of who asks', { 'X-Upstream-Calls': '1' }, {}, 'service-token'],
    ['a token', { AUTHORIZATION: 'bearer\tt0k', locale: 'en' }, {}, 't0k'],
    [
      'one in place of that of the upgrade',
      { 'x-authorization': 't0k' },
      { authorization: 'Bearer old' },
      't0k',
    ],
    ['none, so that of the upgrade', {}, { authorization: 'Bearer old' }, 'old'],
  ])('%s', async (_, payload, headers, token) => {
    letIn();
    const socket = await RawSocket.open(socketOf(lending), { headers });
    socket.send({ type: 'connection_init', ...(payload !== undefined && { payload }) });
    expect(await socket.next()).toEqual({ type: 'connection_ack' });
    socket.subscribe('a', USER);
    expect(await socket.next()).toMatchObject({ payload: { data: { user: { name: 'Ann' } } } });
    expect(server.calls.at(-1)?.headers['x-authorization']).toBe(token);
    socket.close();
  });

  test('an upgrade with something else is refused before it', async () => {
    const { status, body } = await refusedUpgrade(socketOf(lending), { authorization: 'Basic dTpw' });
    expect(status).toBe(401);
    expect(body).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });
});

describe('however a token is spelled, it is one caller', () => {
  const jwt = (last: string) => {
    const [head, claims] = [{ alg: 'HS256' }, { sub: 'ann' }].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    return `${head}.${claims}.${'A'.repeat(42)}${last}`;
  };
  const ROLES = '{ roles(first: 29) { nodes { id } } }'; // 40 points of 100, and 3 to be read the first time

  /** Tells how many of these were answered with data. */
  async function answered(headers: readonly Record<string, string>[]): Promise<number> {
    let count = 0;
    for (const sent of headers) {
      const { status, data } = await sparing.send(ROLES, {}, sent);
      expect([200, 401, 429]).toContain(status);
      if (data?.roles) count += 1;
    }
    return count;
  }
  const spellings = (token: string) =>
    Array.from({ length: 10 }, (_, n) => [
      { authorization: `Bearer ${' '.repeat(n)}${token}` },
      { authorization: `${n % 2 ? 'bEARER' : 'BEARER'}\t${token}` },
      { 'x-authorization': `Bearer${'\t'.repeat(n + 1)}${token}` },
      { 'x-authorization': token },
      { 'x-authorization': token, authorization: `bearer ${token}` },
    ]).flat();

  test('with one allowance of points: blanks, tabs, case, either header or both', async () => {
    letIn();
    expect(await answered(spellings('one'))).toBe(2);
  });

  test('beside made-up tokens in the other header', async () => {
    letIn();
    const beside = Array.from({ length: 20 }, (_, n) => [
      { 'x-authorization': 'beside', authorization: `Bearer junk-${n}` },
      { 'x-authorization': `junk-${n}`, authorization: 'Bearer beside' },
      { 'x-authorization': 'beside', authorization: `Basic junk${n}` },
    ]).flat();
    expect(await answered(beside)).toBe(2);
  });

  test('with other last characters of its signature', async () => {
    letIn();
    const all = ['A', 'B', 'C', 'D', 'A=', 'A ', 'A!'].map((last) => ({
      authorization: `Bearer ${jwt(last)}`,
    }));
    expect(await answered([...all, ...all, ...all])).toBe(2);
  });

  test('with one allowance of sockets, whatever is beside it', async () => {
    letIn();
    const open = async (payload: object) => {
      const socket = await RawSocket.open(socketOf(sparing));
      socket.send({ type: 'connection_init', payload });
      return {
        socket,
        isOpen: await Promise.race([socket.next().then(() => true), socket.closed.then(() => false)]),
      };
    };
    const opened = [];
    for (const payload of [
      { Authorization: 'Bearer many' },
      { Authorization: 'BEARER\t many' },
      { 'X-Authorization': 'many' },
      { 'x-authorization': 'many', authorization: 'Bearer junk-1' },
      { 'x-authorization': 'many', authorization: 'Bearer junk-2' },
      { 'x-authorization': 'junk-3', authorization: 'Bearer many' },
    ]) {
      opened.push(await open(payload));
    }
    expect(opened.filter(({ isOpen }) => isOpen)).toHaveLength(2);
    for (const { socket } of opened) socket.close();
    await Promise.all(opened.map(({ socket }) => socket.closed));
    const again = await open({ Authorization: 'Bearer many' });
    expect(again.isOpen).toBe(true);
    again.socket.close();
  });

  test('and who sends none is counted by address', async () => {
    letIn();
    const open = async (address: string) => {
      const socket = await RawSocket.open(socketOf(sparing), { headers: { 'x-forwarded-for': address } });
      socket.send({ type: 'connection_init' });
      return Promise.race([socket.next().then(() => socket), socket.closed.then(() => null)]);
    };
    const sockets = [
      await open('192.0.2.1'),
      await open('192.0.2.1'),
      await open('192.0.2.1'),
      await open('192.0.2.2'),
    ];
    expect(sockets.map((socket) => socket !== null)).toEqual([true, true, false, true]);
    for (const socket of sockets) socket?.close();
  });
});

describe('a header that says who asks, or whom, is there once', () => {
  /** Sends bytes as they are, and gives the status and all that came. */
  async function exchange(head: readonly string[], body = ''): Promise<{ status: number; received: string }> {
    const socket = connect(Number(new URL(lending.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
    const received = await text(socket);
    return { status: Number(received.split(' ')[1]), received };
  }
  const BODY = JSON.stringify({ query: USER });
  const POST = [
    'POST /graphql HTTP/1.1',
    'host: localhost',
    'connection: close',
    'content-type: application/json',
    `content-length: ${BODY.length}`,
  ];
  const UPGRADE = [
    'GET /graphql HTTP/1.1',
    'host: localhost',
    'connection: upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-protocol: graphql-transport-ws',
  ];

  test.each<[string, readonly string[]]>([
    ['Authorization', ['authorization: Bearer a', 'Authorization: Bearer b']],
    ['Authorization with the same twice', ['authorization: Bearer a', 'authorization: Bearer a']],
    ['X-Authorization', ['x-authorization: a', 'X-AUTHORIZATION: b']],
    ['Host', ['Host: evil.example']],
    ['an empty Authorization', ['authorization: Bearer a', 'authorization:']],
    ['Origin', ['origin: http://a.example', 'origin: http://b.example']],
  ])('%s twice is 400 on both ways of a request and on an upgrade, and nothing is asked', async (_, twice) => {
    letIn();
    for (const [head, body] of [
      [[...POST, ...twice], BODY],
      [[...POST, ...twice, 'x-upstream-calls: 1'], BODY],
      [[...UPGRADE, ...twice], ''],
      [['GET /health HTTP/1.1', 'host: localhost', 'connection: close', ...twice], ''],
    ] as const) {
      const { status, received } = await exchange(head, body);
      expect(status).toBe(400);
      expect(received).toMatch(/"message":"The header [a-z-]+ was sent twice\. Send it once\."/);
    }
    expect(server.log).toEqual([]);
  });

  test('once, it is answered', async () => {
    letIn();
    expect(await exchange([...POST, 'authorization: Bearer a'], BODY)).toMatchObject({ status: 200 });
  });
});

test('who sends nothing, and is asked by the upstream who calls, is told what to send', async () => {
  server
    .on(GET_USER, json({ message: 'The token is not valid: The header x-authorization is missing' }, 401))
    .on('POST /api/token', json({ message: 'No such key' }, 401));
  const { errors } = await sparing.send(USER);
  expect(errors).toMatchObject([
    {
      message: 'No token was sent. Add the header "Authorization: Bearer <token>" (status 401).',
      extensions: { code: 'UNAUTHENTICATED', upstreamStatus: 401 },
    },
  ]);
  // Whoever signs in sends no token yet, and hears what is wrong with the key.
  const signIn = 'mutation { generateToken(input: {keyId: "k", keySecret: "guess"}) { token } }';
  expect((await sparing.send(signIn)).errors).toMatchObject([{ message: 'No such key' }]);
});
