import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { GatewayUnderTest } from '../transport/gateway-under-test.ts';
import { json, MisbehavingServer } from './misbehaving-server.ts';

const serviceKey = { keyId: 'k1', keySecret: 's3cr3t' };
const SIGN_IN = 'POST /api/token';
const READ = 'GET /api/users/ann';
const query = '{ user(id: "ann") { id } }';

let server: MisbehavingServer;
beforeAll(async () => {
  server = await MisbehavingServer.start();
});
afterEach(() => server.reset());
afterAll(() => server.stop());

async function sentTokens(
  key: typeof serviceKey | null,
  ...callers: Record<string, string>[]
): Promise<unknown[]> {
  server.on(SIGN_IN, json({ token: 'service-token' })).on(READ, json({ id: 'ann' }));
  const gateway = await GatewayUnderTest.start(server.url, { serviceKey: key });
  try {
    for (const headers of callers) expect((await gateway.send(query, {}, headers)).errors).toEqual([]);
  } finally {
    await gateway.stop();
  }
  return server.calls
    .filter(({ method }) => method === 'GET')
    .map(({ headers }) => headers['x-authorization']);
}

describe("the gateway's own key", () => {
  test('signs in for operations without a token, once for several', async () => {
    expect(await sentTokens(serviceKey, {}, {})).toEqual(['service-token', 'service-token']);
    expect(server.log).toEqual([SIGN_IN, READ, READ]);
  });

  test('is never used when the caller has a token of its own', async () => {
    const callers = [{ 'x-authorization': 'a' }, { authorization: 'Bearer b' }];
    expect(await sentTokens(serviceKey, ...callers)).toEqual(['a', 'b']);
    expect(server.log).toEqual([READ, READ]);
  });

  test("does not stand in for a caller's token that is refused", async () => {
    server.on(SIGN_IN, json({ token: 'service-token' })).on(READ, json({ error: 'EXPIRED_TOKEN' }, 401));
    const gateway = await GatewayUnderTest.start(server.url, { serviceKey });
    try {
      const got = await gateway.send(query, {}, { 'x-authorization': 'old' });
      expect(got.data).toEqual({ user: null });
      expect(got.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
      expect(server.log).toEqual([READ]);
    } finally {
      await gateway.stop();
    }
  });

  test('is used for nobody when there is none', async () => {
    expect(await sentTokens(null, {})).toEqual([undefined]);
    expect(server.log).toEqual([READ]);
  });
});
