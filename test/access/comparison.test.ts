import fc from 'fast-check';
import { expect, test } from 'vitest';
import { align } from '../../src/access/answers/align.ts';
import { compare } from '../../src/access/answers/compare.ts';
import { gained, permitted } from '../../src/access/answers/difference.ts';
import { effectivePermissions } from '../../src/access/answers/effective-permissions.ts';
import { ACCESSES, type AccessFacts, keyOf } from '../../src/access/facts/facts.ts';
import type { SubjectKey } from '../../src/access/facts/keys.ts';
import { roleHolder } from '../../src/access/facts/role-holder.ts';
import type { PlannedChange } from '../../src/access/planning/change.ts';
import { factsAfter } from '../../src/access/planning/facts-after.ts';
import { factsOfWorld } from './facts-of-world.ts';
import { mayInModel } from './model.ts';
import { targetsOf, usersOf, type World, worlds } from './world.ts';

/** Two users of a world: any two, also the same one twice. */
const pairs = (size: number) =>
  fc.tuple(worlds(size), fc.nat(), fc.nat()).map(([world, first, second]) => {
    const users = usersOf(world);
    const pick = (n: number): SubjectKey => ({ type: 'USER', id: users[n % users.length] ?? '' });
    return { world, facts: factsOfWorld(world), a: pick(first), b: pick(second) };
  });

test('what only one or both may do is what the model says of each', () => {
  fc.assert(
    fc.property(pairs(8), ({ world, facts, a, b }) => {
      const { onlyA, onlyB, both } = compare(facts, a, b);
      const [inA, inB, inBoth] = [permitted(onlyA), permitted(onlyB), permitted(both)];
      for (const target of targetsOf(world)) {
        for (const access of ACCESSES) {
          const scope = { kind: 'TARGET', target } as const;
          const mayA = mayInModel(world, a.id, target, access);
          const mayB = mayInModel(world, b.id, target, access);
          if (mayA && !mayB) expect(inA(access, scope)).toBe(true);
          if (mayB && !mayA) expect(inB(access, scope)).toBe(true);
          expect(inBoth(access, scope)).toBe(mayA && mayB);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('the changes make the second like the first, unless it owns what the first may not have', () => {
  fc.assert(
    fc.property(pairs(8), ({ world, facts, a, b }) => {
      const { changes, isEnough } = align(facts, a, b);
      const then = factsAfter(facts, changes);
      const excess = world.applications.filter(
        ({ id, creator }) =>
          creator === b.id &&
          !ACCESSES.every((access) => mayInModel(world, a.id, { type: 'APPLICATION', id }, access)),
      );
      expect(isEnough).toBe(excess.length === 0);
      const [mayA, mayB] = [a, b].map((subject) => permitted(effectivePermissions(then, subject)));
      for (const target of targetsOf(world)) {
        if (excess.some(({ id }) => target.id === id)) continue;
        for (const access of ACCESSES) {
          const scope = { kind: 'TARGET', target } as const;
          expect({ target, access, may: mayB?.(access, scope) }).toEqual({
            target,
            access,
            may: mayA?.(access, scope),
          });
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('no smaller set of changes does it: all of them are tried on small worlds', () => {
  let tried = 0;
  fc.assert(
    fc.property(pairs(4), ({ world, facts, a, b }) => {
      const { changes, isEnough, isSmallest } = align(facts, a, b);
      if (!isEnough || changes.length === 0 || changes.length > 3) return;
      expect(isSmallest).toBe(true);
      for (const fewer of subsetsBelow(possibleChanges(world, facts, a, b), changes.length)) {
        tried += 1;
        const then = factsAfter(facts, fewer);
        const [ofA, ofB] = [effectivePermissions(facts, a), effectivePermissions(then, b)];
        expect(gained(ofA, ofB).length + gained(ofB, ofA).length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 150 },
  );
  expect(tried).toBeGreaterThan(1000);
});

/** Lists every change to `b` that could help: each link of either, and on each target as much as may be. */
function possibleChanges(world: World, facts: AccessFacts, a: SubjectKey, b: SubjectKey): PlannedChange[] {
  const [userA, userB] = [facts.users.get(a.id), facts.users.get(b.id)];
  const may = permitted(effectivePermissions(facts, a));
  return [
    ...(userA?.groupIds ?? []).map(
      (groupId): PlannedChange => ({ kind: 'ADD_USER_TO_GROUP', userId: b.id, groupId }),
    ),
    ...(userB?.groupIds ?? []).map(
      (groupId): PlannedChange => ({ kind: 'REMOVE_USER_FROM_GROUP', userId: b.id, groupId }),
    ),
    ...(userA?.roleIds ?? []).map(
      (roleId): PlannedChange => ({ kind: 'ADD_ROLE', holder: roleHolder(b), roleId }),
    ),
    ...(userB?.roleIds ?? []).map(
      (roleId): PlannedChange => ({ kind: 'REMOVE_ROLE', holder: roleHolder(b), roleId }),
    ),
    ...targetsOf(world).map((target): PlannedChange => {
      const access = ACCESSES.filter((one) => may(one, { kind: 'TARGET', target }));
      return { kind: 'GRANT_PERMISSIONS', subject: b, target, access };
    }),
    ...(facts.grants.get(keyOf(b)) ?? []).map(
      ({ target, access }): PlannedChange => ({
        kind: 'REMOVE_PERMISSIONS',
        subject: b,
        target,
        access: access.filter((one) => !may(one, { kind: 'TARGET', target })),
      }),
    ),
  ];
}

function* subsetsBelow<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  yield [];
  if (size < 2) return;
  for (const [index, item] of items.entries()) {
    for (const rest of subsetsBelow(items.slice(index + 1), size - 1)) yield [item, ...rest];
  }
}
