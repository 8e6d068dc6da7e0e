import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { EmbeddedApi } from '../transport/embedded-api.ts';
import { json, MisbehavingServer } from '../upstream/misbehaving-server.ts';
import { type Follower, follow, TRANSPORTS } from './follower.ts';
import { type Front, startFront } from './front.ts';
import { RawSocket } from './raw-socket.ts';

const SAID = 'subscription { said { text } }';
/** The bound: a stream ends so soon after its token has ended. */
const IN_TIME = 2000;

let api: EmbeddedApi;
let admin: string;
let front: Front;
beforeAll(async () => {
  api = await EmbeddedApi.start();
  admin = await api.adminToken();
  front = await startFront(api.url);
  await api.call('PUT', '/users/ann@example.com', admin, { name: 'Ann', roles: [] });
});
afterEach(() => front.followers(0));
afterAll(async () => {
  await front.stop();
  await api.stop();
});

/** An application with a key, which may read all users. */
async function newKey() {
  const { id: application } = await api.call<{ id: string }>('POST', '/applications', admin, { name: 'app' });
  const path = `/applications/${application}`;
  await api.call('POST', `${path}/roles/ADMIN`, admin);
  const { id, secret } = await api.call<{ id: string; secret: string }>('POST', `${path}/accessKeys`, admin);
  return {
    signIn: () => api.signIn(id, secret),
    signInFor: async (seconds: number) => {
      const body = { keyId: id, keySecret: secret, expiration: seconds };
      return (await api.call<{ token: string }>('POST', '/token', '', body)).token;
    },
    switchOff: () => api.call('POST', `${path}/accessKeys/${id}/status?status=INACTIVE`, admin),
    give: (role: string) => api.call('POST', `${path}/roles/${role}`, admin),
    take: (role: string) => api.call('DELETE', `${path}/roles/${role}`, admin),
  };
}

/** Subscribes in all three ways, and sees to it that each has got an event. */
async function followAll(token: string, query = SAID, on = front): Promise<readonly Follower[]> {
  const followers = await Promise.all(TRANSPORTS.map((transport) => follow(transport, on, token, query)));
  await on.followers(TRANSPORTS.length);
  on.sayings.say('before');
  for (const follower of followers) expect((await follower.next()).data).toBeTruthy();
  return followers;
}

/** Waits for the end of all, which must come in time, and gives how each ended. */
async function endsOf(followers: readonly Follower[], since = Date.now()): Promise<unknown[]> {
  const ends = await Promise.all(followers.map((follower) => follower.ended()));
  expect(Date.now() - since).toBeLessThan(IN_TIME);
  for (const follower of followers) follower.leave();
  return ends;
}

const endedBy = (code: string) =>
  TRANSPORTS.map(() => expect.objectContaining({ code, cursor: expect.any(String) }));

describe('a stream, in all three ways,', () => {
  test('ends with its cursor when its token expires', async () => {
    const key = await newKey();
    const token = await key.signInFor(2);
    const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    expect(await endsOf(await followAll(token), exp * 1000)).toEqual(endedBy('UNAUTHENTICATED'));
  });

  test('ends with its cursor when the key of its token is switched off', async () => {
    const key = await newKey();
    const followers = await followAll(await key.signIn());
    await key.switchOff();
    expect(await endsOf(followers)).toEqual(endedBy('UNAUTHENTICATED'));
  });

  test('ends with its cursor when a role is taken from its caller', async () => {
    const key = await newKey();
    const followers = await followAll(await key.signIn());
    await key.take('ADMIN');
    expect(await endsOf(followers)).toEqual(endedBy('FORBIDDEN'));
  });

  test('ends at once with an event that its caller may no longer read', async () => {
    const key = await newKey();
    const followers = await followAll(
      await key.signIn(),
      'subscription { userNamed(id: "ann@example.com") }',
    );
    await key.take('ADMIN');
    front.sayings.say('forbidden');
    expect(await endsOf(followers)).toEqual(endedBy('FORBIDDEN'));
  });

  test('ends at once with an event when its token holds no more, though the event is read from nowhere', async () => {
    const calm = await startFront(api.url, { limits: { tokenCheckMs: 60_000 } });
    const key = await newKey();
    const followers = await followAll(await key.signIn(), SAID, calm);
    await key.switchOff();
    calm.sayings.say('forbidden');
    expect(await endsOf(followers)).toEqual(endedBy('UNAUTHENTICATED'));
    await calm.stop();
  });

  test('lives on when its caller is given a role', async () => {
    const key = await newKey();
    await key.take('ADMIN');
    const quick = await startFront(api.url, { limits: { tokenCheckMs: 50 } });
    const followers = await followAll(await key.signIn(), SAID, quick);
    await key.give('WORKER');
    await setTimeout(200);
    quick.sayings.say('still here');
    for (const follower of followers) {
      expect(await follower.next()).toEqual({ data: { said: { text: 'still here' } } });
      follower.leave();
    }
    await quick.stop();
  });

  test('lives on while the upstream cannot be asked, but is sent nothing unchecked', async () => {
    const upstream = await MisbehavingServer.start();
    const asked = 'GET /api/token/userInfo?claims=true';
    upstream.on(asked, json({ id: 'ann' }));
    const quick = await startFront(upstream.url, { limits: { tokenCheckMs: 50 } });
    const followers = await followAll('token', SAID, quick);
    upstream.on(asked, json({}, 503));
    await setTimeout(200);
    upstream.on(asked, json({ id: 'ann' }));
    quick.sayings.say('still here');
    for (const follower of followers) {
      expect(await follower.next()).toEqual({ data: { said: { text: 'still here' } } });
    }
    upstream.on(asked, json({}, 503));
    quick.sayings.say('unchecked');
    expect(await endsOf(followers)).toEqual(endedBy('UNCHECKED_EVENT'));
    await quick.stop();
    await upstream.stop();
  });
});

test('a socket whose token is refused is closed with 4403, after the last words of its streams', async () => {
  const key = await newKey();
  const socket = await RawSocket.init(front.socketEndpoint, await key.signIn());
  socket.subscribe('a', SAID);
  socket.subscribe('b', SAID);
  await front.followers(2);
  await key.switchOff();
  expect(await socket.closed).toEqual({ code: 4403, reason: 'Forbidden' });
  expect(socket.messages.slice(1)).toMatchObject([
    { id: 'a', type: 'error', payload: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    { id: 'b', type: 'error', payload: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
  ]);
});

test('an idle token is checked so often while it holds anything, and not after', async () => {
  const quick = await startFront(api.url, { limits: { tokenCheckMs: 100 } });
  const held = await Promise.all(TRANSPORTS.map((transport) => follow(transport, quick, admin, SAID)));
  await quick.followers(3);
  api.log.length = 0;
  await setTimeout(1050);
  const checks = api.log.filter((call) => call.endsWith('userInfo?claims=true')).length;
  expect(checks).toBeGreaterThan(5);
  expect(checks).toBeLessThan(12);
  for (const follower of held) follower.leave();
  await quick.followers(0);
  await setTimeout(250);
  api.log.length = 0;
  await setTimeout(300);
  expect(api.log).toEqual([]);
  await quick.stop();
});
