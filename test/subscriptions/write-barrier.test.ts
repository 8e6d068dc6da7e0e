import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { json, MisbehavingServer } from '../upstream/misbehaving-server.ts';
import { type Follower, follow } from './follower.ts';
import { type Front, startFront } from './front.ts';

let upstream: MisbehavingServer;
let front: Front;
let follower: Follower;
beforeEach(async () => {
  upstream = await MisbehavingServer.start();
  upstream.on('GET /api/token/userInfo?claims=true', json({ id: 'ann' }));
  upstream.on('PUT /api/users/ann', json({}));
  front = await startFront(upstream.url);
  follower = await follow('WebSocket', front, 'token', 'subscription { userNamed(id: "ann") }');
  await front.followers(1);
});
afterEach(async () => {
  follower.leave();
  await front.stop();
  await upstream.stop();
});

/** Writes through the gateway; resolves when that is acknowledged. */
async function rename(): Promise<void> {
  const response = await fetch(front.endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer token' },
    body: JSON.stringify({ query: 'mutation { rename(id: "ann", name: "A") }' }),
  });
  expect(await response.json()).toEqual({ data: { rename: 'A' } });
}

/** A read that is answered when it is told to, with a name. */
function heldRead(name: string) {
  const release = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const answer: Parameters<MisbehavingServer['on']>[1] = async (response, call) => {
    asked.resolve();
    await release.promise;
    await json({ id: 'ann', name })(response, call);
  };
  return { answer, asked: asked.promise, release: release.resolve };
}

test('what was read while something was written is thrown away, and read again', async () => {
  const early = heldRead('before the write');
  upstream.on('GET /api/users/ann', early.answer, json({ id: 'ann', name: 'after the write' }));
  front.sayings.say('event');
  await early.asked;
  await rename();
  early.release();
  expect(await follower.next()).toEqual({ data: { userNamed: 'after the write' } });
  expect(upstream.log.filter((call) => call === 'GET /api/users/ann')).toHaveLength(2);
});

test('the second time, a write that comes to pass meanwhile is acknowledged after the message is out', async () => {
  const [early, late] = [heldRead('before'), heldRead('before the second write')];
  upstream.on('GET /api/users/ann', early.answer, late.answer);
  front.sayings.say('event');
  await early.asked;
  await rename();
  early.release();
  await late.asked;
  const order: string[] = [];
  const acknowledged = rename().then(() => order.push('acknowledged'));
  while (upstream.log.filter((call) => call === 'PUT /api/users/ann').length < 2) await setTimeout(5);
  await setTimeout(100);
  expect(order).toEqual([]);
  late.release();
  expect(await follower.next()).toEqual({ data: { userNamed: 'before the second write' } });
  order.push('sent');
  await acknowledged;
  expect(order).toEqual(['sent', 'acknowledged']);
});
