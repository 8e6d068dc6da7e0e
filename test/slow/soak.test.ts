import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Agent, request } from 'undici';
import { afterAll, expect, test } from 'vitest';
import { ChaosProxy, type FaultRule } from '../support/chaos-proxy.ts';
import { seededRandom } from '../support/random.ts';
import { startStack } from '../support/start-stack.ts';

/** Ten minutes are `SOAK_SECONDS=600`; the default is what every run of the slow suites can afford. */
const SECONDS = Number(process.env['SOAK_SECONDS'] ?? 75);
const SEED = Number(process.env['SEED'] ?? 20261124);
const CLIENTS = 12;
const CALLERS = 20;
/** The load stops this often, so that what is left over can be seen. */
const ROUNDS = 6;
/** Idle connections are gone by then, at both ends. */
const QUIET_MS = 6500;
const MB = 1024 * 1024;

const FAULTS: readonly FaultRule[] = [
  { probability: 0.005, fault: { kind: 'status', status: 503 } },
  { probability: 0.005, fault: { kind: 'reset', afterBytes: 20 } },
  { probability: 0.005, fault: { kind: 'drop' } },
  { probability: 0.002, fault: { kind: 'black hole' } },
  { probability: 0.002, fault: { kind: 'silence' } },
  { probability: 0.002, fault: { kind: 'duplicate answer' } },
  { probability: 0.002, fault: { kind: 'lost answer', status: 504 } },
  { probability: 0.005, fault: { kind: 'delay', ms: 100 } },
  { probability: 0.002, fault: { kind: 'bandwidth', bytesPerSecond: 20_000 } },
];

let proxy: ChaosProxy;
const stack = await startStack({
  limits: { callMs: 500, operationMs: 2000, pauseMs: 200, memoryBytes: MB },
  between: async (apiUrl) => {
    proxy = await ChaosProxy.start(apiUrl, SEED);
    return proxy.url;
  },
});
afterAll(async () => {
  await agent.close();
  await stack.stop();
  await proxy.stop();
});

/** Clients that hang up when they rest, so that whatever is open then is left over. */
const agent = new Agent({ keepAliveTimeout: 1000, keepAliveMaxTimeout: 1000 });

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const QUERIES = [
  '{ users(first: 20) { nodes { name roles { id } grants { target { id: rawId } access } } } }',
  '{ groups { nodes { description members { nodes { name } } } } }',
  '{ viewer { id groups { description } } roles { nodes { id holders { totalCount } } } }',
  '{ user(id: "u3") { name accessTo(target: { type: DOMAIN, id: "d1" }) } roleWorkflows { nodes { name } } }',
  '{ applications { nodes { name tags { key } accessKeys { id } } } }',
  '{ nothing }',
  'mutation { upsertUser(id: "u5", input: { name: "U" }) { user { name } userErrors { code } } }',
  'mutation { addUserToGroup(groupId: "g", userId: "u6") { group { description } } removeUserFromGroup(groupId: "g", userId: "u7") { group { id } } }',
  'mutation { grantPermissions(input: { subject: { user: "u8" }, target: { type: DOMAIN, id: "d1" }, access: [READ] }) { userErrors { code } } }',
  'mutation { createRole(id: "passing", input: { permissions: [] }) { role { id } } deleteRole(id: "passing") { deletedId } }',
];

/** What is left when nothing is under way. */
interface Leftover {
  readonly heapMb: number;
  readonly sockets: number;
  readonly timers: number;
}

async function whatIsLeft(): Promise<Leftover> {
  proxy.apply();
  await pause(QUIET_MS);
  stack.rest.clear();
  stack.logLines.length = 0;
  proxy.journal.length = 0;
  collectGarbage();
  await pause(50);
  collectGarbage();
  const open = process.getActiveResourcesInfo();
  const count = (kind: RegExp) => open.filter((resource) => kind.test(resource)).length;
  return {
    heapMb: process.memoryUsage().heapUsed / MB,
    sockets: count(/^TCPSocketWrap/),
    timers: count(/^Timeout/),
  };
}

test(
  `${SECONDS} s of mixed load with mixed faults leave nothing behind (seed ${SEED})`,
  async () => {
    const tokens: string[] = [];
    await stack.call('PUT', '/api/groups/g', { description: 'G', roles: [] });
    for (let n = 0; n < CALLERS; n += 1) {
      await stack.call('PUT', `/api/users/u${n}`, {
        name: `U ${n}`,
        roles: n % 2 ? ['ADMIN'] : [],
        groups: ['g'],
      });
      tokens.push(await stack.as(`u${n}`));
    }
    const random = seededRandom(SEED);
    const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)];
    const counts = { sent: 0, answered: 0, withErrors: 0, left: 0 };

    const ask = async (): Promise<void> => {
      const leaving = new AbortController();
      const leaves = random() < 0.05 ? setTimeout(() => leaving.abort(), random() * 50) : undefined;
      counts.sent += 1;
      try {
        const { body } = await request(`${stack.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${pick(tokens)}` },
          body: JSON.stringify({ query: pick(QUERIES) }),
          signal: leaving.signal,
          dispatcher: agent,
        });
        const text = await body.text();
        counts.answered += 1;
        if (text.includes('"errors"')) counts.withErrors += 1;
      } catch (error) {
        if (!leaving.signal.aborted) throw error;
        counts.left += 1;
      } finally {
        clearTimeout(leaves);
      }
    };
    const load = async (ms: number): Promise<void> => {
      proxy.apply(...FAULTS);
      const until = performance.now() + ms;
      const client = async () => {
        while (performance.now() < until) await ask();
      };
      await Promise.all(Array.from({ length: CLIENTS }, client));
    };

    // What is compiled and remembered once is no leak.
    await load(4000);
    const samples = [await whatIsLeft()];
    for (let round = 0; round < ROUNDS; round += 1) {
      await load((SECONDS * 1000) / ROUNDS - QUIET_MS);
      samples.push(await whatIsLeft());
    }

    const row = ({ heapMb, sockets, timers }: Leftover) =>
      `${heapMb.toFixed(1)} MB, ${sockets} sockets, ${timers} timers`;
    process.stdout.write(
      `soak: ${counts.sent} requests in ${SECONDS} s, ${counts.withErrors} with errors, ${counts.left} left early; at rest ${samples.map(row).join(' → ')}\n`,
    );
    expect(counts.withErrors).toBeGreaterThan(counts.sent / 100);
    expect(counts.left).toBeGreaterThan(0);
    const [first] = samples;
    const last = samples.at(-1);
    if (!first || !last) throw new Error('nothing was measured');
    expect(last.sockets).toBeLessThanOrEqual(first.sockets);
    expect(last.timers).toBeLessThanOrEqual(first.timers + 2);
    expect(last.heapMb - first.heapMb).toBeLessThan(8);
  },
  (SECONDS + 120) * 1000,
);
