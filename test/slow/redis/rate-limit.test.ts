import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { GatewayUnderTest } from '../../transport/gateway-under-test.ts';
import { json, MisbehavingServer } from '../../upstream/misbehaving-server.ts';

const REDIS = '/usr/bin/redis-server';
const hasRedis = existsSync(REDIS);
if (!hasRedis) {
  const missing = `No ${REDIS}: install redis-server.`;
  if (process.env['REQUIRE_REDIS'] === '1') throw new Error(`${missing} REQUIRE_REDIS=1 asks for it.`);
  console.warn(`${missing} The tests of the shared rate limit are skipped.`);
}

const TOKEN = 'CANARY-token';
const POLL = { timeout: 20_000 };
const ROLES = '{ roles(first: 29) { nodes { id } } }'; // 40 points

describe.skipIf(!hasRedis)('with Redis', () => {
  let server: MisbehavingServer;
  let redis: ChildProcess;
  let port: number;
  const gateways: GatewayUnderTest[] = [];

  async function startRedis(): Promise<void> {
    redis = spawn(REDIS, ['--port', String(port), '--save', '', '--appendonly', 'no', '--bind', '127.0.0.1']);
    for await (const chunk of redis.stdout ?? []) {
      if (String(chunk).includes('Ready to accept connections')) return;
    }
    throw new Error('Redis did not start');
  }

  async function stopRedis(): Promise<void> {
    if (redis.exitCode !== null || redis.signalCode !== null) return;
    redis.kill('SIGKILL');
    await once(redis, 'exit');
  }

  beforeAll(async () => {
    server = await MisbehavingServer.start();
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    port = Number(Reflect.get(Object(probe.address()), 'port'));
    await new Promise((closed) => probe.close(closed));
    await startRedis();
    for (let n = 0; n < 2; n++) {
      gateways.push(
        await GatewayUnderTest.start(server.url, {
          redisUrl: `redis://127.0.0.1:${port}`,
          rateLimit: { points: 100, windowMs: 60_000 },
          signInLimit: { points: 3, windowMs: 60_000 },
        }),
      );
    }
    server.on('GET /api/roles', json([]));
  });
  afterEach(() => {
    server.calls.length = 0;
  });
  afterAll(async () => {
    for (const gateway of gateways) await gateway.stop();
    await stopRedis();
    await server.stop();
  });

  /** Asks one gateway after the other, until one refuses. */
  async function answeredTo(token: string): Promise<number> {
    for (let answered = 0; answered < 50; answered++) {
      const answer = await gateways[answered % 2]?.send(ROLES, {}, { authorization: `Bearer ${token}` });
      if (answer?.status === 429) {
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(30);
        return answered;
      }
    }
    throw new Error('nothing was refused');
  }

  const ask = async (...command: readonly string[]) => {
    const { stdout } = await promisify(execFile)('redis-cli', ['-p', String(port), '--raw', ...command]);
    return stdout;
  };

  test('several gateways count the points of a caller together, by a hash of its credential', async () => {
    // Both gateways are there, and the one who asks.
    await expect.poll(async () => (await ask('CLIENT', 'LIST')).match(/^id=/gm), POLL).toHaveLength(3);
    await gateways[0]?.send(ROLES, {}, { authorization: 'Bearer warm' });
    expect(await answeredTo(TOKEN)).toBe(2);
    const keys = await ask('KEYS', '*');
    expect(keys).toMatch(/^rolegraph:points:[\w-]{43}$/m);
    expect(keys).not.toContain('CANARY');
  });

  test('an operation that costs more than all points is answered once', async () => {
    const large = '{ roles(first: 500) { nodes { id } } }'; // 511 points
    const headers = { authorization: 'Bearer large' };
    // The first time it is read, which takes points of its own.
    await gateways[0]?.send(large, {}, { authorization: 'Bearer reader' });
    const statuses: (number | undefined)[] = [];
    for (let turn = 0; turn < 3; turn++) statuses.push((await gateways[0]?.send(large, {}, headers))?.status);
    expect(statuses).toEqual([200, 429, 429]);
  });

  test('each counts for itself while Redis is gone, and together again when it is back', async () => {
    const warnings = () =>
      gateways[0]?.logged.filter(({ msg }) => String(msg).startsWith('Redis does not answer'));
    const before = warnings()?.length ?? 0;
    await stopRedis();
    const answered = await answeredTo('outage');
    expect(answered).toBeGreaterThanOrEqual(2);
    expect(answered).toBeLessThanOrEqual(5);
    await expect.poll(() => warnings()?.length, { timeout: 10_000 }).toBe(before + 1);
    await startRedis();
    await expect
      .poll(() => gateways.every(({ logged }) => logged.at(-1)?.['msg'] === 'Redis answers again'), POLL)
      .toBe(true);
    expect(await answeredTo('after')).toBe(2);
  });
});
