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
import { follow, TRANSPORTS } from '../streams/follower.ts';
import { CliGateway } from './support/cli-gateway.ts';
import { CliServer } from './support/cli-server.ts';

/** The bounds: so many that do not read cost no more than that. */
const STUCK = 50;
const MOST_MIB = 20;
/** Characters that a change takes as a message: its description, under many names. */
const DESCRIPTION = 2000;
const ALIASES = 30;
/** Together more than what the operating system takes for a client that does not read: see the assertion. */
const CHANGES = 150;
const WARM_UP = 60;

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
let gateway: CliGateway;
let token: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolegraph-slow-consumers-'));
  api = await CliServer.start(folder);
  token = await api.signIn();
  gateway = await CliGateway.start(api.url, {
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
});
afterAll(async () => {
  await gateway.kill();
  await api.end('SIGTERM');
  await rm(folder, { recursive: true });
});

/** What is alive in the gateway, and what the operating system counts, both in MiB. */
async function memory(): Promise<{ readonly used: number; readonly resident: number }> {
  process.kill(gateway.pid ?? 0, 'SIGUSR2');
  await setTimeout(500);
  const { heapUsed, external, rss } = JSON.parse(await readFile(join(folder, 'memory.json'), 'utf8'));
  return { used: (heapUsed + external) / 1024 / 1024, resident: rss / 1024 / 1024 };
}

/** How many connections of the gateway hold bytes that the other side takes no more of (proc(5), `net/tcp`). */
function stalled(): number {
  const port = Number(new URL(gateway.url).port).toString(16).toUpperCase().padStart(4, '0');
  const waiting = new RegExp(`^ *\\d+: [0-9A-F]{8}:${port} [0-9A-F:]+ 01 (?!00000000:)`, 'gm');
  return readFileSync('/proc/net/tcp', 'utf8').match(waiting)?.length ?? 0;
}

async function change(index: number): Promise<void> {
  const response = await fetch(gateway.url, {
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

test.each([
  'WebSocket',
  'server-sent events',
] as const)(`${STUCK} clients over %s that stop reading cost at most ${MOST_MIB} MiB, and the others do not feel them`, async (way) => {
  const endpoints = { endpoint: gateway.url, socketEndpoint: gateway.url.replace('http', 'ws') };
  const others = await Promise.all(TRANSPORTS.map((transport) => follow(transport, endpoints, token, FEED)));
  let made = 0;
  /** Makes changes; each must have reached those who read before the next one is made. */
  const changes = async (count: number): Promise<number[]> => {
    const times: number[] = [];
    for (let index = 0; index < count; index += 1) {
      const since = performance.now();
      await change(made);
      for (const other of others) {
        const { data } = await other.next();
        expect(data.accessChanges.after.d0.split(' ')[0]).toBe(String(made));
      }
      times.push(performance.now() - since);
      made += 1;
    }
    return times.toSorted((a, b) => a - b);
  };
  const median = (times: readonly number[]) => (times[Math.floor(times.length / 2)] ?? 0).toFixed(1);

  const alone = await changes(WARM_UP);
  const clients = await Promise.all(Array.from({ length: STUCK }, () => subscribe(way)));
  await setTimeout(300);
  for (const client of clients) client.pause();
  const before = await memory();
  const stuck = await changes(CHANGES);
  const after = await memory();
  process.stdout.write(
    `slow consumers: ${STUCK} over ${way} that do not read took ${(after.used - before.used).toFixed(1)} MiB (${(after.resident - before.resident).toFixed(1)} MiB resident) while ${CHANGES} ` +
      `messages of ${Math.round((DESCRIPTION * ALIASES) / 1024)} KiB passed them; the others had each after ` +
      `${median(stuck)} ms (median, from asking for the change), and after ${median(alone)} ms when they were alone\n`,
  );
  expect(stalled()).toBe(STUCK);
  expect(after.used - before.used).toBeLessThan(MOST_MIB);
  // What was held back is not lost.
  for (const client of clients) client.resume();
  const deadline = performance.now() + 60_000;
  while (clients.some(({ count }) => count < CHANGES) && performance.now() < deadline) await setTimeout(50);
  expect(clients.map(({ count }) => count)).toEqual(Array(STUCK).fill(CHANGES));
  for (const one of [...clients, ...others]) one.leave();
  await setTimeout(200);
});
