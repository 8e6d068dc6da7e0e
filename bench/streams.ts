// What streams cost, beside peers: `node bench/streams.ts [SSE] [WEBSOCKETS]` prints a table. Its child `upstream` is the
// embedded authorization API, whose tokens for the clients come with its URL.
import { setTimeout } from 'node:timers/promises';
import { pino } from 'pino';
import { startAuthApi } from '../src/authapi/server.ts';
import { type Child, startChild } from './child.ts';
import { EVENT_STREAM, type HeldStream, MULTIPART, openHttp, openSocket } from './stream-clients.ts';

const [first = '5000', second = '5000'] = process.argv.slice(2);
/** Tokens that streams are spread over, so that none holds more than is allowed. */
const CALLERS = 20;
const ROUNDS = 50;
const FAN_OUTS = 5;
const USER = 'watched@example.com';
const QUERY = `subscription { userUpdated(id: "${USER}") { name } }`;

type Way = 'WebSocket' | 'SSE' | 'multipart';

interface Contestant {
  readonly name: string;
  readonly args: (upstream: string) => readonly string[];
  readonly ways: readonly Way[];
}

const CONTESTANTS: readonly Contestant[] = [
  {
    name: 'Rolegraph',
    args: (url) => [
      ...['src/main.ts', 'serve', '--port', '0', '--changes', ':memory:'],
      ...['--authorization-url', url, '--workflow-url', url],
    ],
    ways: ['WebSocket', 'SSE', 'multipart'],
  },
  {
    name: 'Yoga, graphql-ws',
    args: (url) => ['bench/servers/yoga-streams.ts', url],
    ways: ['WebSocket', 'SSE'],
  },
  {
    name: 'Apollo Server, graphql-ws',
    args: (url) => ['bench/servers/apollo-streams.ts', url],
    ways: ['WebSocket'],
  },
];

let changes = 0;

async function serveUpstream(): Promise<void> {
  const logger = pino({ level: 'silent' });
  const api = await startAuthApi({ host: '127.0.0.1', port: 0, data: ':memory:', seed: false, logger });
  const signIn = await fetch(`${api.url}/api/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(api.adminKey),
  });
  const { token } = Object(await signIn.json());
  const tokens = [];
  for (let index = 0; index < CALLERS; index += 1) {
    const id = index === 0 ? USER : `caller-${index}@example.com`;
    await fetch(`${api.url}/api/users/${id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', 'x-authorization': token },
      body: JSON.stringify({ name: 'Caller', roles: ['ADMIN'] }),
    });
    tokens.push(await api.issueToken(id));
  }
  process.stdout.write(`${tokens.join(',')} ${api.url}\n`);
}

async function printTables(sse: number, webSockets: number): Promise<void> {
  for (const contestant of CONTESTANTS) {
    const { latencies, held } = await measure(contestant, sse, webSockets);
    print(['server', 'transport', 'p50 ms', 'p95 ms', 'max ms'], latencies);
    print(['server', 'streams held', 'opened in s', 'KiB each', 'p50 ms', 'p95 ms', 'last ms'], [held]);
  }
}

async function measure(contestant: Contestant, sse: number, webSockets: number) {
  const upstream = await startChild(0, ['bench/streams.ts', 'upstream']);
  const tokens = upstream.printed.split(' ')[0]?.split(',') ?? [];
  const server = await startChild(1, contestant.args(upstream.url));
  try {
    const latencies = [];
    for (const way of contestant.ways)
      latencies.push([contestant.name, way, ...(await latencyOf(server, tokens, way))]);
    const ways = contestant.ways.includes('SSE')
      ? { sse, webSockets }
      : { sse: 0, webSockets: sse + webSockets };
    return { latencies, held: [contestant.name, ...(await hold(server, tokens, ways.sse, ways.webSockets))] };
  } finally {
    await server.stop();
    await upstream.stop();
  }
}

/** How long two clients wait for a change after it was asked for. */
async function latencyOf(server: Child, tokens: readonly string[], way: Way): Promise<string[]> {
  const waiting = new Waiting();
  const clients = await Promise.all(
    [0, 1].map((client) => open(server, tokens[client] ?? '', way, waiting.hear)),
  );
  await setTimeout(300);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) times.push(...(await change(server, tokens, waiting, 2)));
  for (const client of clients) client.close();
  return [percentile(times, 50), percentile(times, 95), percentile(times, 100)];
}

/** Holds many streams, and changes something that all of them follow. */
async function hold(
  server: Child,
  tokens: readonly string[],
  sse: number,
  webSockets: number,
): Promise<string[]> {
  const waiting = new Waiting();
  const ways: Way[] = [...Array<Way>(sse).fill('SSE'), ...Array<Way>(webSockets).fill('WebSocket')];
  const before = server.memory();
  const since = performance.now();
  const held: HeldStream[] = [];
  for (let index = 0; index < ways.length; index += 50) {
    const opening = ways
      .slice(index, index + 50)
      .map((way, offset) => open(server, tokens[(index + offset) % tokens.length] ?? '', way, waiting.hear));
    held.push(...(await Promise.all(opening)));
  }
  const opened = performance.now() - since;
  await setTimeout(2000);
  const each = ((server.memory() - before) * 1024) / held.length;
  const times: number[] = [];
  for (let round = 0; round < FAN_OUTS; round += 1)
    times.push(...(await change(server, tokens, waiting, held.length)));
  for (const stream of held) stream.close();
  return [
    String(held.length),
    (opened / 1000).toFixed(1),
    each.toFixed(1),
    percentile(times, 50),
    percentile(times, 95),
    percentile(times, 100),
  ];
}

function open(
  server: Child,
  token: string,
  way: Way,
  hear: (text: string, at: number) => void,
): Promise<HeldStream> {
  if (way === 'WebSocket') return openSocket(server.url, token, QUERY, hear);
  return openHttp(server.url, token, QUERY, way === 'SSE' ? EVENT_STREAM : MULTIPART, hear);
}

/** What clients heard of the change that is waited for. */
class Waiting {
  #name = '';
  #times: number[] = [];
  #wanted = Infinity;
  #all = Promise.withResolvers<void>();

  readonly hear = (text: string, at: number): void => {
    if (!text.includes(this.#name) || this.#name === '') return;
    this.#times.push(at);
    if (this.#times.length === this.#wanted) this.#all.resolve();
  };

  /** Waits until so many clients have heard of a name, and gives when. */
  async for(name: string, count: number): Promise<readonly number[]> {
    this.#name = name;
    this.#times = [];
    this.#wanted = count;
    this.#all = Promise.withResolvers<void>();
    const late = setTimeout(60_000).then(() => {
      throw new Error(`only ${this.#times.length} of ${count} clients have heard of ${name}`);
    });
    await Promise.race([this.#all.promise, late]);
    return this.#times;
  }
}

async function change(
  server: Child,
  tokens: readonly string[],
  waiting: Waiting,
  count: number,
): Promise<number[]> {
  changes += 1;
  const name = `Name ${changes}.`;
  const heard = waiting.for(name, count);
  const since = performance.now();
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-authorization': tokens[0] ?? '' },
    body: JSON.stringify({
      query: `mutation { upsertUser(id: "${USER}", input: { name: "${name}" }) { user { name } } }`,
    }),
  });
  const { errors } = Object(await response.json());
  if (errors) throw new Error(JSON.stringify(errors));
  const times = (await heard).map((at) => at - since);
  await setTimeout(20);
  return times;
}

function percentile(times: readonly number[], percent: number): string {
  const sorted = times.toSorted((a, b) => a - b);
  return (sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? Number.NaN).toFixed(1);
}

function print(names: readonly string[], rows: readonly (readonly string[])[]): void {
  const lines = [names, names.map((_, index) => (index === 0 ? '---' : '---:')), ...rows];
  process.stdout.write(`${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n\n`);
}

if (first === 'upstream') await serveUpstream();
else await printTables(Number(first), Number(second));
