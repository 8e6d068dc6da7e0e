import { afterAll, beforeAll, expect, test } from 'vitest';
import { EmbeddedApi } from '../transport/embedded-api.ts';
import { follow, TRANSPORTS } from './follower.ts';
import { startFront } from './front.ts';
import { RawSocket, refusedUpgrade } from './raw-socket.ts';

let api: EmbeddedApi;
let admin: string;
beforeAll(async () => {
  api = await EmbeddedApi.start();
  admin = await api.adminToken();
});
afterAll(() => api.stop());

const SAID = 'subscription { said { cursor text } }';

test('a gateway that stops ends its streams after the last event, with the cursor to go on from', async () => {
  const front = await startFront(api.url);
  const followers = await Promise.all(TRANSPORTS.map((transport) => follow(transport, front, admin, SAID)));
  await front.followers(3);
  for (const text of ['one', 'two']) front.sayings.say(text);
  for (const follower of followers) await follower.next();
  for (const follower of followers) await follower.next();
  const stopping = front.stop();
  for (const follower of followers) {
    expect(await follower.ended()).toMatchObject({ code: 'SERVER_SHUTDOWN', cursor: '2' });
  }
  await stopping;
  expect(front.sayings.followers).toBe(0);
});

test('a gateway that stops loses no event: what was not sent comes after the cursor', async () => {
  const front = await startFront(api.url);
  const followers = await Promise.all(TRANSPORTS.map((transport) => follow(transport, front, admin, SAID)));
  await front.followers(3);
  for (let count = 1; count <= 200; count += 1) front.sayings.say(`number ${count}`);
  const stopping = front.stop();
  for (const follower of followers) {
    const cursors = ['0'];
    for (;;) {
      const result = await follower.next();
      if (result === null || result.errors) {
        if (result) expect(result.errors[0].extensions.cursor).toBe(cursors.at(-1));
        break;
      }
      cursors.push(result.data.said.cursor);
    }
    expect(cursors).toEqual(cursors.map((_, index) => String(index)));
  }
  await stopping;
});

test('a gateway that stops closes sockets with 1001 when what runs on them is answered', async () => {
  const front = await startFront(api.url);
  const busy = await RawSocket.init(front.socketEndpoint, admin);
  busy.subscribe('q', '{ slow }');
  busy.subscribe('s', SAID);
  const idle = await RawSocket.init(front.socketEndpoint, admin);
  const unknown = await RawSocket.open(front.socketEndpoint);
  await front.followers(1);
  const stopping = front.stop();
  expect(await idle.closed).toEqual({ code: 1001, reason: 'Going away' });
  expect(await unknown.closed).toMatchObject({ code: 1001 });
  busy.subscribe('late', '{ greeting }');
  expect(await busy.closed).toMatchObject({ code: 1001 });
  await stopping;
  expect(busy.messages.slice(1)).toMatchObject([
    { id: 's', type: 'error', payload: [{ extensions: { code: 'SERVER_SHUTDOWN' } }] },
    { id: 'late', type: 'error', payload: [{ extensions: { code: 'SERVER_SHUTDOWN' } }] },
    { id: 'q', type: 'next', payload: { data: { slow: 'done' } } },
    { id: 'q', type: 'complete' },
  ]);
});

test('a gateway that stops does not wait for clients that do not read', async () => {
  const front = await startFront(api.url);
  const followers = await Promise.all(TRANSPORTS.map((transport) => follow(transport, front, admin, SAID)));
  const deaf = await RawSocket.init(front.socketEndpoint, admin);
  deaf.subscribe('a', SAID);
  await front.followers(4);
  deaf.socket.pause();
  for (let count = 0; count < 100; count += 1) front.sayings.say('x'.repeat(100_000));
  await new Promise((resolve) => setTimeout(resolve, 200));
  const since = performance.now();
  await front.stop();
  expect(performance.now() - since).toBeLessThan(3000);
  deaf.socket.terminate();
  for (const follower of followers) follower.leave();
});

test('an upgrade is refused while the gateway stops', async () => {
  const front = await startFront(api.url);
  const busy = await RawSocket.init(front.socketEndpoint, admin);
  busy.subscribe('q', '{ slow }');
  await new Promise((resolve) => setTimeout(resolve, 50));
  const stopping = front.stop();
  const refused = await refusedUpgrade(front.socketEndpoint).catch((error: Error) => error.message);
  expect(refused).not.toBe('it was not refused');
  await stopping;
});
