// What one gateway costs as its upstream grows: `node bench/scale.ts [USERS …]` prints a table. Its children run this
// same file: `upstream USERS` answers from memory, `receiver URL` does nothing but read the list of users, and the gateway
// loads it (`--import`) to be watched.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { Pool } from 'undici';
import { type Child, startChild } from './child.ts';
import { createWorld, grantsOf, REVISION } from './world.ts';

const SIZES = [1000, 10_000, 100_000];
const REQUESTS = 20;
const LIST = '/api/users?apps=false';

const PAGE =
  'query ($after: String) { users(first: 50, after: $after) { totalCount nodes { id name roles { id } } } }';
const LINKED = PAGE.replace('roles { id }', 'grants { target { rawType id: rawId } access }');

const [role = '', argument = ''] = process.argv.slice(2);
if (role === 'upstream') listen(answerFrom(Number(argument)));
else if (role === 'receiver') listen(receiveFrom(argument));
else if (role === 'serve') watch();
else await printTable(process.argv.length > 2 ? process.argv.slice(2).map(Number) : SIZES);

async function printTable(sizes: readonly number[]): Promise<void> {
  const rows = [];
  for (const users of sizes) rows.push(await measure(users));
  const names = Object.keys(rows[0] ?? {});
  const lines = [names, names.map(() => '---:'), ...rows.map((row) => Object.values(row).map(inDigits))];
  process.stdout.write(`${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`);
}

function inDigits(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 });
}

/** Measures one size of the world; times and processor times in milliseconds for each request. */
async function measure(users: number): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'rolegraph-scale-'));
  process.env['SCALE_WATCH'] = join(folder, 'watch.json');
  const upstream = await startChild(0, ['bench/scale.ts', 'upstream', String(users)]);
  const receiver = await startChild(1, ['bench/scale.ts', 'receiver', upstream.url]);
  const gateway = await startChild(1, [
    ...['--import', './bench/scale.ts'],
    ...['src/main.ts', 'serve', '--port', '0', '--authorization-url', upstream.url],
  ]);
  const ask = (query: string) => askPage(gateway.url, query, users);
  try {
    const bytes = (await (await fetch(upstream.url + LIST)).arrayBuffer()).byteLength;
    const receiving = await repeat(receiver, async () => void (await fetch(receiver.url)));
    // Another list first: what is measured is reading, not the start of the program.
    for (let warmUp = 0; warmUp < 20; warmUp += 1) await ask('{ groups { nodes { id } } }');
    gateway.toggleProfile();
    const cold = await repeat(gateway, () => ask(PAGE), 1);
    const warm = await repeat(gateway, () => ask(PAGE));
    const linked = await repeat(gateway, () => ask(LINKED));
    await fetch(`${upstream.url}/change`);
    const changing = await repeat(gateway, () => ask(PAGE), 5);
    gateway.toggleProfile();
    await setTimeout(500);
    const { pauseMs, pauseCpuMs, peakMiB } = JSON.parse(readFileSync(process.env['SCALE_WATCH'], 'utf8'));
    return {
      users,
      'list, MB': bytes / 1e6,
      'cold page, ms': cold.ms,
      'warm page, ms': warm.ms,
      'warm page, CPU ms': warm.cpuMs,
      'of it to receive the list': receiving.cpuMs,
      'linked page, ms': linked.ms,
      'linked page, CPU ms': linked.cpuMs,
      'page of a list that changed, ms': changing.ms,
      'worst pause, ms': pauseMs,
      'worst pause, CPU ms': pauseCpuMs,
      'peak RSS, MiB': peakMiB,
    };
  } finally {
    await Promise.all([gateway.stop(), receiver.stop(), upstream.stop()]);
    rmSync(folder, { recursive: true });
  }
}

async function repeat(child: Child, request: () => Promise<void>, times = REQUESTS) {
  if (times > 5) for (let index = 0; index < 5; index += 1) await request();
  const [started, cpu] = [performance.now(), child.cpuMs()];
  for (let index = 0; index < times; index += 1) await request();
  return { ms: (performance.now() - started) / times, cpuMs: (child.cpuMs() - cpu) / times };
}

async function askPage(url: string, query: string, users: number): Promise<void> {
  const middle = `user${String(users / 2).padStart(6, '0')}@example.com`;
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer token' },
    body: JSON.stringify({ query, variables: { after: Buffer.from(middle).toString('base64url') } }),
  });
  const text = await answer.text();
  if (answer.status !== 200 || text.includes('"errors"')) throw new Error(text);
}

function answerFrom(users: number): RequestListener {
  const world = createWorld(users);
  const answers = new Map([
    [LIST, Buffer.from(JSON.stringify(world.users))],
    ['/api/groups', Buffer.from(JSON.stringify(world.groups))],
  ]);
  let changes = false;
  let revision = 0;
  return ({ url = '' }, response) => {
    if (url === '/change') changes = true;
    const list = answers.get(url);
    const text = list ?? JSON.stringify(grantsOf(decodeURIComponent(url.split('/')[3] ?? '')));
    // One record in the middle of the list differs from the answer before.
    if (list && changes) list.write(`rev-${String(++revision).padStart(8, '0')}`, revisionIn(list));
    response.setHeader('content-type', 'application/json').end(text);
  };
}

let known: number | undefined;

function revisionIn(list: Buffer): number {
  known ??= list.indexOf(REVISION, list.length / 2);
  return known;
}

function receiveFrom(upstream: string): RequestListener {
  const pool = new Pool(upstream);
  return async (_request, response) => {
    pool.dispatch(
      { path: LIST, method: 'GET' },
      {
        onRequestStart() {},
        onResponseStart() {},
        onResponseData() {},
        onResponseEnd: () => response.end(),
        onResponseError: () => response.destroy(),
      },
    );
  };
}

/**
 * From one SIGUSR2 to the next: measures the longest pause of the event loop, by the clock and in processor time of its
 * thread (which other programs do not lengthen), and the peak of memory. Writes them to the file SCALE_WATCH.
 */
function watch(): void {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  let timer: NodeJS.Timeout | undefined;
  let last = process.threadCpuUsage();
  let pauseCpuMs = 0;
  process.on('SIGUSR2', () => {
    if (!timer) {
      delays.enable();
      last = process.threadCpuUsage();
      timer = setInterval(() => {
        const now = process.threadCpuUsage();
        pauseCpuMs = Math.max(pauseCpuMs, (now.user + now.system - last.user - last.system) / 1000);
        last = now;
      }, 1);
      return;
    }
    clearInterval(timer);
    const peakMiB = process.resourceUsage().maxRSS / 1024;
    const seen = { pauseMs: delays.max / 1e6, pauseCpuMs, peakMiB };
    writeFileSync(process.env['SCALE_WATCH'] ?? '', JSON.stringify(seen));
  });
}

function listen(listener: RequestListener): void {
  const server = createServer(listener).listen(0, '127.0.0.1', () => {
    process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
  });
}
