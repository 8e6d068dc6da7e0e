import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { RawSocket } from '../../subscriptions/raw-socket.ts';
import { EmbeddedApi } from '../../transport/embedded-api.ts';
import { GatewayUnderTest } from '../../transport/gateway-under-test.ts';

const CHANGES = {
  file: ':memory:',
  history: { rows: 1000, ageMs: 3_600_000 },
  backlog: 100,
  watch: null,
  redisUrl: null,
};

let api: EmbeddedApi;
let gateway: GatewayUnderTest;
let admin: string;
beforeAll(async () => {
  api = await EmbeddedApi.start();
  gateway = await GatewayUnderTest.start(api.url, { changes: CHANGES });
  admin = await api.adminToken();
});
afterEach(() => {
  gateway.logged.length = 0;
});
afterAll(async () => {
  await gateway.stop();
  await api.stop();
});

const endpointOf = (of: GatewayUnderTest) => of.endpoint.replace('http', 'ws');
const expectNoTrouble = () =>
  expect(gateway.logged.filter(({ level, err }) => Number(level) >= 50 || err !== undefined)).toEqual([]);

describe('what a client says before anybody knows who it is, is bounded:', () => {
  test.each([
    [
      'a first message of 500 kB of brackets',
      `{"type":"connection_init","payload":{"a":${'['.repeat(500_000)}`,
    ],
    [
      'a first message with a long token',
      JSON.stringify({ type: 'connection_init', payload: { Authorization: 'x'.repeat(17_000) } }),
    ],
    ['a ping before it', JSON.stringify({ type: 'ping', payload: { a: 'x'.repeat(17_000) } })],
  ])('%s closes the socket with 4400', async (_, message) => {
    const socket = await RawSocket.open(endpointOf(gateway));
    socket.send(message);
    expect(await socket.closed).toEqual({ code: 4400, reason: 'The message is too long' });
    expectNoTrouble();
  });
});

describe('what a client says that is known is bounded as well:', () => {
  const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
  test.each([
    ['a ping', `{"type":"ping","payload":${nested(2100)}}`],
    [
      'variables',
      `{"id":"a","type":"subscribe","payload":{"query":"{ __typename }","variables":${nested(2100)}}}`,
    ],
    [
      'extensions',
      `{"id":"a","type":"subscribe","payload":{"query":"{ __typename }","extensions":${nested(2100)}}}`,
    ],
  ])('%s with more than 2,000 levels closes the socket with 4400', async (_, message) => {
    const socket = await RawSocket.init(endpointOf(gateway), admin);
    socket.send(message);
    expect(await socket.closed).toEqual({ code: 4400, reason: 'The message is nested too deep' });
    expectNoTrouble();
  });

  test('a body with more than 2,000 levels is told so, whichever way it comes', async () => {
    for (const accept of ['*/*', 'application/json, */*;q=0.1', 'text/event-stream']) {
      const body = `{"query":"{ __typename }","extensions":${nested(50_000)}}`;
      const answer = await gateway.post(body, { 'content-type': 'application/json', accept });
      expect(answer.status).toBe(400);
      expect(answer.errors).toMatchObject([
        { message: 'There are more than 2000 lists and objects within each other.' },
      ]);
    }
    expectNoTrouble();
  });

  test('an operation with a long id is refused', async () => {
    const socket = await RawSocket.init(endpointOf(gateway), admin);
    socket.subscribe('x'.repeat(257), '{ __typename }');
    expect((await socket.next()).payload).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }]);
    socket.close();
  });

  test('a thousand operations in one packet keep nobody else waiting', async () => {
    const socket = await RawSocket.init(endpointOf(gateway), admin);
    const connection: Socket = Reflect.get(socket.socket, '_socket');
    connection.cork();
    for (let n = 0; n < 1000; n++) socket.subscribe(`o${n}`, '{ __typename }');
    connection.uncork();
    await fetch(`${gateway.url}/health`);
    expect(socket.messages.length).toBeLessThan(1000);
    socket.close();
    await socket.closed;
  });
});

test('events of streams cost points, and a stream whose subscriber has none left ends with RATE_LIMITED and its cursor', async () => {
  const sparing = await GatewayUnderTest.start(api.url, {
    changes: CHANGES,
    rateLimit: { points: 300, windowMs: 60_000 },
  });
  const socket = await RawSocket.init(endpointOf(sparing), admin);
  socket.subscribe('a', 'subscription { accessChanges { cursor kind } }');
  // Others, whose points are others.
  const writers: string[] = [];
  for (let n = 0; n < 6; n++) {
    api.ahead += 1000;
    writers.push(await api.adminToken());
  }
  expect(new Set([admin, ...writers]).size).toBe(7);
  const isOver = () => socket.messages.at(-1)?.type === 'error';
  for (let n = 0; n < 60 && !isOver(); n++) {
    await sparing.send(
      'mutation ($d: String!) { upsertGroup(id: "g", input: {description: $d}) { group { id } } }',
      { d: `d${n}` },
      { 'x-authorization': writers[n % 6] ?? '' },
    );
  }
  await expect.poll(isOver).toBe(true);
  const told = socket.messages.filter(({ type }) => type === 'next').length;
  const end = socket.messages.find(({ type }) => type === 'error');
  expect(told).toBeGreaterThan(2);
  expect(end?.payload).toMatchObject([
    {
      extensions: { code: 'RATE_LIMITED', cursor: expect.any(String), retryAfterSeconds: expect.any(Number) },
    },
  ]);
  socket.close();
  await sparing.stop();
});
