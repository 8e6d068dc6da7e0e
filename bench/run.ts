// Measures Rolegraph beside its peers, in one run on one machine: `npm run bench -- [--seconds N] [--delay MS]`.
// Ratios count; single figures depend on the machine.
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Child, startChild } from './child.ts';
import { ask, checkSame, type Measurement, measure } from './load.ts';
import { OPERATIONS } from './operations.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '4' }, delay: { type: 'string', default: '0' } },
});
const seconds = Number(values.seconds);

const upstream = await startChild(['bench/upstream.ts', '1000']);
const servers: Record<string, Child> = {
  'plain Apollo': await startChild(['bench/servers/plain-apollo.ts', upstream.url]),
  Rolegraph: await startChild(['src/main.ts', 'serve', '--port', '0', '--authorization-url', upstream.url], {
    ROLEGRAPH_LOG_LEVEL: 'error',
  }),
};

interface Cost {
  readonly data: unknown;
  readonly calls: number;
  readonly roundTrips: number;
}

try {
  for (const { name, query } of OPERATIONS) {
    console.log(`\n${name}`);
    console.log(
      row(['server', 'requests/s', 'ratio', 'p50 ms', 'p99 ms', 'REST calls', 'round trips', 'MiB']),
    );
    let expected: unknown;
    let base: Measurement | undefined;
    for (const [server, child] of Object.entries(servers)) {
      const { data, ...cost } = await costOf(child, query);
      expected ??= data;
      checkSame(server, name, data, expected);
      await measure(child.url, query, 1);
      const measured = await measure(child.url, query, seconds);
      base ??= measured;
      console.log(
        row([
          server,
          measured.requestsPerSecond.toFixed(0),
          (measured.requestsPerSecond / base.requestsPerSecond).toFixed(2),
          measured.p50,
          measured.p99,
          cost.calls,
          cost.roundTrips,
          await child.memory(),
        ]),
      );
    }
  }
} finally {
  for (const child of [...Object.values(servers), upstream]) await child.stop();
}

/** Asks once, slowly enough that calls which do not wait for each other are seen to overlap. */
async function costOf(child: Child, query: string): Promise<Cost> {
  await quiet();
  await control(20);
  const data = await ask(child.url, query);
  return { data, ...(await control(Number(values.delay))) };
}

/** Waits until nobody works on what an earlier measurement left behind. */
async function quiet(): Promise<void> {
  for (;;) {
    const { calls, open } = await control(0);
    if (calls === 0 && open === 0) return;
    await setTimeout(200);
  }
}

async function control(delay: number): Promise<{ calls: number; roundTrips: number; open: number }> {
  const answer = await fetch(`${upstream.url}/control?delay=${delay}`);
  return (await answer.json()) as { calls: number; roundTrips: number; open: number };
}

function row(cells: readonly (string | number)[]): string {
  return cells
    .map((cell, index) => (index === 0 ? String(cell).padEnd(14) : String(cell).padStart(11)))
    .join('');
}
