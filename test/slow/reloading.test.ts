import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Running, start } from '../cli/rolegraph.ts';
import { CliServer } from './support/cli-server.ts';
import { SteadyLoad } from './support/steady-load.ts';
import { StreamCrowd } from './support/stream-crowd.ts';

const PER_SECOND = 200;
const STREAMS = 60;
const RELOADS = 100;

let folder: string;
let api: CliServer;
let gateway: Running | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolegraph-reloading-'));
  api = await CliServer.start(join(folder, 'api'));
});
afterEach(async () => {
  await gateway?.stop('SIGKILL');
  await api.end('SIGKILL');
  await rm(folder, { recursive: true });
});

/** A configuration that differs from the one before it in everything that bears no request down. */
function configuration(round: number): string {
  return [
    `documentDepth: ${10 + (round % 10)}`,
    `operationCost: ${400_000 + round}`,
    `ratePoints: ${round % 2 === 0 ? 0 : 900_000_000 + round}`,
    `callMs: ${10_000 + round}`,
    `streams: ${20_000 + round}`,
    `tellCalls: ${round % 2 === 0}`,
    `logOperations: ${round % 3 === 0 ? 'all' : 'none'}`,
    `corsOrigins: [https://app${round}.example]`,
    `persistedOperations: ${round % 4 === 0 ? 'log' : 'off'}`,
    `persistedOperationsFile: ${join(folder, 'operations.json')}`,
    // Every tenth cannot be used.
    ...(round % 10 === 0 ? ['documentDepht: 20'] : []),
  ].join('\n');
}

test.each([
  ['1'],
  ['2'],
])(`${RELOADS} reloads of %s process(es) under load fail no request and close no stream`, async (workers) => {
  const token = await api.signIn();
  await api.call('PUT', '/groups/eng', token, JSON.stringify({ description: 'Engineering', roles: [] }));
  const file = join(folder, 'rolegraph.yaml');
  await writeFile(join(folder, 'operations.json'), JSON.stringify({ one: '{ viewer { id } }' }));
  await writeFile(file, configuration(1));
  const ports = ['--port', '0', '--admin-port', 'off', '--workers', workers];
  const changes = ['--changes', join(folder, 'changes.db')];
  const flags = ['--config', file, '--authorization-url', api.url];
  const started = start(['serve', ...flags, ...ports, ...changes], { ROLEGRAPH_OPERATION_MS: '30000' });
  gateway = started;
  const endpoint = await started.printed(/GraphQL +(http:\S+)/);
  const crowd = await StreamCrowd.open(STREAMS, endpoint, token, 'subscription { accessChanges { cursor } }');
  const load = new SteadyLoad({
    endpoint: () => endpoint,
    token,
    perSecond: PER_SECOND,
    ask: (index) => ({
      query:
        index % PER_SECOND === 0
          ? `mutation { upsertGroup(id: "eng", input: { description: "${index}" }) { userErrors { code } } }`
          : `query Q${index % 20} { groups(first: 10) { nodes { description members { totalCount } } } }`,
    }),
  });
  const outcomes = () => started.stderr.match(/"reason":"SIGHUP"/g)?.length ?? 0;
  for (let round = 1; round <= RELOADS; round += 1) {
    await writeFile(file, configuration(round));
    started.signal('SIGHUP');
    await vi.waitFor(() => expect(outcomes()).toBe(round), { timeout: 20_000, interval: 10 });
    await pause(50);
  }
  const { rate } = load;
  await load.stop();
  const endedBefore = [...crowd.endings];
  const kept = started.stderr.match(/"reason":"SIGHUP".*stays as it was/g)?.length ?? 0;
  const { code } = await started.stop('SIGTERM');
  const endings = await crowd.ended();
  process.stdout.write(
    `${RELOADS} reloads, ${workers} process(es): ${load.answered} requests answered at ${rate.toFixed(0)}/s, ${load.failures.length} failed; ${endedBefore.length} of ${STREAMS} streams closed; ${kept} bad files kept out\n`,
  );
  expect(load.failures).toEqual([]);
  expect(rate).toBeGreaterThan(PER_SECOND * 0.95);
  expect(endedBefore).toEqual([]);
  expect(kept).toBe(RELOADS / 10);
  // They were alive: each is told of the end.
  expect(endings.map((ending) => Object(ending).code)).toEqual(Array(STREAMS).fill('SERVER_SHUTDOWN'));
  expect(code).toBe(0);
});
