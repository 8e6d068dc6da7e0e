import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startAuthApi } from '../../../src/authapi/server.ts';
import { createLogger } from '../../../src/logger.ts';
import { canariesIn, plantCanaries } from '../../support/canaries.ts';
import { textsIn } from '../../support/texts-in.ts';
import { GatewayUnderTest } from '../../transport/gateway-under-test.ts';
import { freePort } from '../support/free-port.ts';
import { REDIS, RedisServer, runsRedis } from '../support/redis-server.ts';

test.skipIf(runsRedis)(`skipped for want of ${REDIS}: secrets in Redis`, () => {});

test.runIf(runsRedis)(
  'no secret was ever told to Redis, where points are counted and changes are shared',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rolegraph-secrets-redis-'));
    const redis = new RedisServer(await freePort(), folder);
    await redis.start();
    const api = await startAuthApi({
      host: '127.0.0.1',
      port: 0,
      data: ':memory:',
      seed: false,
      logger: createLogger('silent'),
    });
    if (!api.adminKey) throw new Error('the administrator has no key');
    const { keyId, keySecret } = api.adminKey;
    const gateway = await GatewayUnderTest.start(api.url, {
      workflowUrl: api.url,
      serviceKey: { keyId, keySecret },
      redisUrl: redis.url,
      changes: {
        file: ':memory:',
        history: { rows: 1000, ageMs: 3_600_000 },
        backlog: 10,
        watch: null,
        redisUrl: redis.url,
      },
    });
    onTestFinished(async () => {
      await gateway.stop();
      await api.stop();
      await redis.stop();
      rmSync(folder, { recursive: true });
    });
    const { canaries } = await plantCanaries(gateway, keyId, keySecret);
    // All that Redis was ever told is in its file, also what has expired since.
    const told = () => textsIn(folder);
    await expect.poll(() => told().join(''), { timeout: 5000 }).toContain('APPLICATION');
    expect(told().join('')).toContain('rolegraph:points:');
    expect(told().join('')).toContain('rolegraph:sign-ins:');
    expect(canariesIn({ Redis: told() }, canaries)).toEqual([]);
  },
);
