import { setTimeout } from 'node:timers/promises';
import { ask, checkSame, requestFor } from './ask.ts';
import type { Child } from './child.ts';
import type { Contestant } from './contestants.ts';
import { load } from './load.ts';
import type { Operation } from './operations.ts';
import type { Conditions, Options } from './options.ts';
import type { Seen, Upstream } from './upstream-control.ts';

/** A server that takes part, and its process. */
export interface Running extends Contestant {
  readonly child: Child;
}

/** What one server did with one operation in one round. */
export interface Result {
  readonly requestsPerSecond: number;
  /** To the first server in the same round. */
  readonly ratio: number;
  readonly p50: number;
  readonly p99: number;
  /** Median time of an answer to one client that has the server for itself, in milliseconds. */
  readonly alone: number;
  /** Of the server's process, for one request. */
  readonly cpuMs: number;
  /** Processor time of the first server in the same round to that of this one. */
  readonly cpuRatio: number;
  /** Share of a core, from 0 to 1, that upstream and load generator took together. */
  readonly feeding: number;
  /** MiB. */
  readonly memory: number;
}

/** What one server did with one operation. */
export interface Row {
  readonly name: string;
  readonly calls: number;
  readonly roundTrips: number;
  readonly results: readonly Result[];
}

/**
 * Measures one operation: first what it costs upstream, and that all give the same answer; then in rounds, in which the
 * servers take turns, so that a disturbance of the machine hits one round and not one server.
 *
 * @throws if a server answers with errors, or differently from the first.
 */
export async function measureOperation(
  servers: readonly Running[],
  upstream: Upstream,
  operation: Operation,
  { delayMs, changing, tokens }: Conditions,
  { rounds, seconds }: Pick<Options, 'rounds' | 'seconds'>,
): Promise<readonly Row[]> {
  const costs: Seen[] = [];
  const [token = ''] = tokens;
  let expected: unknown;
  for (const server of servers) {
    // The first answer is slow for reasons that do not come again.
    await ask(server, server.child.url, operation, token);
    await upstream.control({ delayMs, changing, waves: true });
    const data = await ask(server, server.child.url, operation, token);
    costs.push(await upstream.control({ delayMs, changing }));
    expected ??= data;
    checkSame(server.name, operation, data, expected);
  }

  const results: Result[][] = servers.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    let reference: Measured | undefined;
    for (const [index, server] of servers.entries()) {
      await giveTurnTo(server, servers);
      const result = await measureOnce(server, upstream, operation, tokens, seconds);
      reference ??= result;
      results[index]?.push({
        ...result,
        ratio: result.requestsPerSecond / reference.requestsPerSecond,
        cpuRatio: reference.cpuMs / result.cpuMs,
      });
      checkSame(server.name, operation, await ask(server, server.child.url, operation, token), expected);
    }
  }
  for (const { child } of servers) child.thaw();
  await setTimeout(THAWED_MS);
  return servers.map(({ name }, index) => ({
    name,
    calls: costs[index]?.calls ?? Number.NaN,
    roundTrips: costs[index]?.roundTrips ?? Number.NaN,
    results: results[index] ?? [],
  }));
}

/** So long a server has to notice which connections were closed in the meantime. */
const THAWED_MS = 100;

/** Leaves the machine to one server. */
async function giveTurnTo(server: Running, servers: readonly Running[]): Promise<void> {
  for (const { child } of servers) if (child !== server.child) child.freeze();
  server.child.thaw();
  await setTimeout(THAWED_MS);
}

type Measured = Omit<Result, 'ratio' | 'cpuRatio'>;

async function measureOnce(
  server: Running,
  upstream: Upstream,
  operation: Operation,
  tokens: readonly string[],
  seconds: number,
): Promise<Measured> {
  const { child } = server;
  const request = requestFor(server, operation);
  await load(child.url, request, tokens, seconds / 2);
  const feedingMs = () =>
    upstream.cpuMs() + process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000;
  const [cpu, feeding, started] = [child.cpuMs(), feedingMs(), performance.now()];
  const { requests, ...measured } = await load(child.url, request, tokens, seconds);
  const result = {
    ...measured,
    cpuMs: (child.cpuMs() - cpu) / requests,
    feeding: (feedingMs() - feeding) / (performance.now() - started),
    memory: child.memory(),
  };
  const { p50: alone } = await load(child.url, request, tokens, seconds / 4, 1);
  return { ...result, alone };
}
