import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EmbeddedApi } from '../transport/embedded-api.ts';
import { json, MisbehavingServer } from '../upstream/misbehaving-server.ts';
import { follow, type Transport } from './follower.ts';
import { type Front, startFront } from './front.ts';
import { RawSocket } from './raw-socket.ts';
import { EVENT_STREAM, MULTIPART, RawStream } from './raw-stream.ts';

const SAID = 'subscription ($after: String) { said(after: $after) { cursor text } }';
/** More than the buffers of the operating system take, at both ends. */
const SAYINGS = 60;
const TEXT = 'x'.repeat(1_000_000);
const STALL_MS = 1000;

let api: EmbeddedApi;
let admin: string;
let front: Front;
beforeAll(async () => {
  api = await EmbeddedApi.start();
  admin = await api.adminToken();
  front = await startFront(api.url, { limits: { streamKeepAliveMs: STALL_MS } });
});
afterAll(async () => {
  await front.stop();
  await api.stop();
});

/** Says more than a client takes that does not read, and waits until the stream was given up. */
async function stall(): Promise<string> {
  await front.followers(1);
  const first = front.sayings.say('first');
  for (let index = 0; index < SAYINGS; index += 1) front.sayings.say(`${index} ${TEXT}`);
  await front.followers(0);
  return first;
}

/** What came before the stream ended was told once and in order, and the cursor leads to the rest. */
async function expectResumable(
  told: readonly { readonly cursor: string }[],
  end: unknown,
  first: string,
): Promise<void> {
  expect(end).toMatchObject({ extensions: { code: 'SLOW_CONSUMER', cursor: expect.any(String) } });
  const { cursor } = Object(end).extensions;
  expect(told.map((one) => Number(one.cursor))).toEqual(told.map((_, index) => Number(first) + index));
  expect(told.length).toBeLessThan(SAYINGS);
  expect(cursor).toBe(told.at(-1)?.cursor);
  const rest = await follow(
    'server-sent events',
    front,
    admin,
    SAID.replace('$after: String', `$after: String = "${cursor}"`),
  );
  const { data } = await rest.next();
  expect(Number(data.said.cursor)).toBe(Number(cursor) + 1);
  rest.leave();
  await front.followers(0);
}

test('a WebSocket that stops reading is told the cursor to go on from when it reads again', async () => {
  const socket = await RawSocket.init(front.socketEndpoint, admin);
  socket.subscribe('a', SAID);
  // It is cut off when it has not answered a ping by the next one: that is not what is tested here.
  await once(socket.socket, 'ping');
  await setTimeout(50);
  socket.socket.pause();
  const first = await stall();
  socket.socket.resume();
  while (socket.messages.at(-1)?.type !== 'error') await setTimeout(10);
  const told = socket.messages.flatMap(({ type, payload }) => (type === 'next' ? [payload.data.said] : []));
  await expectResumable(told, socket.messages.at(-1)?.payload[0], first);
  socket.close();
});

test.each([
  ['server-sent events', EVENT_STREAM],
  ['multipart messages', MULTIPART],
])('a client of %s that stops reading is told the cursor to go on from when it reads again', async (_, accept) => {
  const stream = await RawStream.open(front.endpoint, SAID, { accept, authorization: `Bearer ${admin}` });
  const first = await stall();
  const all = await stream.rest();
  const told = all.slice(0, -1).map((message) => (message.payload ?? message).data.said);
  await expectResumable(told, all.at(-1).errors[0], first);
});

test.each([
  'WebSocket',
  'server-sent events',
  'multipart',
] as const)('what happens while a client over %s does not read costs no REST call for it', async (transport) => {
  const upstream = await MisbehavingServer.start();
  upstream.on('GET /api/token/userInfo?claims=true', json({ id: 'ann' }));
  upstream.on('GET /api/users/ann', json({ id: 'ann', name: TEXT.slice(0, 900_000) }));
  const other = await startFront(upstream.url);
  const leave = await subscribeWithoutReading(transport, other);
  await other.followers(1);
  const reads = () => upstream.log.filter((call) => call === 'GET /api/users/ann').length;
  for (let index = 0; index < SAYINGS; index += 1) other.sayings.say(String(index));
  let before = Number.NaN;
  while (before !== reads()) {
    before = reads();
    await setTimeout(500);
  }
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(SAYINGS);
  for (let index = 0; index < SAYINGS; index += 1) other.sayings.say(String(index));
  await setTimeout(500);
  expect(reads()).toBe(before);
  expect(other.sayings.followers).toBe(1);
  leave();
  await other.followers(0);
  await other.stop();
  await upstream.stop();
});

/** Subscribes to what costs a read for each event, and gives what ends it. */
async function subscribeWithoutReading(transport: Transport, to: Front): Promise<() => void> {
  const query = 'subscription { userNamed(id: "ann") }';
  if (transport === 'WebSocket') {
    const socket = await RawSocket.init(to.socketEndpoint, 'token');
    socket.subscribe('a', query);
    await to.followers(1);
    socket.socket.pause();
    return () => socket.socket.terminate();
  }
  const accept = transport === 'multipart' ? MULTIPART : EVENT_STREAM;
  const stream = await RawStream.open(to.endpoint, query, { accept, authorization: 'Bearer token' });
  return () => stream.leave();
}
