import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addressKey } from '../../../src/gateway/credentials/caller-key.ts';
import {
  type PointLimit,
  pointLimit,
} from '../../../src/gateway/operation/admission/rate-limit/point-limit.ts';
import { redisPointLimit } from '../../../src/gateway/operation/admission/rate-limit/redis-point-limit.ts';
import { freePort } from '../support/free-port.ts';
import { REDIS, RedisServer, runsRedis } from '../support/redis-server.ts';

test.skipIf(runsRedis)(`skipped for want of ${REDIS}: points in Redis`, () => {});

describe.runIf(runsRedis)('points that are counted in memory and in Redis mean the same:', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rolegraph-points-redis-'));
  let server: RedisServer;
  let redis: Redis;
  beforeAll(async () => {
    server = new RedisServer(await freePort(), folder);
    await server.start();
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  const keysOf = (...addresses: string[]) => addresses.map(addressKey);
  const a = keysOf('a');
  const take = fc.record({
    keys: fc.constantFrom(a, keysOf('b'), keysOf('a', 'b'), keysOf('b', 'a')),
    points: fc.integer({ min: 1, max: 150 }),
  });
  let runs = 0;

  test('what one of them refuses the other refuses, and a refusal uses no points', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(take, { maxLength: 30 }),
        fc.integer({ min: 1, max: 120 }),
        async (takes, points) => {
          const allowance = { points, windowMs: 60_000 };
          runs += 1;
          const limits: PointLimit[] = [
            pointLimit(allowance),
            redisPointLimit(redis, `points-${runs}`, allowance),
          ];
          for (const { keys, points } of takes) {
            const waits = [];
            for (const limit of limits) waits.push(await limit.take(keys, points));
            const [inMemory = 0, inRedis = 0] = waits;
            expect(inRedis > 0).toBe(inMemory > 0);
            expect(Math.abs(inRedis - inMemory)).toBeLessThan(5000);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  test('after the time that a refusal tells, all points are there again', async () => {
    const allowance = { points: 10, windowMs: 3000 };
    for (const limit of [pointLimit(allowance), redisPointLimit(redis, 'short', allowance)]) {
      expect(await limit.take(a, 8)).toBe(0);
      const wait = await limit.take(a, 3);
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(3000);
      expect(await limit.take(a, 2)).toBe(0);
      await setTimeout(wait + 5);
      expect(await limit.take(a, 10)).toBe(0);
    }
  });
});
