import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reachesOf, reachesTo } from '../../src/access/answers/access-paths.ts';
import { permitted } from '../../src/access/answers/difference.ts';
import { effectivePermissions } from '../../src/access/answers/effective-permissions.ts';
import { explain } from '../../src/access/answers/explain.ts';
import { whoCan } from '../../src/access/answers/who-can.ts';
import { ACCESSES, keyOf } from '../../src/access/facts/facts.ts';
import type { SubjectKey } from '../../src/access/facts/keys.ts';
import { linkKey, type Path } from '../../src/access/facts/link.ts';
import { factsOfWorld, withoutLink } from './facts-of-world.ts';
import { mayInModel } from './model.ts';
import { targetsOf, usersOf, type World, worlds } from './world.ts';

/** Worlds of a few sizes, small ones more often: they shrink to what matters. */
const anyWorld = fc.oneof(worlds(3), worlds(6), worlds(12));

const pathKey = (path: Path) => path.map(linkKey).join(' ');
const asUser = (id: string): SubjectKey => ({ type: 'USER', id });

/** Every question that can be asked about a world. */
function* questions(world: World) {
  for (const userId of usersOf(world)) {
    for (const target of targetsOf(world)) {
      for (const access of ACCESSES) yield { userId, target, access };
    }
  }
}

/** Takes the last link of a path out of a world that can be taken. */
function withoutEnd(world: World, path: Path): World | null {
  return path.reduceRight<World | null>((left, link) => left ?? withoutLink(world, link), null);
}

/** Declares what holds of the engine, to be tried on so many worlds for each property. */
export function describeEngine(numRuns: number): void {
  describe(`on ${numRuns} worlds`, () => {
    test('effective permissions are those of the brute-force model, for every user, target and access', () => {
      fc.assert(
        fc.property(anyWorld, (world) => {
          const facts = factsOfWorld(world);
          const held = new Map(
            usersOf(world).map((id) => [id, permitted(effectivePermissions(facts, asUser(id)))]),
          );
          const faults = [...questions(world)].filter(
            ({ userId, target, access }) =>
              held.get(userId)?.(access, { kind: 'TARGET', target }) !==
              mayInModel(world, userId, target, access),
          );
          expect(faults).toEqual([]);
        }),
        { numRuns },
      );
    });

    test('a listed target has exactly the access that the model gives, wide permissions included', () => {
      fc.assert(
        fc.property(anyWorld, (world) => {
          const facts = factsOfWorld(world);
          for (const userId of usersOf(world)) {
            for (const { scope, access, reaches } of effectivePermissions(facts, asUser(userId))) {
              if (scope.kind !== 'TARGET') continue;
              const inModel = ACCESSES.filter((one) => mayInModel(world, userId, scope.target, one));
              expect(access).toEqual(inModel);
              expect(reaches.flatMap((reach) => reach.access)).toEqual(expect.arrayContaining(inModel));
            }
          }
        }),
        { numRuns },
      );
    });

    test('every path replays: without its last link that path is gone, and the others are as they were', () => {
      fc.assert(
        fc.property(anyWorld, fc.nat(), (world, pick) => {
          const users = usersOf(world);
          const subject = asUser(users[pick % users.length] ?? '');
          const reaches = reachesOf(factsOfWorld(world), subject);
          for (const { path } of reaches) {
            const left = withoutEnd(world, path);
            if (!left) continue;
            const last = path.findLast((link) => withoutLink(world, link) !== null);
            const broken = reaches.filter((reach) =>
              reach.path.some((link) => last && linkKey(link) === linkKey(last)),
            );
            const after = reachesOf(factsOfWorld(left), subject).map((reach) => pathKey(reach.path));
            const expected = reaches
              .filter((reach) => !broken.includes(reach))
              .map((reach) => pathKey(reach.path));
            expect(after).not.toContain(pathKey(path));
            expect(after.sort()).toEqual(expected.sort());
          }
        }),
        { numRuns },
      );
    });

    test('no path is left out: with one link of each taken, the model denies what it allowed', () => {
      fc.assert(
        fc.property(anyWorld, fc.nat(), (world, pick) => {
          const all = [...questions(world)].filter(({ userId, target, access }) =>
            mayInModel(world, userId, target, access),
          );
          const question = all[pick % all.length];
          if (!question) return;
          const { userId, target, access } = question;
          const reaches = reachesTo(factsOfWorld(world), asUser(userId), target, access);
          const left = reaches.reduce((rest, { path }) => withoutEnd(rest, path) ?? rest, world);
          expect(mayInModel(left, userId, target, access)).toBe(false);
        }),
        { numRuns },
      );
    });

    test('who can do something is exactly the inverse of what somebody may do', () => {
      fc.assert(
        fc.property(anyWorld, (world) => {
          const facts = factsOfWorld(world);
          const subjects: SubjectKey[] = [
            ...usersOf(world).map(asUser),
            ...world.groups.map(({ id }): SubjectKey => ({ type: 'GROUP', id })),
            ...[...facts.roles.keys()].map((id): SubjectKey => ({ type: 'ROLE', id })),
          ];
          const held = subjects.map(
            (subject) => [subject, permitted(effectivePermissions(facts, subject))] as const,
          );
          for (const target of targetsOf(world)) {
            for (const access of ACCESSES) {
              const holders = whoCan(facts, target, access).map(({ subject }) => keyOf(subject));
              const able = held.filter(([, may]) => may(access, { kind: 'TARGET', target }));
              expect(holders.sort()).toEqual(able.map(([subject]) => keyOf(subject)).sort());
            }
          }
        }),
        { numRuns },
      );
    });

    test('each nearest link of a denial is enough, and there is none of what is allowed', () => {
      fc.assert(
        fc.property(anyWorld, fc.nat(), (world, pick) => {
          const all = [...questions(world)];
          const { userId, target, access } = all[pick % all.length] ?? all[0] ?? expect.fail('no question');
          const { reaches, nearest } = explain(factsOfWorld(world), userId, target, access);
          expect(reaches.length > 0).toBe(mayInModel(world, userId, target, access));
          expect(nearest.length > 0).toBe(reaches.length === 0);
          for (const { missing } of nearest) {
            const mended = withLink(world, userId, missing);
            if (mended) expect(mayInModel(mended, userId, target, access)).toBe(true);
          }
        }),
        { numRuns },
      );
    });
  });
}

/** Puts a missing link into a world; null for the user of an application, which worlds put into no group. */
function withLink(world: World, userId: string, link: Path[number]): World | null {
  if (userId.startsWith('app:')) return null;
  const change = (roles: readonly string[], groups: readonly string[]): World => ({
    ...world,
    users: world.users.map((user) =>
      user.id === userId
        ? { ...user, roles: [...user.roles, ...roles], groups: [...user.groups, ...groups] }
        : user,
    ),
  });
  if (link.kind === 'MEMBERSHIP') return change([], [link.groupId]);
  if (link.kind === 'ROLE') return change([link.roleId], []);
  if (link.kind === 'GRANT') return { ...world, grants: [...world.grants, link.grant] };
  return expect.fail(`a ${link.kind} is no link that one would be given`);
}
