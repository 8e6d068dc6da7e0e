import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type ClientRequest, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Follower, follow, TRANSPORTS } from '../subscriptions/follower.ts';
import { CliGateway } from './support/cli-gateway.ts';
import { CliServer } from './support/cli-server.ts';

/** The bounds: so many that do not read cost no more than that. */
const STUCK = 50;
const MOST_MIB = 20;
/** Characters that a change takes as a message: its description, under many names. */
const DESCRIPTION = 2000;
const ALIASES = 30;
/** Until the gateway has run for a while, each is faster than the one before. */
const WARM_UP = 60;
/** Changes after which it is looked whether the operating system has taken any more for those that do not read. */
const STEP = 20;
/** By then it has taken all that it may (4 MiB a connection, if nobody says otherwise), for whatever reason it has not. */
const MOST_STEPS = 25;
/** Changes that pass when it takes no more. */
const CHANGES = 200;
/** How much longer the others may wait in the end, as a factor: what medians of the same differ by. */
const MOST_DELAY = 1.3;

const FEED = `subscription { accessChanges { after { ... on Group {
  ${Array.from({ length: ALIASES }, (_, index) => `d${index}: description`).join(' ')}
} } } }`;

/** Makes a process tell of its memory when it is asked. */
const WATCH = `
  import { writeFileSync } from 'node:fs';
  process.on('SIGUSR2', () => {
    gc();
    gc();
    writeFileSync(process.env.MEMORY_FILE, JSON.stringify(process.memoryUsage()));
  });
`;

let folder: string;
let api: CliServer;
let token: string;
/** The one whose clients stop reading, and one like it, to compare with. */
let gateway: CliGateway;
let other: CliGateway;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolegraph-slow-consumers-'));
  api = await CliServer.start(folder);
  token = await api.signIn();
  [gateway, other] = await Promise.all([startGateway(), startGateway()]);
});
afterAll(async () => {
  await gateway.kill();
  await other.kill();
  await api.end('SIGTERM');
  await rm(folder, { recursive: true });
});

function startGateway(): Promise<CliGateway> {
  return CliGateway.start(api.url, {
    // What is garbage is no cost: it is collected when we ask for it.
    nodeArgs: ['--expose-gc', '--import', `data:text/javascript,${encodeURIComponent(WATCH)}`],
    env: {
      MEMORY_FILE: join(folder, 'memory.json'),
      ROLEGRAPH_CHANGES: ':memory:',
      ROLEGRAPH_RATE_POINTS: '0',
      // They are to be seen while they are held, not after they were cut off.
      ROLEGRAPH_STREAM_KEEP_ALIVE_MS: '60000',
    },
  });
}

/** What is alive in the gateway, and what the operating system counts, both in MiB. */
async function memory(): Promise<{ readonly used: number; readonly resident: number }> {
  process.kill(gateway.pid ?? 0, 'SIGUSR2');
  await setTimeout(500);
  const { heapUsed, external, rss } = JSON.parse(await readFile(join(folder, 'memory.json'), 'utf8'));
  return { used: (heapUsed + external) / 1024 / 1024, resident: rss / 1024 / 1024 };
}

/** Lengths of what the operating system holds for clients that take no more of it (proc(5), `net/tcp`), in bytes. */
async function held(): Promise<number[]> {
  // Those who read may acknowledge after 40 ms.
  await setTimeout(200);
  const port = Number(new URL(gateway.url).port).toString(16).toUpperCase().padStart(4, '0');
  const connection = new RegExp(`^ *\\d+: [0-9A-F]{8}:${port} [0-9A-F:]+ 01 ([0-9A-F]{8}):`, 'gm');
  return Array.from(readFileSync('/proc/net/tcp', 'utf8').matchAll(connection), ([, bytes = '']) =>
    Number.parseInt(bytes, 16),
  ).filter((bytes) => bytes > 0);
}

async function change({ url }: CliGateway, index: number): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({
      query:
        'mutation ($d: String!) { upsertGroup(id: "big", input: { description: $d }) { userErrors { code } } }',
      variables: { d: `${index} `.padEnd(DESCRIPTION, 'x') },
    }),
  });
  expect(await response.json()).toEqual({ data: { upsertGroup: { userErrors: [] } } });
}

/** Subscribes with a client that can stop reading, counts what it gets, and leaves it as it is. */
async function subscribe(way: 'WebSocket' | 'server-sent events'): Promise<Stuck> {
  if (way === 'WebSocket') {
    const socket = new WebSocket(gateway.url.replace('http', 'ws'), 'graphql-transport-ws', {
      headers: { 'x-authorization': token },
    });
    await once(socket, 'open');
    socket.send('{"type":"connection_init"}');
    await once(socket, 'message');
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: FEED } }));
    const stuck = {
      count: 0,
      pause: () => socket.pause(),
      resume: () => socket.resume(),
      leave: () => socket.terminate(),
    };
    socket.on('message', () => {
      stuck.count += 1;
    });
    return stuck;
  }
  const asking: ClientRequest = request(gateway.url, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json', 'x-authorization': token, accept: 'text/event-stream' },
  });
  asking.on('error', () => {});
  asking.end(JSON.stringify({ query: FEED }));
  const [response]: [Readable] = (await once(asking, 'response')) as [Readable];
  response.on('error', () => {});
  const stuck = {
    count: 0,
    pause: () => response.pause(),
    resume: () => response.resume(),
    leave: () => asking.destroy(),
  };
  response.setEncoding('utf8').on('data', (text: string) => {
    stuck.count += text.split('event: next').length - 1;
  });
  return stuck;
}

interface Stuck {
  readonly count: number;
  pause(): void;
  resume(): void;
  leave(): void;
}

/** Tells changes apart. */
let changes = 0;

/** Those who read, at one of the gateways. */
class Readers {
  readonly #gateway: CliGateway;
  readonly #followers: readonly Follower[];

  private constructor(at: CliGateway, followers: readonly Follower[]) {
    this.#gateway = at;
    this.#followers = followers;
  }

  /** Subscribes over every transport. */
  static async subscribe(at: CliGateway): Promise<Readers> {
    const endpoints = { endpoint: at.url, socketEndpoint: at.url.replace('http', 'ws') };
    return new Readers(
      at,
      await Promise.all(TRANSPORTS.map((transport) => follow(transport, endpoints, token, FEED))),
    );
  }

  /** Makes a change, and gives the milliseconds until all have it. */
  async change(): Promise<number> {
    changes += 1;
    const since = performance.now();
    await change(this.#gateway, changes);
    for (const follower of this.#followers) {
      const { data } = await follower.next();
      expect(data.accessChanges.after.d0.split(' ')[0]).toBe(String(changes));
    }
    return performance.now() - since;
  }

  leave(): void {
    for (const follower of this.#followers) follower.leave();
  }
}

/**
 * Makes changes at both gateways by turns, so that whatever else the machine does makes both slower.
 *
 * @returns the medians, in milliseconds.
 */
async function compare(beside: Readers, alone: Readers, rounds: number) {
  const times: { readonly beside: number; readonly alone: number }[] = [];
  for (let round = 0; round < rounds; round += 1)
    times.push({ alone: await alone.change(), beside: await beside.change() });
  return {
    beside: median(times.map((time) => time.beside)),
    alone: median(times.map((time) => time.alone)),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

test.each([
  'WebSocket',
  'server-sent events',
] as const)(`${STUCK} clients over %s that stop reading cost at most ${MOST_MIB} MiB, and the others do not feel them`, async (way) => {
  const alone = await Readers.subscribe(other);
  const beside = await Readers.subscribe(gateway);
  await compare(beside, alone, WARM_UP);
  const clients = await Promise.all(Array.from({ length: STUCK }, () => subscribe(way)));
  await setTimeout(300);
  for (const client of clients) client.pause();
  const before = await memory();

  // At first the operating system takes messages for them, as it does for those who read.
  const first = await compare(beside, alone, STEP);
  let made = STEP;
  let full = await held();
  for (let isMore = true; isMore; ) {
    await compare(beside, alone, STEP);
    made += STEP;
    const now = await held();
    isMore = made < STEP * MOST_STEPS && String(now) !== String(full);
    full = now;
  }
  expect(full).toHaveLength(STUCK);

  const then = await compare(beside, alone, CHANGES);
  made += CHANGES;
  const after = await memory();
  const [took, resident] = [after.used - before.used, after.resident - before.resident];
  process.stdout.write(
    `slow consumers: ${STUCK} over ${way} that do not read took ${took.toFixed(1)} MiB (${resident.toFixed(1)} MiB resident), ` +
      `and the operating system ${(full.reduce((sum, bytes) => sum + bytes) / 1024 / 1024).toFixed(1)} MiB, ` +
      `while ${made} messages of ${Math.round((DESCRIPTION * ALIASES) / 1024)} KiB passed them; the others had each after ` +
      `${then.beside.toFixed(1)} ms, and ${then.alone.toFixed(1)} ms where there were no such clients ` +
      `(the first ${STEP}: ${first.beside.toFixed(1)} and ${first.alone.toFixed(1)} ms; medians, from asking for the change)\n`,
  );
  expect(await held()).toEqual(full);
  expect(took).toBeLessThan(MOST_MIB);
  expect(then.beside / then.alone).toBeLessThan(MOST_DELAY);
  // What was held back is not lost.
  for (const client of clients) client.resume();
  const deadline = performance.now() + 60_000;
  while (clients.some(({ count }) => count < made) && performance.now() < deadline) await setTimeout(50);
  expect(clients.map(({ count }) => count)).toEqual(Array(STUCK).fill(made));
  for (const one of [...clients, beside, alone]) one.leave();
  await setTimeout(200);
});
