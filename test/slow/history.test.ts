import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { ChaosProxy, type FaultRule } from '../support/chaos-proxy.ts';
import { at, type GraphQLAnswer } from '../support/graphql-answer.ts';
import { type HistoryEntry, type Outcome, tally, violations } from '../support/history.ts';
import { seededRandom } from '../support/random.ts';
import { startStack } from '../support/start-stack.ts';
import { MAKERS, type Mutation, prepareActors } from './support/mutations.ts';

const SEED = Number(process.env['SEED'] ?? 20261124);
const MUTATIONS = 1000;
const CLIENTS = 12;
const CALL_MS = 1000;
/** A call that comes later than this was given up by whoever made it. */
const LATE_MS = 2 * CALL_MS;

/** Mostly answers that are lost after the write, and everything else that happens. */
const FAULTS: readonly FaultRule[] = [
  { route: /^(POST|PUT|DELETE)/, probability: 0.1, fault: { kind: 'reset', afterBytes: 0 } },
  { route: /^(POST|PUT|DELETE)/, probability: 0.05, fault: { kind: 'lost answer', status: 502 } },
  { route: /^(POST|PUT|DELETE)/, probability: 0.04, fault: { kind: 'silence' } },
  { route: /^(POST|PUT|DELETE)/, probability: 0.04, fault: { kind: 'late', ms: LATE_MS } },
  { probability: 0.03, fault: { kind: 'drop' } },
  { probability: 0.03, fault: { kind: 'status', status: 503 } },
  { probability: 0.02, fault: { kind: 'black hole' } },
  { probability: 0.02, fault: { kind: 'reset', afterBytes: 5 } },
  { probability: 0.02, fault: { kind: 'duplicate answer' } },
  { probability: 0.02, fault: { kind: 'status', status: 429, headers: { 'retry-after': '0' } } },
];

let proxy: ChaosProxy;
const stack = await startStack({
  limits: { callMs: CALL_MS, operationMs: 10_000, pauseMs: 100 },
  between: async (apiUrl) => {
    proxy = await ChaosProxy.start(apiUrl, SEED);
    return proxy.url;
  },
});
afterAll(async () => {
  await stack.stop();
  await proxy.stop();
});

function outcomeOf({ data, errors }: GraphQLAnswer): Outcome {
  if (errors.some(({ extensions }) => extensions.code === 'OUTCOME_UNKNOWN')) return 'unknown';
  if (errors.length > 0) return 'failed';
  return JSON.stringify(at(data, 'it', 'userErrors')) === '[]' ? 'acknowledged' : 'failed';
}

test(`${MUTATIONS} mutations with answers lost after the write (seed ${SEED})`, async () => {
  const random = seededRandom(SEED);
  const actors = await prepareActors(stack);
  const kinds = Object.values(MAKERS);
  const made: { readonly mutation: Mutation; readonly outcome: Outcome }[] = [];
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < MUTATIONS) {
      const name = `m${next}`;
      next += 1;
      const make = kinds[Math.floor(random() * kinds.length)];
      if (!make) throw new Error('no kinds of mutations');
      const mutation = await make(stack, actors, name);
      const answer = await stack.query(`mutation { it: ${mutation.document} }`, { token: mutation.token });
      const outcome = outcomeOf(answer);
      made.push({ mutation, outcome });
      // While the breaker is open all fail at once, and the test would be over before it closes.
      if (outcome === 'failed') await pause(100);
    }
  };
  proxy.apply(...FAULTS);
  await Promise.all(Array.from({ length: CLIENTS }, client));
  proxy.apply();
  // Whatever is still on its way gets there.
  await pause(LATE_MS + 500);

  const history: HistoryEntry[] = [];
  for (const { mutation, outcome } of made) {
    history.push({ what: mutation.what, outcome, found: await mutation.found() });
  }
  const faulty = proxy.journal.filter(({ fault }) => fault !== null);
  const done = history.filter(({ outcome, found }) => outcome === 'unknown' && found === 1);
  process.stdout.write(
    `history: ${tally(history)} (${done.length} of those done); ${faulty.length} of ${proxy.journal.length} calls met a fault\n`,
  );
  expect(violations(history)).toEqual([]);
  expect(history).toHaveLength(MUTATIONS);
  // Enough was lost, and most of it found again.
  expect(faulty.length).toBeGreaterThan(MUTATIONS / 5);
  expect(history.filter(({ outcome }) => outcome === 'acknowledged').length).toBeGreaterThan(MUTATIONS / 2);
});
