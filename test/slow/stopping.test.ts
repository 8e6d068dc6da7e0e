import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Running, start } from '../cli/rolegraph.ts';
import { follow } from '../subscriptions/follower.ts';
import { statusOf } from '../telemetry/scrape.ts';
import { Balancer } from './support/balancer.ts';
import { CliServer } from './support/cli-server.ts';
import { SteadyLoad } from './support/steady-load.ts';
import { StreamCrowd } from './support/stream-crowd.ts';

const FEED = 'subscription { accessChanges { cursor } }';
const PER_SECOND = 200;
const STREAMS = 100;
const DRAIN_MS = 2000;
/** Enough for whoever looks at `/ready` twice a second to notice. */
const NOTICED_MS = 500;

let data: string;
let api: CliServer;
let token: string;
const running: Running[] = [];

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'rolegraph-stopping-'));
  api = await CliServer.start(join(data, 'api'));
  token = await api.signIn();
  await api.call('PUT', '/groups/eng', token, JSON.stringify({ description: 'Engineering', roles: [] }));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((gateway) => gateway.stop('SIGKILL')));
  await api.end('SIGKILL');
  await rm(data, { recursive: true });
});

async function serve(...flags: string[]) {
  const ports = ['--port', '0', '--admin-port', '0', '--authorization-url', api.url];
  const gateway = start(['serve', ...ports, '--changes', join(data, 'changes.db'), ...flags], {
    ROLEGRAPH_DRAIN_MS: String(DRAIN_MS),
  });
  running.push(gateway);
  const endpoint = await gateway.printed(/GraphQL +(http:\S+)/);
  return { gateway, endpoint, admin: new URL(await gateway.printed(/Admin +(http:\S+)/)).origin };
}

/** Two requests in a second change something, so that there is something to tell on the streams. */
function ask(index: number) {
  return index % (PER_SECOND / 2) === 0
    ? {
        query: `mutation { upsertGroup(id: "eng", input: { description: "${index}" }) { userErrors { code } } }`,
      }
    : { query: '{ groups(first: 10) { nodes { description members { totalCount } } } viewer { id } }' };
}

describe.each([['1'], ['2']])('SIGTERM to %s process(es) under load', (workers) => {
  test(`${PER_SECOND} requests a second and ${STREAMS} streams: none fails, each stream ends with its cursor`, async () => {
    const { gateway, endpoint, admin } = await serve('--workers', workers);
    const crowd = await StreamCrowd.open(STREAMS, endpoint, token, FEED);
    const load = new SteadyLoad({ endpoint: () => endpoint, token, perSecond: PER_SECOND, ask });
    // Every stream is told of changes when this one is.
    const witness = await follow('server-sent events', { endpoint, socketEndpoint: '' }, token, FEED);
    for (let told = 0; told < 3; told += 1) await witness.next();
    witness.leave();
    expect(crowd.endings).toEqual([]);
    expect(await statusOf(admin, '/ready')).toEqual([200, 'OK']);

    const signalled = performance.now();
    const ended = gateway.stop('SIGTERM');
    await vi.waitFor(async () => expect(await statusOf(admin, '/ready')).toEqual([503, 'DRAINING']), {
      timeout: NOTICED_MS,
      interval: 20,
    });
    expect(await statusOf(admin, '/live')).toEqual([200, 'OK']);
    await pause(NOTICED_MS);
    const { rate } = load;
    await load.stop();
    const endings = await crowd.ended();
    const { code, stderr } = await ended;
    const tookMs = performance.now() - signalled;

    process.stdout.write(
      `SIGTERM, ${workers} process(es): ${load.answered} requests answered at ${rate.toFixed(0)}/s, ${load.failures.length} failed; ${endings.length} streams ended; exit ${code} after ${tookMs.toFixed(0)} ms\n`,
    );
    expect(load.failures).toEqual([]);
    expect(rate).toBeGreaterThan(PER_SECOND * 0.95);
    expect(endings).toHaveLength(STREAMS);
    for (const ending of endings) {
      expect(ending).toMatchObject({ code: 'SERVER_SHUTDOWN', cursor: expect.any(String) });
    }
    expect(code).toBe(0);
    expect(tookMs).toBeGreaterThan(DRAIN_MS);
    expect(tookMs).toBeLessThan(DRAIN_MS + 5000);
    expect(stderr).not.toMatch(/"level":[56]0/);
  });
});

test(`a rolling restart of two replicas at ${PER_SECOND} requests a second loses none`, async () => {
  const balancer = new Balancer();
  onTestFinished(() => balancer.stop());
  const replica = async (name: string) => {
    const started = await serve('--changes', join(data, `${name}.db`));
    await balancer.add(started.endpoint, started.admin);
    return started;
  };
  const replicas = new Map([
    ['a', await replica('a')],
    ['b', await replica('b')],
  ]);
  const load = new SteadyLoad({ endpoint: () => balancer.next(), token, perSecond: PER_SECOND, ask });
  const codes: (number | null)[] = [];
  for (const name of ['a', 'b', 'a', 'b']) {
    const old = replicas.get(name);
    const ended = await old?.gateway.stop('SIGTERM');
    codes.push(ended?.code ?? null);
    balancer.remove(old?.endpoint ?? '');
    replicas.set(name, await replica(name));
  }
  const { rate } = load;
  await load.stop();
  process.stdout.write(
    `rolling restart: ${codes.length} restarts, ${load.answered} requests answered at ${rate.toFixed(0)}/s, ${load.failures.length} failed\n`,
  );
  expect(load.failures).toEqual([]);
  expect(balancer.helpless).toBe(0);
  expect(rate).toBeGreaterThan(PER_SECOND * 0.95);
  expect(codes).toEqual([0, 0, 0, 0]);
});

test('a second signal ends it now, whatever is under way', async () => {
  const { gateway, endpoint } = await serve();
  const crowd = await StreamCrowd.open(3, endpoint, token, FEED);
  void gateway.stop('SIGTERM');
  await pause(1000);
  const again = performance.now();
  const { code } = await gateway.stop('SIGTERM');
  expect(code).toBe(128 + 15);
  expect(performance.now() - again).toBeLessThan(1000);
  expect(await crowd.ended()).toHaveLength(3);
});
