import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Followed, type Inside, startInside } from '../changes/in-process.ts';
import { textAt } from '../support/graphql-answer.ts';
import { type Stack, startStack } from '../support/start-stack.ts';

const REDIS = '/usr/bin/redis-server';
const isRequired = process.env['REQUIRE_REDIS'] === '1';
const isThere = existsSync(REDIS);

test.skipIf(isThere || isRequired)(`skipped for want of ${REDIS}: replicas over Redis`, () => {});

describe.runIf(isThere || isRequired)('two replicas and Redis', { timeout: 240_000 }, () => {
  const PORT = 20_001 + 2 * Math.floor(Math.random() * 5000);
  let folder: string;
  let stack: Stack;
  let redis: ChildProcess | null = null;
  const insides: Inside[] = [];
  const followed: Followed[] = [];

  async function startRedis(): Promise<void> {
    const args = ['--port', String(PORT), '--bind', '127.0.0.1', '--dir', folder];
    redis = spawn(REDIS, [...args, '--appendonly', 'yes', '--appendfsync', 'always', '--save', ''], {
      stdio: 'ignore',
    });
    while (!(await answers())) await setTimeout(20);
  }

  function answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(PORT, '127.0.0.1', () => socket.write('PING\r\n'));
      socket.once('data', (data) => {
        socket.destroy();
        resolve(data.toString().startsWith('+PONG'));
      });
      socket.once('error', () => resolve(false));
    });
  }

  async function stopRedis(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const ended = redis;
    redis = null;
    if (!ended) return;
    const exit = new Promise((resolve) => ended.once('exit', resolve));
    ended.kill(signal);
    await exit;
  }

  function replica(name: string): Inside {
    const inside = startInside(stack.apiUrl, {
      changes: {
        file: join(folder, `${name}.db`),
        redisUrl: `redis://127.0.0.1:${PORT}`,
        backlog: 100_000,
        watch: { everyMs: 300, calls: 0 },
      },
    });
    insides.push(inside);
    return inside;
  }

  async function follow(inside: Inside, after: string | null = null): Promise<Followed> {
    const feed = await inside.follow(
      'subscription ($after: String) { accessChanges(after: $after) { cursor source after { ... on Group { description } } } }',
      stack.admin,
      { after },
    );
    followed.push(feed);
    return feed;
  }

  const rename = (inside: Inside, description: string) =>
    inside.data(
      `mutation { upsertGroup(id: "shared", input: {description: "${description}"}) { userErrors { code } } }`,
      stack.admin,
    );
  const told = ({ results }: Followed) =>
    results.map((result) => textAt(result, 'accessChanges', 'after', 'description'));

  beforeAll(async () => {
    stack = await startStack();
    await stack.call('PUT', '/api/groups/shared', { description: 'start' });
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolegraph-replicas-'));
  });
  afterEach(async () => {
    await Promise.all(followed.splice(0).map((feed) => feed.stop()));
    await Promise.all(insides.splice(0).map((inside) => inside.stop()));
    await stopRedis();
    await rm(folder, { recursive: true });
  });
  afterAll(() => stack.stop());

  /** Waits until both followers have so many. */
  async function both(a: Followed, b: Followed, count: number): Promise<void> {
    const deadline = performance.now() + 20_000;
    while (a.results.length < count || b.results.length < count) {
      if (performance.now() > deadline)
        throw new Error(`${a.results.length} and ${b.results.length} of ${count}`);
      await setTimeout(5);
    }
  }

  test('1,000 changes reach each client once and in one order, while clients and replicas come and go, and Redis too', async () => {
    await startRedis();
    const replicas = [replica('a'), replica('b')];
    const random = (below: number) => Math.floor(Math.random() * below);
    const any = () => replicas[random(replicas.length)] as Inside;
    await rename(any(), 'before');
    const first = await follow(any());
    await setTimeout(500);
    const beginning = first.cursor;
    const clients = await Promise.all(
      Array.from({ length: 4 }, async () => ({
        got: [] as string[],
        cursor: beginning,
        feed: await follow(any(), beginning),
      })),
    );
    type Client = (typeof clients)[number];

    /** Keeps what a client has got so far, and lets it begin anew from there at some replica. */
    async function reconnect(client: Client, at: Inside): Promise<void> {
      await client.feed.stop();
      const last = client.feed.results.at(-1);
      client.got.push(...told(client.feed));
      if (last) client.cursor = textAt(last, 'accessChanges', 'cursor');
      client.feed = await follow(at, client.cursor);
    }

    const sent: string[] = [];
    let reconnections = 0;
    for (let index = 0; index < 1000; index += 1) {
      const name = `${index}`;
      await rename(any(), name);
      sent.push(name);
      if (index === 250) await stopRedis();
      if (index === 350) await startRedis();
      if (index === 650) await stopRedis('SIGKILL');
      if (index === 750) await startRedis();
      if (index % 20 === 19) {
        await reconnect(clients[random(clients.length)] as Client, any());
        reconnections += 1;
      }
      if (index % 200 === 199) {
        const at = random(replicas.length);
        await (replicas[at] as Inside).stop();
        insides.splice(insides.indexOf(replicas[at] as Inside), 1);
        replicas[at] = replica(at === 0 ? 'a' : 'b');
        for (const client of clients) await reconnect(client, replicas[1 - at] as Inside);
      }
    }
    expect(reconnections).toBe(50);
    const deadline = performance.now() + 20_000;
    for (const { got, feed } of clients) {
      while (got.length + feed.results.length < sent.length && performance.now() < deadline)
        await setTimeout(10);
    }
    await setTimeout(500);
    const [order, ...others] = clients.map(({ got, feed }) => [...got, ...told(feed)]);
    for (const other of others) expect(other).toEqual(order);
    expect(order?.toSorted()).toEqual(sent.toSorted());
  });

  test('what was changed while Redis was away and the replica ended is told once both are back', async () => {
    await startRedis();
    const a = replica('a');
    const b = replica('b');
    const ofB = await follow(b);
    await rename(a, 'known to all');
    await both(ofB, ofB, 1);
    await stopRedis();
    await rename(a, 'in the outbox');
    await a.stop();
    insides.splice(insides.indexOf(a), 1);
    await startRedis();
    replica('a');
    await both(ofB, ofB, 2);
    expect(told(ofB).slice(-2)).toEqual(['known to all', 'in the outbox']);
  });

  test('one of them looks for changes made elsewhere, and tells none of its own or of the other', async () => {
    await startRedis();
    const [a, b] = [replica('a'), replica('b')];
    const ofB = await follow(b);
    const watchers = [a.watch(stack.admin).start(), b.watch(stack.admin).start()];
    await setTimeout(2500);
    for (let index = 0; index < 100; index += 1) await rename(index % 2 === 0 ? a : b, `watched ${index}`);
    await both(ofB, ofB, 100);
    await stack.call('PUT', '/api/groups/shared', { description: 'elsewhere' });
    await both(ofB, ofB, 101);
    await setTimeout(2000);
    await Promise.all(watchers.map((watcher) => watcher.stop()));
    const detected = ofB.results.filter((result) => textAt(result, 'accessChanges', 'source') === 'DETECTED');
    expect(detected.map((result) => textAt(result, 'accessChanges', 'after', 'description'))).toEqual([
      'elsewhere',
    ]);
    expect(ofB.results).toHaveLength(101);
  });
});
