import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { follow } from '../subscriptions/follower.ts';
import { CliGateway } from './support/cli-gateway.ts';
import { CliServer } from './support/cli-server.ts';

const WATCH_SECONDS = 2;
const CHANGES = 8;

test(`what is changed straight at the upstream is told within ${WATCH_SECONDS} + 1 seconds, whenever it is changed`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rolegraph-detected-'));
  const api = await CliServer.start(folder);
  const token = await api.signIn();
  const { keyId, keySecret } = JSON.parse(await readFile(join(folder, 'admin-key.json'), 'utf8'));
  await api.call('PUT', '/groups/ops', token, '{"description":"At first"}');
  const gateway = await CliGateway.start(api.url, {
    env: {
      ROLEGRAPH_CHANGES: ':memory:',
      ROLEGRAPH_SERVICE_KEY_ID: keyId,
      ROLEGRAPH_SERVICE_KEY_SECRET: keySecret,
      ROLEGRAPH_WATCH_SECONDS: String(WATCH_SECONDS),
    },
  });
  const endpoints = { endpoint: gateway.url, socketEndpoint: gateway.url.replace('http', 'ws') };
  const feed = await follow(
    'server-sent events',
    endpoints,
    token,
    'subscription { accessChanges { source actor { id } after { ... on Group { description } } } }',
  );
  // The first look only learns what there is.
  await setTimeout(1500);
  const times: number[] = [];
  for (let index = 0; index < CHANGES; index += 1) {
    // At each of these, another part of the interval has passed.
    await setTimeout((index * WATCH_SECONDS * 1000) / CHANGES);
    const since = performance.now();
    await api.call('PUT', '/groups/ops', token, JSON.stringify({ description: `Change ${index}` }));
    expect(await feed.next()).toEqual({
      data: { accessChanges: { source: 'DETECTED', actor: null, after: { description: `Change ${index}` } } },
    });
    times.push(performance.now() - since);
  }
  process.stdout.write(`detected after ${times.map((time) => time.toFixed(0)).join(', ')} ms\n`);
  expect(Math.max(...times)).toBeLessThan(WATCH_SECONDS * 1000 + 1000);
  feed.leave();
  await gateway.kill();
  await api.end('SIGTERM');
  await rm(folder, { recursive: true });
});
