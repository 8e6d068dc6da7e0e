// Measures Rolegraph beside its peers, in one run on one machine. Peers are installed by `npm ci --prefix bench`.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { requestFor } from './ask.ts';
import { startChild } from './child.ts';
import { moveToCore } from './cores.ts';
import { load } from './load.ts';
import { describeMachine } from './machine.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { measureOperation, type Row, type Running } from './rounds.ts';
import { medianOf, writeTable } from './table.ts';
import { startUpstream, type Upstream } from './upstream-control.ts';

const SERVER_CORE = 0;
const LOAD_CORE = 1;

if (process.argv.includes('--help')) {
  console.log(USAGE);
} else if (existsSync(new URL('node_modules', import.meta.url))) {
  await run(readOptions(process.argv.slice(2)));
} else {
  console.error('The peers are not installed. Do that first: npm ci --prefix bench');
  process.exitCode = 1;
}

async function run(options: Options): Promise<void> {
  const written: string[] = [];
  const print = (text: string) => {
    written.push(text);
    console.log(`${text}\n`);
  };
  print(`## Machine\n\n${describeMachine()}`);

  moveToCore(LOAD_CORE);
  const upstream = await startUpstream(LOAD_CORE);
  const servers: Running[] = [];
  try {
    for (const contestant of options.servers) {
      const preload = contestant.key === options.flame ? ['--import', './bench/profile.ts'] : [];
      const child = await startChild(SERVER_CORE, [...preload, ...contestant.args(upstream.url)]);
      servers.push({ ...contestant, child });
    }
    if (options.flame) await profile(servers, options);
    else await compare(servers, upstream, options, print);
  } finally {
    for (const { child } of servers) await child.stop();
    await upstream.stop();
  }
  if (options.output) {
    const method = readFileSync(new URL('METHOD.md', import.meta.url), 'utf8');
    writeFileSync(options.output, `${method}\n${written.join('\n\n')}\n`);
  }
}

async function compare(
  servers: readonly Running[],
  upstream: Upstream,
  options: Options,
  print: (text: string) => void,
): Promise<void> {
  const { conditions, operations, rounds, seconds } = options;
  const [{ tokens } = { tokens: [] }] = conditions;
  await upstream.control({ delayMs: 0, changing: false });
  const small = await ceiling(upstream, '/api/users/user000042@example.com', tokens, seconds);
  const large = await ceiling(upstream, '/api/users', tokens, seconds);
  print(
    `## Ceiling of the upstream\n\nAsked directly by the load generator: one user (1 kB) ${small}; all users (957 kB) ` +
      `${large}. Below each table stands what was needed of it.`,
  );
  for (const condition of conditions) {
    const { delayMs, changing } = condition;
    const callers = condition.tokens.length > 1 ? `${condition.tokens.length} tokens` : 'one shared token';
    const bodies = changing ? ', bodies that change on every answer' : '';
    const where = `${delayMs} ms, ${callers}${bodies}`;
    print(`## Upstream after ${where}: ${rounds} rounds of ${seconds} s`);
    for (const operation of operations) {
      const rows = await measureOperation(servers, upstream, operation, condition, options);
      print(`### ${operation.name}; ${where}\n\n${writeTable(rows)}\n\n${describeNeed(rows)}`);
    }
  }
}

async function ceiling(
  upstream: Upstream,
  path: string,
  tokens: readonly string[],
  seconds: number,
): Promise<string> {
  const request = { method: 'GET', path, body: '' };
  await load(upstream.url, request, tokens, seconds / 2);
  const before = upstream.cpuMs();
  const { requests, requestsPerSecond } = await load(upstream.url, request, tokens, seconds);
  const perCpuSecond = (requests / (upstream.cpuMs() - before)) * 1000;
  return `${requestsPerSecond.toFixed(0)}/s, that is ${perCpuSecond.toFixed(0)} for each second of its processor time`;
}

function describeNeed(rows: readonly Row[]): string {
  const callsPerSecond = rows.map(({ calls, results }) =>
    medianOf(results.map(({ requestsPerSecond }) => calls * requestsPerSecond)),
  );
  const most = Math.max(...callsPerSecond);
  const feeding = rows.map(({ results }) => medianOf(results.map((result) => result.feeding)));
  const busiest = Math.max(...feeding);
  return (
    `Most REST calls, if none is shared: ${most.toFixed(0)}/s, by ${rows[callsPerSecond.indexOf(most)]?.name}. Upstream and load generator ` +
    `took ${(busiest * 100).toFixed(0)} % of their core at most, beside ${rows[feeding.indexOf(busiest)]?.name}.`
  );
}

async function profile(
  servers: readonly Running[],
  { operations, conditions, seconds }: Options,
): Promise<void> {
  const [{ tokens } = { tokens: [] }] = conditions;
  for (const server of servers) {
    for (const operation of operations) {
      const request = requestFor(server, operation);
      await load(server.child.url, request, tokens, seconds);
      server.child.toggleProfile();
      const { requestsPerSecond } = await load(server.child.url, request, tokens, seconds);
      server.child.toggleProfile();
      console.log(`${server.name}, ${operation.key}: ${requestsPerSecond.toFixed(0)} requests/s, profiled`);
    }
  }
}
