import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Followed, type Inside, startInside } from '../changes/in-process.ts';
import { textAt } from '../support/graphql-answer.ts';
import { type Stack, startStack } from '../support/start-stack.ts';
import { freePort } from './support/free-port.ts';
import { REDIS, RedisServer, runsRedis } from './support/redis-server.ts';

test.skipIf(runsRedis)(`skipped for want of ${REDIS}: replicas over Redis`, () => {});

describe.runIf(runsRedis)('two replicas and Redis', { timeout: 240_000 }, () => {
  let folder: string;
  let stack: Stack;
  let redis: RedisServer;
  const insides: Inside[] = [];
  const followed: Followed[] = [];

  function replica(name: string): Inside {
    const inside = startInside(stack.apiUrl, {
      changes: {
        file: join(folder, `${name}.db`),
        redisUrl: redis.url,
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
    redis = new RedisServer(await freePort(), folder);
    await redis.start();
  });
  afterEach(async () => {
    await Promise.all(followed.splice(0).map((feed) => feed.stop()));
    await Promise.all(insides.splice(0).map((inside) => inside.stop()));
    await redis.stop();
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

  test('what was changed while Redis was away and the replica ended is told once both are back', async () => {
    const a = replica('a');
    const b = replica('b');
    const ofB = await follow(b);
    await rename(a, 'known to all');
    await both(ofB, ofB, 1);
    await redis.stop();
    await rename(a, 'in the outbox');
    await a.stop();
    insides.splice(insides.indexOf(a), 1);
    await redis.start();
    replica('a');
    await both(ofB, ofB, 2);
    expect(told(ofB).slice(-2)).toEqual(['known to all', 'in the outbox']);
  });

  test('one of them looks for changes made elsewhere, and tells none of its own or of the other', async () => {
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

  test('one goes on looking where another ended, and tells what was changed in between', async () => {
    const [a, b] = [replica('a'), replica('b')];
    const ofB = await follow(b);
    const looking = a.watch(stack.admin).start();
    await setTimeout(500);
    b.watch(stack.admin).start();
    await setTimeout(500);
    await looking.stop();
    await stack.call('PUT', '/api/groups/shared', { description: 'while nobody looked' });
    await both(ofB, ofB, 1);
    expect(told(ofB)).toEqual(['while nobody looked']);
  });

  test('nothing is told as made elsewhere that waits for Redis in the outbox of another, or of one that was killed', async () => {
    const [a, b] = [replica('a'), replica('b')];
    const ofA = await follow(a);
    a.watch(stack.admin).start();
    b.watch(stack.admin).start();
    await rename(b, 'known to all');
    await both(ofA, ofA, 1);
    await setTimeout(1000);
    await redis.stop();
    await rename(b, 'in the outbox of b');
    await b.stop();
    insides.splice(insides.indexOf(b), 1);
    await redis.start();
    await setTimeout(2500);
    expect(ofA.results).toHaveLength(1);
    replica('b');
    await both(ofA, ofA, 2);
    await setTimeout(1500);
    expect(ofA.results.map((result) => textAt(result, 'accessChanges', 'source'))).toEqual([
      'OBSERVED',
      'OBSERVED',
    ]);
  });
});
