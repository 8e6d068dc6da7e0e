import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  costMs,
  MOST_SINGLES,
  NOTICED_MS,
  ReadCosts,
} from '../../src/gateway/upstream/reading/read-costs.ts';

/** One list that was read, and what was seen of its records. */
interface Trace {
  readonly records: number;
  readonly bytes: number;
  readonly listMs: number;
  readonly singleMs: number;
}

function seen({ records, bytes, listMs, singleMs }: Trace): ReadCosts {
  const costs = new ReadCosts();
  costs.sawList('users', records, listMs);
  costs.sawSingles('users', bytes, singleMs);
  return costs;
}

const FAST = { listMs: 20, singleMs: 5 };

describe('the list is read instead of single records', () => {
  test('for more than a few keys, while nothing is known of the list', () => {
    expect(new ReadCosts().prefersList('users', MOST_SINGLES)).toBe(false);
    expect(new ReadCosts().prefersList('users', MOST_SINGLES + 1)).toBe(true);
  });

  test.each([
    [2, 10, true],
    [2, 40, false],
    [10, 40, true],
    [50, 1000, false],
    [120, 1000, true],
    [500, 100_000, false],
  ])('for %i keys of a list of %i usual records: %s', (keys, records, expected) => {
    const costs = new ReadCosts();
    costs.sawList('users', records, 20);
    expect(costs.prefersList('users', keys)).toBe(expected);
  });

  test('rather, the smaller its records are', () => {
    expect(seen({ records: 1000, bytes: 100, ...FAST }).prefersList('users', 20)).toBe(true);
    expect(seen({ records: 1000, bytes: 5000, ...FAST }).prefersList('users', 20)).toBe(false);
  });

  test('not if it is so slow that the caller would notice, until it was fast again', () => {
    const costs = seen({ records: 50, bytes: 1000, listMs: 2000, singleMs: 5 });
    expect(costs.prefersList('users', 40)).toBe(false);
    costs.sawList('users', 50, 20);
    expect(costs.prefersList('users', 40)).toBe(true);
  });

  test('still, if it was slow only once', () => {
    const costs = seen({ records: 50, bytes: 1000, ...FAST });
    costs.sawList('users', 50, 400);
    expect(costs.prefersList('users', 40)).toBe(true);
  });

  test('by what was seen of the same kind of records only', () => {
    expect(seen({ records: 5, bytes: 100, ...FAST }).prefersList('groups', MOST_SINGLES)).toBe(false);
  });

  test('never for one key, which a single call gives for sure', () => {
    fc.assert(
      fc.property(traces, (trace) => {
        expect(seen(trace).prefersList('users', 1)).toBe(false);
      }),
    );
  });
});

/** Recorded traces in small. */
const traces: fc.Arbitrary<Trace> = fc.record({
  records: fc.nat(200_000),
  bytes: fc.integer({ min: 50, max: 20_000 }),
  listMs: fc.integer({ min: 1, max: 20_000 }),
  singleMs: fc.integer({ min: 1, max: 3000 }),
});

test('a choice made on what is true never costs more than twice the better one', () => {
  const asked = fc.record({
    trace: traces,
    keys: fc.integer({ min: 1, max: 2000 }),
    held: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(asked, ({ trace, keys, held }) => {
      const { records, bytes, listMs, singleMs } = trace;
      const missing = keys - Math.min(records, Math.floor(keys * held));
      const waitMs = listMs - singleMs >= NOTICED_MS ? listMs - singleMs : 0;
      const bySingles = costMs(keys, keys * bytes);
      const byList = costMs(1, records * bytes) + waitMs + costMs(missing, missing * bytes);
      const chosen = seen(trace).prefersList('users', keys) ? byList : bySingles;
      expect(chosen).toBeLessThanOrEqual(2 * Math.min(bySingles, byList) + 1e-9);
    }),
    { numRuns: 2000 },
  );
});
