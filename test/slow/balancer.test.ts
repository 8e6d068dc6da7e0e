import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Running, start } from '../cli/rolegraph.ts';
import { textAt } from '../support/graphql-answer.ts';
import { type Stack, startStack } from '../support/start-stack.ts';
import { freePort } from './support/free-port.ts';
import { HAPROXY, Haproxy, type Replica, runsHaproxy } from './support/haproxy.ts';
import { REDIS, RedisServer, runsRedis } from './support/redis-server.ts';

const runs = runsHaproxy && runsRedis;
/** How many send at once, each its next request as soon as the last one is answered. */
const SENDERS = 20;

test.skipIf(runs)(`skipped for want of ${HAPROXY} or ${REDIS}: replicas behind a balancer`, () => {});

describe.runIf(runs)('two replicas behind HAProxy, with Redis', () => {
  let folder: string;
  let stack: Stack;
  let redis: RedisServer;
  let balancer: Haproxy;
  const replicas: Replica[] = [];
  const running = new Map<Replica, Running>();

  async function serve(replica: Replica): Promise<void> {
    const ports = ['--port', String(replica.port), '--admin-port', String(replica.adminPort)];
    const upstream = ['--authorization-url', stack.apiUrl, '--workflow-url', stack.apiUrl];
    const changes = ['--changes', join(folder, `${replica.port}.db`)];
    const gateway = start(['serve', ...ports, ...upstream, ...changes], {
      ROLEGRAPH_DRAIN_MS: '5000',
      ROLEGRAPH_REDIS_URL: redis.url,
      ROLEGRAPH_RATE_POINTS: '0',
      ROLEGRAPH_TRUSTED_PROXIES: '127.0.0.1',
    });
    running.set(replica, gateway);
    await gateway.printed(/GraphQL +(http:\S+)/);
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolegraph-balancer-'));
    stack = await startStack();
    await stack.call('PUT', '/api/groups/eng', { description: 'start' });
    redis = new RedisServer(await freePort(), folder);
    await redis.start();
    for (let n = 0; n < 2; n += 1) replicas.push({ port: await freePort(), adminPort: await freePort() });
    await Promise.all(replicas.map(serve));
    balancer = await Haproxy.start(folder, await freePort(), replicas);
  });
  afterAll(async () => {
    await balancer?.stop();
    await Promise.all([...running.values()].map((gateway) => gateway.stop('SIGKILL')));
    await redis?.stop();
    await stack?.stop();
    await rm(folder, { recursive: true });
  });

  test('are restarted one after the other: no request is lost, and no change to who follows', async () => {
    const seen: string[] = [];
    const cut: string[] = [];
    const unfollow = follow(seen, cut);
    const load = startLoad();
    for (const replica of replicas) {
      const { code } = (await running.get(replica)?.stop('SIGTERM')) ?? {};
      expect(code).toBe(0);
      await serve(replica);
      await expect.poll(() => balancer.isUpAgain(replica), { timeout: 30_000 }).toBe(true);
      await load.answered(500);
    }
    const { answers, failures, written } = await load.stop();
    process.stdout.write(`rolling restart behind HAProxy: ${answers} requests, ${failures.length} failed\n`);
    expect(failures).toEqual([]);
    expect(written.length).toBeGreaterThan(10);
    await expect.poll(() => seen.at(-1), { timeout: 10_000 }).toBe(written.at(-1));
    unfollow();
    expect(seen).toEqual(written.slice(written.indexOf(seen[0] ?? '')));
    expect(cut.length).toBeGreaterThan(0);
  });

  async function ask(query: string): Promise<void> {
    const response = await fetch(balancer.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${stack.admin}` },
      body: JSON.stringify({ query }),
    });
    const text = await response.text();
    if (response.status !== 200 || text.includes('"errors"')) throw new Error(`${response.status} ${text}`);
  }

  /** Senders that read all the time, and one that writes, numbering what it writes. */
  function startLoad() {
    let stopped = false;
    let answers = 0;
    const failures: string[] = [];
    const written: string[] = [];
    const send = async (query: string) => {
      await ask(query).catch((error) => failures.push(String(error.cause ?? error)));
      answers += 1;
    };
    const read = async () => {
      while (!stopped) await send('{ groups { nodes { id description } } viewer { id } }');
    };
    const write = async () => {
      for (let number = 1; !stopped; number += 1) {
        await send(
          `mutation { upsertGroup(id: "eng", input: { description: "${number}" }) { userErrors { code } } }`,
        );
        written.push(String(number));
      }
    };
    const senders = [write(), ...Array.from({ length: SENDERS }, read)];
    return {
      /** Resolves when so many more were answered. */
      async answered(more: number) {
        const enough = answers + more;
        await expect.poll(() => answers, { timeout: 30_000 }).toBeGreaterThan(enough);
      },
      async stop() {
        stopped = true;
        await Promise.all(senders);
        return { answers, failures, written };
      },
    };
  }

  /** Follows what is written as a client does: what is cut is taken up again at its cursor. Gives how to stop. */
  function follow(seen: string[], cut: string[]): () => void {
    const client = createClient({
      url: balancer.endpoint,
      headers: { authorization: `Bearer ${stack.admin}` },
    });
    const query = `subscription ($after: String) { accessChanges(after: $after) {
      cursor after { ... on Group { description } } } }`;
    let dispose = () => {};
    const subscribe = (after: string | null) => {
      let cursor = after;
      dispose = client.subscribe<{ accessChanges: { cursor: string } }>(
        { query, variables: { after } },
        {
          next({ data, errors }) {
            const [error] = errors ?? [];
            if (error) {
              cut.push(String(error.extensions['code']));
              cursor = String(error.extensions['cursor']);
            } else if (data) {
              cursor = data.accessChanges.cursor;
              seen.push(textAt(data, 'accessChanges', 'after', 'description'));
            }
          },
          error: (error) => cut.push(String(error)),
          complete: () => subscribe(cursor),
        },
      );
    };
    subscribe(null);
    return () => dispose();
  }
});
