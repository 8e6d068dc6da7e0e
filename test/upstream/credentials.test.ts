import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { serviceCredential } from '../../src/gateway/credentials/service.ts';
import { path } from '../../src/gateway/upstream/client/path.ts';
import { nothing } from '../../src/gateway/upstream/reading/shape.ts';
import { html, never } from './bad-answers.ts';
import { type Behaviour, json, MisbehavingServer } from './misbehaving-server.ts';
import { clientFor, clientOf, upstreamFor } from './rest-client.ts';

let server: MisbehavingServer;
beforeAll(async () => {
  server = await MisbehavingServer.start();
});
afterEach(() => server.reset());
afterAll(() => server.stop());

const SIGN_IN = 'POST /api/token';
const READ = 'GET /api/users/a';
const user = path`/api/users/a`;
const key = { keyId: 'k1', keySecret: 's3cr3t' };

/** Answers only to these tokens; the others have expired. */
function acceptOnly(...tokens: string[]): Behaviour {
  return (response, call) =>
    tokens.includes(String(call.headers['x-authorization']))
      ? json({ id: 'a' })(response, call)
      : json({ message: 'Token has expired', error: 'EXPIRED_TOKEN' }, 401)(response, call);
}

function service(options: { callMs?: number; now?: () => number } = {}) {
  const upstream = upstreamFor(server.url, { shareReads: false });
  const credential = serviceCredential(upstream, key, options.callMs ?? 5000, options.now);
  return { read: () => clientOf(upstream, { credential }).get(user, nothing) };
}

const signIns = (): number => server.log.filter((call) => call === SIGN_IN).length;

describe("the gateway's own key pair", () => {
  test('is exchanged once for all operations that need a token together', async () => {
    server.on(SIGN_IN, json({ token: 't1' })).on(READ, acceptOnly('t1'));
    const { read } = service();
    await Promise.all([read(), read(), read()]);
    await read();
    expect(server.log).toEqual([SIGN_IN, READ, READ, READ, READ]);
    expect(JSON.parse(server.calls[0]?.body ?? '')).toEqual(key);
  });

  test('is not used before something needs it', () => {
    service();
    expect(server.log).toEqual([]);
  });

  test('is exchanged again, once for all who wait, when the token is refused', async () => {
    server.on(SIGN_IN, json({ token: 't1' }), json({ token: 't2' })).on(READ, acceptOnly('t2'));
    const { read } = service();
    await Promise.all([read(), read(), read()]);
    expect(signIns()).toBe(2);
    expect(server.log.filter((call) => call === READ)).toHaveLength(6);
  });

  test('is exchanged again on 403 with EXPIRED_TOKEN, and not on another 403', async () => {
    server
      .on(SIGN_IN, json({ token: 't1' }), json({ token: 't2' }))
      .on(READ, json({ error: 'EXPIRED_TOKEN' }, 403), json({ id: 'a' }), json({ message: 'no' }, 403));
    const { read } = service();
    await read();
    await expect(read()).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(signIns()).toBe(2);
  });

  test('repeats a refused call once, not for ever', async () => {
    server.on(SIGN_IN, json({ token: 't1' })).on(READ, acceptOnly());
    await expect(service().read()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(server.log).toEqual([SIGN_IN, READ, SIGN_IN, READ]);
  });

  test('is exchanged again when the token is 30 minutes old, well before clients must', async () => {
    let now = 0;
    server.on(SIGN_IN, json({ token: 't1' }), json({ token: 't2' })).on(READ, acceptOnly('t1', 't2'));
    const { read } = service({ now: () => now });
    await read();
    now = 30 * 60_000 - 1;
    await read();
    expect(signIns()).toBe(1);
    now += 1;
    await read();
    expect(server.calls.at(-1)?.headers['x-authorization']).toBe('t2');
  });

  test.each<[what: string, answer: Behaviour, code: string]>([
    ['is refused', json({ message: 'Bad key' }, 401), 'UNAUTHENTICATED'],
    ['fails', json({}, 500), 'UPSTREAM_ERROR'],
    ['brings no token', json({}), 'UPSTREAM_INVALID_RESPONSE'],
    ['brings HTML', html('sign in'), 'UPSTREAM_INVALID_RESPONSE'],
    ['takes too long', never, 'UPSTREAM_TIMEOUT'],
  ])('is tried again by the next operation when signing in %s', async (_, answer, code) => {
    server.on(SIGN_IN, answer, json({ token: 't1' })).on(READ, acceptOnly('t1'));
    const { read } = service({ callMs: 60 });
    await expect(read()).rejects.toMatchObject({ code });
    expect(server.log).toEqual([SIGN_IN]);
    await read();
    expect(server.log).toEqual([SIGN_IN, SIGN_IN, READ]);
  });

  test('never shows in an error', async () => {
    server.on(SIGN_IN, json({ message: 'Bad key' }, 401));
    const error = await service()
      .read()
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(`${error} ${JSON.stringify(error)}`).not.toContain(key.keySecret);
  });
});

test("a caller's refused token is not repeated: there is no other", async () => {
  server.on(READ, acceptOnly());
  await expect(clientFor(server.url).get(user, nothing)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(server.log).toEqual([READ]);
});
