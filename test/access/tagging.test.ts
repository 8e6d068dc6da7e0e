import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { effectivePrincipalsOf } from '../../src/access/answers/effective-principals.ts';
import { ACCESSES, factsOf, keyOf } from '../../src/access/facts/facts.ts';
import { applicationsOf, taggable } from '../../src/access/review/tagging.ts';
import { factsOfWorld } from './facts-of-world.ts';
import { mayInModel } from './model.ts';
import { usersOf, type World, worlds } from './world.ts';

const TAGS = ['team:a', 'team:b', 'tier:x:y'];

/** The accesses that some user gains on an application when it is tagged. */
function openedInModel(world: World, applicationId: string, tag: string): string[] {
  const target = { type: 'APPLICATION', id: applicationId };
  const tagged: World = {
    ...world,
    applications: world.applications.map((one) =>
      one.id === applicationId ? { ...one, tags: [...one.tags, tag] } : one,
    ),
  };
  return ACCESSES.filter((access) =>
    usersOf(world).some(
      (user) => !mayInModel(world, user, target, access) && mayInModel(tagged, user, target, access),
    ),
  );
}

const peopled = fc
  .oneof(worlds(4), worlds(8))
  .filter(({ applications, groups }) => applications.length > 0 && groups.length > 0);

/** Most worlds have nobody who may change an application and not share it, so some are put in. */
function withTaggers(world: World): World {
  const [user, group, application] = [world.users[0], world.groups[0], world.applications[0]];
  if (!user || !group || !application) return world;
  const target = { type: 'APPLICATION', id: application.id };
  return {
    ...world,
    grants: [
      ...world.grants,
      { subject: { type: 'USER', id: user.id }, target, access: ['UPDATE'] },
      {
        subject: { type: 'GROUP', id: group.id },
        target: { type: 'TAG', id: 'team:b' },
        access: ['READ', 'DELETE'],
      },
    ],
  };
}

describe('who can open what by tagging', () => {
  test('is everybody who may change it and not share it, with all that any tag would give anybody', () => {
    let found = 0;
    fc.assert(
      fc.property(peopled.map(withTaggers), (world) => {
        const facts = factsOfWorld(world);
        const findings = taggable(facts, applicationsOf(facts));
        found += findings.length;
        for (const { id } of world.applications) {
          const target = { type: 'APPLICATION', id };
          const here = findings.filter((finding) => finding.target?.id === id);
          const opened = new Set(TAGS.flatMap((tag) => openedInModel(world, id, tag)));
          const taggers = usersOf(world).filter((user) => {
            const held = ACCESSES.filter((access) => mayInModel(world, user, target, access));
            return held.includes('UPDATE') && held.length < ACCESSES.length;
          });
          const subjects = new Set(here.map(({ subject }) => keyOf(subject)));
          for (const { subject } of here) {
            if (subject.type === 'USER') expect(taggers).toContain(subject.id);
          }
          if (opened.size === 0) continue;
          for (const user of taggers) {
            const standings = effectivePrincipalsOf(facts, { type: 'USER', id: user });
            expect(standings.some((standing) => subjects.has(keyOf(standing.subject)))).toBe(true);
          }
          for (const { access } of here) expect(access).toEqual(expect.arrayContaining([...opened]));
        }
      }),
      { numRuns: 400 },
    );
    expect(found).toBeGreaterThan(50);
  });

  const app = { type: 'APPLICATION', id: 'a1' };
  const lists = {
    users: [
      { id: 'sam', roleIds: [], groupIds: ['ops'] },
      { id: 'app:a1', roleIds: [], groupIds: [] },
    ],
    groups: [{ id: 'ops', roleIds: [], defaultAccess: [] }],
    roles: [],
    tags: [],
    ownerships: [],
  };
  const sam = { type: 'USER', id: 'sam' } as const;
  const update = { subject: sam, target: app, access: ['UPDATE'] } as const;
  const onTag = (id: string, access: readonly (typeof ACCESSES)[number][]) => ({
    subject: { type: 'GROUP', id: 'ops' } as const,
    target: { type: 'TAG', id },
    access,
  });
  const found = (...grants: Parameters<typeof factsOf>[0]['grants'][]) =>
    taggable(factsOf({ ...lists, grants: grants.flatMap((some) => [...some]) }), [app]);

  test('tells the accesses that tags open, by which tags, and what lets them be attached', () => {
    expect(found([update, onTag('team:b', ['DELETE']), onTag('team:a', ['READ', 'DELETE'])])).toMatchObject([
      {
        kind: 'TAGGABLE_BY',
        subject: sam,
        target: app,
        access: ['READ', 'DELETE'],
        tags: ['team:a', 'team:b'],
        reaches: [{ access: ['UPDATE'] }],
      },
    ]);
  });

  test('is nobody where tags open nothing, where nobody may change it, or who may is allowed to share it', () => {
    const all = { ...update, access: ACCESSES };
    expect(found([update])).toEqual([]);
    expect(found([onTag('team:a', ['READ'])])).toEqual([]);
    expect(found([all, onTag('team:a', ['READ'])])).toEqual([]);
    const held = { ...onTag('team:a', ['READ']), target: app };
    expect(found([update, held, onTag('team:a', ['READ'])])).toEqual([]);
    const nobody = { ...onTag('team:a', ['READ']), subject: { type: 'GROUP', id: 'gone' } as const };
    expect(found([update, nobody])).toEqual([]);
  });
});
