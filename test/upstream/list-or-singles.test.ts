import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MOST_SINGLES, prefersList } from '../../src/gateway/upstream/list-or-singles.ts';

describe('the list is read instead of single records', () => {
  test('for more than a few keys, while nothing is known of the list', () => {
    expect(prefersList(MOST_SINGLES, undefined)).toBe(false);
    expect(prefersList(MOST_SINGLES + 1, undefined)).toBe(true);
  });

  test.each([
    [2, 10, true],
    [2, 40, false],
    [10, 40, true],
    [50, 1000, false],
    [120, 1000, true],
    [500, 100_000, false],
  ])('for %i keys of a list of %i: %s', (keys, length, expected) => {
    expect(prefersList(keys, length)).toBe(expected);
  });

  test('never for one key, which a single call gives for sure', () => {
    fc.assert(fc.property(fc.nat(1_000_000), (length) => !prefersList(1, length)));
  });
});

/** What reading costs, in records; a call costs as much as eight. */
const CALL = 8;

/** Recorded traces in small: how many keys were asked for, how long the list was, how many of the keys it held. */
const traces = fc
  .record({
    keys: fc.integer({ min: 1, max: 2000 }),
    length: fc.nat(200_000),
    held: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ keys, length, held }) => ({
    keys,
    length,
    missing: keys - Math.min(length, Math.floor(keys * held)),
  }));

test('a choice made on the true length never costs more than twice the better one', () => {
  fc.assert(
    fc.property(traces, ({ keys, length, missing }) => {
      const bySingles = keys * (CALL + 1);
      const byList = CALL + length + missing * (CALL + 1);
      const chosen = prefersList(keys, length) ? byList : bySingles;
      expect(chosen).toBeLessThanOrEqual(2 * Math.min(bySingles, byList));
    }),
    { numRuns: 2000 },
  );
});
