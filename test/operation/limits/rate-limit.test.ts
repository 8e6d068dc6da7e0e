import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { addressKey, callerKey, countedKeys } from '../../../src/gateway/credentials/caller-key.ts';
import { readCredential } from '../../../src/gateway/credentials/sent-credential.ts';
import { pointLimit } from '../../../src/gateway/operation/admission/rate-limit/point-limit.ts';
import { openPointLimits } from '../../../src/gateway/operation/admission/rate-limit/point-limits.ts';
import { GatewayUnderTest } from '../../transport/gateway-under-test.ts';
import { json, MisbehavingServer } from '../../upstream/misbehaving-server.ts';

let server: MisbehavingServer;
let gateway: GatewayUnderTest;
beforeAll(async () => {
  server = await MisbehavingServer.start();
  gateway = await GatewayUnderTest.start(server.url, {
    rateLimit: { points: 100, windowMs: 60_000 },
    signInLimit: { points: 3, windowMs: 60_000 },
    trustedProxies: ['127.0.0.1'],
  });
});
afterEach(() => server.reset());
afterAll(async () => {
  await gateway.stop();
  await server.stop();
});

const ROLES = '{ roles(first: 29) { nodes { id } } }'; // 40 points, and 3 to be read the first time
const roles = { authorization: 'Bearer one' };

/** Sends operations until one is refused; tells how many were answered before. */
async function answeredTo(headers: Record<string, string>, query = ROLES) {
  for (let answered = 0; answered < 100; answered++) {
    const answer = await gateway.send(query, {}, headers);
    if (answer.status === 429) return { answered, refusal: answer };
  }
  throw new Error('nothing was refused');
}

describe('a caller that used up its points', () => {
  test('is refused with RATE_LIMITED, 429 and Retry-After, and asks nothing upstream', async () => {
    server.on('GET /api/roles', json([]));
    const { answered, refusal } = await answeredTo(roles);
    expect(answered).toBe(2);
    expect(server.log).toHaveLength(2);
    const [error] = refusal.errors;
    expect(error?.extensions).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) });
    expect(refusal.headers.get('retry-after')).toBe(String(error?.extensions['retryAfterSeconds']));
    expect(Number(refusal.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(refusal.data).toBeNull();
    expect(refusal.text).not.toContain('one');
  });

  test('is charged once for an operation that is executed the short way, and told the long way what was left out', async () => {
    server.on('GET /api/roles', json([{ name: 'A', permissions: [] }, null]));
    const query = '{ roles(first: 9) { nodes { id } } }'; // 20 points, and 4 to be read the first time
    const headers = { authorization: 'Bearer left-out' };
    const { errors } = await gateway.send(query, {}, headers);
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_INVALID_RESPONSE' } }]);
    expect((await answeredTo(headers, query)).answered).toBe(3);
    expect(server.log).toHaveLength(4);
  });

  test('is one for both ways over HTTP, and one whichever operation it sends', async () => {
    const again = await gateway.send('{ viewer { id } }', {}, { ...roles, accept: 'text/html, */*' });
    expect(again.status).toBe(200); // 11 + 1 of the 20 that are left
    expect((await gateway.send('{ viewer { id } }', {}, roles)).status).toBe(429);
    expect((await gateway.send('{ viewer { id } }', {}, { ...roles, origin: 'http://x' })).status).toBe(429);
  });

  test('does not keep others waiting: another token, the same token in another case', async () => {
    server.on('GET /api/roles', json([]));
    for (const headers of [{ authorization: 'Bearer two' }, { authorization: 'Bearer ONE' }]) {
      expect((await gateway.send(ROLES, {}, headers)).status).toBe(200);
    }
  });

  test('is known by its address where it has no token, behind proxies that are trusted', async () => {
    server.on('GET /api/roles', json([]));
    expect((await answeredTo({ 'x-forwarded-for': '192.0.2.1' })).answered).toBe(2);
    expect((await gateway.send(ROLES, {}, { 'x-forwarded-for': '192.0.2.2' })).status).toBe(200);
    const forged = { 'x-forwarded-for': '192.0.2.99, 192.0.2.1' };
    expect((await gateway.send(ROLES, {}, forged)).status).toBe(429);
  });

  test('cannot go on with documents that have to be read and found faulty', async () => {
    const faulty = `{ ${'x'.repeat(300)} }`; // 30 points
    const { answered } = await answeredTo({ authorization: 'Bearer faulty' }, faulty);
    expect(answered).toBe(3);
  });

  test('may have an operation that costs more than all of them once, from a full allowance', async () => {
    server.on('GET /api/roles', json([]));
    const { answered } = await answeredTo(
      { authorization: 'Bearer large' },
      '{ roles(first: 200) { totalCount nodes { id } } }',
    );
    expect(answered).toBeLessThanOrEqual(1);
  });
});

describe('generateToken', () => {
  const signIn = (count: number) =>
    `mutation { ${Array.from({ length: count }, (_, n) => `s${n}: generateToken(input: { keyId: "k", keySecret: "guess" }) { token userErrors { message } }`).join(' ')} }`;

  test('is limited apart, by the address, however the attempts are sent and whatever token comes with them', async () => {
    server.on('POST /api/token', json({ message: 'No such key' }, 400));
    const first = await gateway.send(signIn(2), {}, { 'x-forwarded-for': '198.51.100.1' });
    expect(first.errors).toEqual([]);
    const second = await gateway.send(
      signIn(3),
      {},
      { 'x-forwarded-for': '198.51.100.1', authorization: 'Bearer t' },
    );
    expect(second.errors.map(({ path, extensions }) => `${path}: ${extensions['code']}`)).toEqual([
      's1: RATE_LIMITED',
      's2: RATE_LIMITED',
    ]);
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(server.log).toHaveLength(3);
    const other = await gateway.send(signIn(1), {}, { 'x-forwarded-for': '198.51.100.2' });
    expect(other.errors).toEqual([]);
  });
});

describe('points', () => {
  const keysOf = (token: string) => countedKeys(readCredential({ 'x-authorization': token }), '');
  const a = keysOf('a');

  test('of two tokens are taken from both, or from none where one has too few left', () => {
    const limit = pointLimit({ points: 10, windowMs: 60_000 });
    const both = [...a, ...keysOf('b')];
    expect([limit.take(a, 4), limit.take(both, 5), limit.take(keysOf('b'), 4)]).toEqual([0, 0, 0]);
    expect(limit.take(both, 2)).toBeGreaterThan(0);
    expect([limit.take(a, 1), limit.take(keysOf('b'), 1)]).toEqual([0, 0]);
  });

  test('are all there again when the time is over', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      const limit = pointLimit({ points: 10, windowMs: 1000 });
      expect([limit.take(a, 6), limit.take(a, 4), limit.take(a, 1)]).toEqual([0, 0, 1000]);
      vi.advanceTimersByTime(600);
      expect(limit.take(a, 1)).toBe(400);
      vi.advanceTimersByTime(401);
      expect(limit.take(a, 1)).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test('are counted for a bounded number of callers, so that made-up ones cost no memory', () => {
    const limit = pointLimit({ points: 10, windowMs: 60_000 });
    for (let n = 0; n < 150_000; n++) limit.take(keysOf(`forged${n}`), 10);
    expect(limit.take(keysOf('forged149999'), 1)).toBeGreaterThan(0);
    expect(limit.take(keysOf('forged1'), 1)).toBe(0);
  });

  test('are without end where there is no limit', () => {
    const none = { redisUrl: null, rateLimit: null, signInLimit: null };
    expect(openPointLimits(none, pino({ level: 'silent' })).operations.take(a, 1e15)).toBe(0);
  });
});

describe('the key of a caller', () => {
  const key = (headers: Record<string, string>) => callerKey(readCredential(headers));

  test('holds nothing of its credential', () => {
    const headers = { authorization: 'Bearer CANARY', 'x-authorization': 'CANARY2' };
    for (const one of [key(headers), ...countedKeys(readCredential(headers), '')]) {
      expect(one).toMatch(/^[\w-]{43}$/);
    }
  });

  test('tells every credential from every other', () => {
    const keys = [
      key({ authorization: 'Bearer ab' }),
      key({ authorization: 'Bearer a', 'x-authorization': 'b' }),
      key({ authorization: 'Bearer b', 'x-authorization': 'a' }),
      key({ authorization: 'Bearer AB' }),
      key({}),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:2::1', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('of an address is the address, or the network of IPv6: %s', (address, expected) => {
    expect(addressKey(address)).toBe(expected);
  });
});
