import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Child, startChild } from '../../bench/child.ts';
import { at, listAt, textAt } from '../support/graphql-answer.ts';

const USERS = 100_000;

/** A Conductor with 100,000 users, a list of 103 MB, and a gateway before it, in processes of their own. */
let upstream: Child;
let gateway: Child;
let folder: string;
let watched: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolegraph-scale-'));
  watched = join(folder, 'watch.json');
  // A busy machine shall not fail for its deadlines.
  vi.stubEnv('ROLEGRAPH_CALL_MS', '60000').stubEnv('ROLEGRAPH_OPERATION_MS', '60000');
  vi.stubEnv('SCALE_WATCH', watched);
  upstream = await startChild(0, ['bench/scale.ts', 'upstream', String(USERS)]);
  const args = ['serve', '--port', '0', '--authorization-url', upstream.url];
  gateway = await startChild(1, ['--import', './bench/scale.ts', 'src/main.ts', ...args]);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([gateway?.stop(), upstream?.stop()]);
  await rm(folder, { recursive: true });
});

async function page(args: string): Promise<unknown> {
  const answer = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer token' },
    body: JSON.stringify({
      query: `{ users(${args}) { totalCount nodes { id name } pageInfo { hasNextPage endCursor } } }`,
    }),
  });
  const text: unknown = await answer.json();
  expect(text).not.toHaveProperty('errors');
  return at(text, 'data', 'users');
}

const userId = (index: number) => `user${String(index).padStart(6, '0')}@example.com`;
const range = (start: number, size: number) =>
  Array.from({ length: size }, (_, index) => userId(start + index));
const ids = (connection: unknown) => listAt(connection, 'nodes').map((node) => textAt(node, 'id'));
const behind = (id: string) => `after: "${Buffer.from(id).toString('base64url')}"`;

describe('a gateway before 100,000 users', () => {
  test('reads them without holding up anybody else: no turn of its event loop works for 50 ms', async () => {
    gateway.toggleProfile();
    for (let read = 0; read < 3; read += 1) await page('first: 50');
    // Every list is now read anew.
    await fetch(`${upstream.url}/change`);
    for (let read = 0; read < 3; read += 1) await page('first: 50');
    gateway.toggleProfile();
    await vi.waitUntil(() => existsSync(watched), 10_000);
    const { pauseMs, pauseCpuMs } = JSON.parse(await readFile(watched, 'utf8'));
    console.info(`longest pause: ${pauseCpuMs} ms of work, ${pauseMs} ms by the clock of a busy machine`);
    expect(pauseCpuMs).toBeGreaterThan(0);
    expect(pauseCpuMs).toBeLessThan(50);
  });

  test('pages through them in order, at the beginning, in the middle and at the end', async () => {
    const first = await page('first: 50');
    expect(ids(first)).toEqual(range(0, 50));
    expect(at(first, 'totalCount')).toBe(USERS);
    const next = await page(`first: 1000, after: "${textAt(first, 'pageInfo', 'endCursor')}"`);
    expect(ids(next)).toEqual(range(50, 1000));
    expect(ids(await page(`first: 3, ${behind(userId(50_000))}`))).toEqual(range(50_001, 3));
    const last = await page(`first: 50, ${behind(userId(USERS - 11))}`);
    expect(ids(last)).toEqual(range(USERS - 10, 10));
    expect(at(last, 'pageInfo', 'hasNextPage')).toBe(false);
  });

  test('keeps its memory within bounds, however often their list changes', async () => {
    const peaks: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      let peak = 0;
      for (let read = 0; read < 12; read += 1) {
        await page('first: 50');
        peak = Math.max(peak, gateway.memory());
      }
      peaks.push(peak);
    }
    console.info(`peaks of memory over 12 changed lists each, in MiB: ${peaks.join(', ')}`);
    // 36 lists are 3,700 MB, and as much again for their records.
    expect(Math.max(...peaks)).toBeLessThan(2500);
  });
});
