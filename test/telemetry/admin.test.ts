import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openAdmin } from '../../src/gateway/telemetry/admin/admin.ts';
import { Readiness } from '../../src/gateway/telemetry/admin/readiness.ts';
import { createLogger } from '../../src/logger.ts';
import { type Stack, startStack } from '../support/start-stack.ts';
import { statusOf } from './scrape.ts';

const ON_A_FREE_PORT = { host: '127.0.0.1', port: 0 };

describe('the admin port', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ gateway: { admin: ON_A_FREE_PORT } });
  });
  afterAll(() => stack.stop());

  test('says that the process lives and takes requests, and makes no REST call for that', async () => {
    stack.rest.clear();
    expect(await statusOf(stack.adminUrl, '/live')).toEqual([200, 'OK']);
    expect(await statusOf(stack.adminUrl, '/ready')).toEqual([200, 'OK']);
    expect(stack.rest.sorted).toEqual([]);
  });

  test('says beside it that no journal of changes is kept', async () => {
    const answer = await fetch(`${stack.adminUrl}/ready`);
    expect(await answer.json()).toMatchObject({ journal: 'OFF' });
  });

  test('has nothing of it on the port that clients reach', async () => {
    for (const path of ['/live', '/ready', '/metrics']) {
      expect((await fetch(stack.url + path)).status, path).toBe(404);
    }
  });

  test('tells what there is, and takes no other method', async () => {
    const answer = await fetch(`${stack.adminUrl}/`);
    expect([answer.status, await answer.json()]).toMatchObject([
      404,
      { paths: ['/live', '/ready', '/metrics'] },
    ]);
    expect((await fetch(`${stack.adminUrl}/ready`, { method: 'POST' })).status).toBe(405);
  });
});

test('a gateway that is told to stop is not ready at once, and answers until the time to drain is over', async () => {
  const stack = await startStack({ gateway: { admin: ON_A_FREE_PORT, drainMs: 500 } });
  const stopped = stack.stop();
  expect(await statusOf(stack.adminUrl, '/ready')).toEqual([503, 'DRAINING']);
  expect(await statusOf(stack.adminUrl, '/live')).toEqual([200, 'OK']);
  expect(await stack.data('{ viewer { id } }')).toHaveProperty('viewer');
  await stopped;
  await expect(fetch(`${stack.adminUrl}/live`)).rejects.toThrow();
});

test('a gateway that does not listen yet is not ready', async () => {
  const admin = await openAdmin({ admin: ON_A_FREE_PORT, logger: createLogger('silent') });
  onTestFinished(() => admin.close());
  expect(await statusOf(String(admin.url), '/ready')).toEqual([503, 'STARTING']);
});

test('a process that comes round late is not ready, until it keeps up again', async () => {
  const readiness = new Readiness();
  onTestFinished(() => readiness.drain());
  readiness.serve();
  expect(readiness.obstacle).toBeNull();
  const until = performance.now() + 1700;
  while (performance.now() < until);
  expect(readiness.obstacle).toBe('OVERLOADED');
  await setTimeout(1200);
  expect(readiness.obstacle).toBeNull();
});
