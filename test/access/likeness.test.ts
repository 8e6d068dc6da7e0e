import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { align } from '../../src/access/answers/align.ts';
import { ACCESSES, type AccessFacts, factsOf, listsOf } from '../../src/access/facts/facts.ts';
import type { SubjectKey } from '../../src/access/facts/keys.ts';
import { roleHolder } from '../../src/access/facts/role-holder.ts';
import type { PlannedChange } from '../../src/access/planning/change.ts';
import { factsOfWorld } from './facts-of-world.ts';
import { giversOf, name, placesOf, rightsOf, type Tuples, tuplesAfter, tuplesOf } from './tuples.ts';
import { SYSTEM_ROLES, targetsOf, usersOf, type World, worlds } from './world.ts';

/** Two subjects of a world, of whatever kind, also the same one twice. */
const cases = (size: number) =>
  fc.tuple(worlds(size), fc.nat(), fc.nat()).map(([world, first, second]) => {
    const subjects: SubjectKey[] = [
      ...usersOf(world).map((id) => ({ type: 'USER' as const, id })),
      ...world.groups.map(({ id }) => ({ type: 'GROUP' as const, id })),
      ...world.roles.map(({ id }) => ({ type: 'ROLE' as const, id })),
    ];
    const pick = (n: number) => subjects[n % subjects.length] ?? expect.fail('nobody');
    return { world, tuples: tuplesOf(world), a: pick(first), b: pick(second) };
  });

/** Gives the facts that are gathered for a comparison: of others than the two there are none. */
function gathered(world: World, tuples: Tuples, subjects: readonly SubjectKey[]): AccessFacts {
  const all = listsOf(factsOfWorld(world));
  const givers = new Set(subjects.flatMap((subject) => [...giversOf(tuples, name(subject))]));
  return factsOf({
    users: [...all.users].filter(({ id }) => givers.has(`USER ${id}`)),
    groups: [...all.groups].filter(({ id }) => givers.has(`GROUP ${id}`)),
    roles: all.roles,
    grants: [...all.grants].filter(({ subject }) => givers.has(name(subject))),
    tags: all.tags,
    ownerships: all.ownerships,
  });
}

const same = (one: ReadonlySet<string>, other: ReadonlySet<string>) =>
  one.size === other.size && [...one].every((right) => other.has(right));
const made = (tuples: Tuples, changes: readonly PlannedChange[]) => changes.reduce(tuplesAfter, tuples);

describe('the changes that make one subject like another', () => {
  test.each([
    'as they are gathered',
    'of everybody',
  ])('are enough exactly where that is said, by facts %s', (which) => {
    let enough = 0;
    fc.assert(
      fc.property(cases(8), ({ world, tuples, a, b }) => {
        const facts = which === 'of everybody' ? factsOfWorld(world) : gathered(world, tuples, [a, b]);
        const { changes, isEnough } = align(facts, a, b);
        enough += Number(isEnough);
        expect(isEnough).toBe(
          same(
            rightsOf(made(tuples, changes), name(b), placesOf(world)),
            rightsOf(tuples, name(a), placesOf(world)),
          ),
        );
      }),
      { numRuns: 600 },
    );
    expect(enough).toBeGreaterThan(200);
  });

  test('are enough wherever any are: where all that does no harm is given, and all that does is taken', () => {
    fc.assert(
      fc.property(cases(8), ({ world, tuples, a, b }) => {
        const most = possibleChanges(world, tuples, a, b);
        const then = rightsOf(made(tuples, most), name(b), placesOf(world));
        expect(align(gathered(world, tuples, [a, b]), a, b).isEnough).toBe(
          same(then, rightsOf(tuples, name(a), placesOf(world))),
        );
      }),
      { numRuns: 200 },
    );
  });

  test('are as few as that takes: all smaller sets are tried on small worlds', () => {
    let [claims, tried] = [0, 0];
    fc.assert(
      fc.property(cases(6), ({ world, tuples, a, b }) => {
        const { changes, isEnough, isSmallest } = align(gathered(world, tuples, [a, b]), a, b);
        if (!isEnough || changes.length === 0 || changes.length > 3) return;
        expect(isSmallest).toBe(true);
        claims += 1;
        const wanted = rightsOf(tuples, name(a), placesOf(world));
        for (const fewer of subsetsBelow(possibleChanges(world, tuples, a, b), changes.length)) {
          tried += 1;
          if (same(rightsOf(made(tuples, fewer), name(b), placesOf(world)), wanted))
            expect(fewer).toEqual('not enough');
        }
      }),
      { numRuns: 700 },
    );
    expect(claims).toBeGreaterThan(150);
    expect(tried).toBeGreaterThan(1000);
  });

  test('are none between a subject and itself, whatever it owns', () => {
    fc.assert(
      fc.property(cases(8), ({ world, tuples, a }) => {
        expect(align(gathered(world, tuples, [a]), a, a)).toEqual({
          changes: [],
          isEnough: true,
          isSmallest: true,
        });
      }),
      { numRuns: 200 },
    );
  });
});

/** Lists every change to `b` that could help: what does harm is taken, and of what `a` has, or is, all else is given. */
function possibleChanges(world: World, tuples: Tuples, a: SubjectKey, b: SubjectKey): PlannedChange[] {
  const wanted = rightsOf(tuples, name(a), placesOf(world));
  const isHarmless = (change: PlannedChange) => {
    const bare: Tuples = {
      ...tuples,
      creations: [],
      holdings: tuples.holdings.filter(([holder]) => holder !== name(b)),
      memberships: tuples.memberships.filter(([user]) => user !== name(b)),
      grants: tuples.grants.filter(([to]) => to !== name(b)),
      defaults: tuples.defaults.filter(([group]) => group !== name(b)),
      permissions: tuples.permissions.filter(([role]) => role !== name(b)),
    };
    return [...rightsOf(tuplesAfter(bare, change), name(b), placesOf(world))].every((right) =>
      wanted.has(right),
    );
  };
  const links: PlannedChange[] = [
    ...(b.type === 'USER' ? world.groups : []).map(
      ({ id }): PlannedChange => ({ kind: 'ADD_USER_TO_GROUP', userId: b.id, groupId: id }),
    ),
    ...(b.type === 'ROLE' ? [] : [...world.roles.map(({ id }) => id), ...Object.keys(SYSTEM_ROLES)]).map(
      (roleId): PlannedChange => ({ kind: 'ADD_ROLE', holder: roleHolder(b), roleId }),
    ),
  ];
  const givers = giversOf(tuples, name(a));
  const grants = targetsOf(world).flatMap((target): PlannedChange[] => {
    const one = (access: (typeof ACCESSES)[number]): PlannedChange => ({
      kind: 'GRANT_PERMISSIONS',
      subject: b,
      target,
      access: [access],
    });
    const access = ACCESSES.filter((each) => isHarmless(one(each)));
    const excess = ACCESSES.filter((each) => !access.includes(each) && isHeld(tuples, one(each)));
    return [
      ...(excess.length > 0
        ? [{ kind: 'REMOVE_PERMISSIONS' as const, subject: b, target, access: excess }]
        : []),
      ...(access.length > 0 ? [{ kind: 'GRANT_PERMISSIONS' as const, subject: b, target, access }] : []),
    ];
  });
  return [
    ...links.flatMap((link): PlannedChange[] => {
      if (isHeld(tuples, link)) return isHarmless(link) ? [] : [opposite(link)];
      const giver =
        link.kind === 'ADD_USER_TO_GROUP'
          ? `GROUP ${link.groupId}`
          : link.kind === 'ADD_ROLE'
            ? `ROLE ${link.roleId}`
            : '';
      return givers.has(giver) && isHarmless(link) ? [link] : [];
    }),
    ...grants,
  ];
}

function isHeld(tuples: Tuples, change: PlannedChange): boolean {
  const count = ({ memberships, holdings, grants }: Tuples) =>
    memberships.length + holdings.length + grants.length;
  return count(tuplesAfter(tuples, change)) === count(tuples);
}

function opposite(link: PlannedChange): PlannedChange {
  if (link.kind === 'ADD_USER_TO_GROUP') return { ...link, kind: 'REMOVE_USER_FROM_GROUP' };
  if (link.kind === 'ADD_ROLE') return { ...link, kind: 'REMOVE_ROLE' };
  return link;
}

function* subsetsBelow<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  yield [];
  if (size < 2) return;
  for (const [index, item] of items.entries()) {
    for (const rest of subsetsBelow(items.slice(index + 1), size - 1)) yield [item, ...rest];
  }
}
