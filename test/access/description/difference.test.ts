import fc from 'fast-check';
import { expect, describe as group, test } from 'vitest';
import { describe } from '../../../src/access/description/describe.ts';
import { difference } from '../../../src/access/description/difference.ts';
import { readDescription } from '../../../src/access/description/read.ts';
import { writeDescription } from '../../../src/access/description/write.ts';
import type { AccessState } from '../../../src/access/planning/access-state.ts';
import { applyChange } from '../../../src/access/planning/apply-change.ts';
import type { PlannedChange } from '../../../src/access/planning/change.ts';
import { undoOf } from '../../../src/access/planning/undo.ts';
import { copyOf, worlds } from '../states.ts';

const twoWorlds = [worlds('a'), worlds('b', false)] as const;
const RUNS = { numRuns: 500 };

/** Carries out changes one after the other; every one of them must have something to do. */
function apply(changes: readonly PlannedChange[], to: AccessState): AccessState {
  const state = copyOf(to);
  for (const change of changes) expect(applyChange(state, change).changed).toBe(true);
  return state;
}

group('the difference, with pruning', () => {
  test('makes any world what another one is described to be', () => {
    fc.assert(
      fc.property(...twoWorlds, (a, b) => {
        const { changes, faults } = difference(describe(b), a, { prune: true });
        expect(faults).toEqual([]);
        expect(describe(apply(changes, a))).toEqual(describe(b));
      }),
      RUNS,
    );
  });

  test('is nothing between a world and its own description, be it written and read again', () => {
    fc.assert(
      fc.property(worlds('a', false), (a) => {
        const { description } = readDescription(writeDescription(describe(a)), 'access.yaml');
        expect(description).toEqual(describe(a));
        expect(difference(description, a, { prune: true })).toEqual({
          changes: [],
          removals: [],
          spared: [],
          faults: [],
        });
      }),
      { numRuns: 100 },
    );
  });

  test('converges, wherever carrying it out was interrupted', () => {
    fc.assert(
      fc.property(...twoWorlds, fc.nat(), (a, b, at) => {
        const { changes } = difference(describe(b), a, { prune: true });
        const halfWay = apply(changes.slice(0, at % (changes.length + 1)), a);
        const rest = difference(describe(b), halfWay, { prune: true });
        expect(describe(apply(rest.changes, halfWay))).toEqual(describe(b));
      }),
      RUNS,
    );
  });
});

group('the difference, without pruning', () => {
  test('takes nothing away, and is nothing the second time', () => {
    fc.assert(
      fc.property(...twoWorlds, (a, b) => {
        const { changes, removals, faults } = difference(describe(b), a);
        expect(faults).toEqual([]);
        expect(removals).toEqual([]);
        expect(changes.filter(({ kind }) => /^(DELETE|REMOVE)_/.test(kind))).toEqual([]);
        const after = apply(changes, a);
        expect(difference(describe(b), after).changes).toEqual([]);
        for (const [id, user] of a.users) {
          expect(after.users.get(id)?.roleIds).toEqual(expect.arrayContaining([...user.roleIds]));
          expect(after.users.get(id)?.groupIds).toEqual(expect.arrayContaining([...user.groupIds]));
        }
        for (const [key, { access }] of a.grants) {
          expect(after.grants.get(key)?.access).toEqual(expect.arrayContaining([...access]));
        }
      }),
      RUNS,
    );
  });
});

test('what undoes changes brings back what was, last change first', () => {
  fc.assert(
    fc.property(worlds('a', false), worlds('b', false), (a, b) => {
      const state = copyOf(a);
      const { changes } = difference(describe(b), a, { prune: true });
      const made = changes.map((change) => ({ change, effect: applyChange(state, change) }));
      for (const change of undoOf(made)) applyChange(state, change);
      expect(describe(state)).toEqual(describe(a));
    }),
    RUNS,
  );
});
