import { applicationUserId, type SubjectKey, type TargetKey } from '../../src/access/facts/keys.ts';
import type { PlannedChange } from '../../src/access/planning/change.ts';
import { SYSTEM_ROLES, targetsOf, type World } from './world.ts';

type Pair = readonly [string, string];
type Triple = readonly [string, string, string];

/**
 * A world as plain pairs and triples, and all that is asked of it by loops over them: nothing of the engine is in it.
 * Users, groups, roles and targets go by `TYPE id`.
 */
export interface Tuples {
  /** Who is in which group. */
  readonly memberships: readonly Pair[];
  /** Who holds which role. */
  readonly holdings: readonly Pair[];
  /** Who was granted what on what. */
  readonly grants: readonly Triple[];
  /** What bears which tag. */
  readonly tags: readonly Pair[];
  /** Who created what. */
  readonly creations: readonly Pair[];
  /** Which role has which permission. */
  readonly permissions: readonly Pair[];
  /** Which group gets what on which kind of thing that members create. */
  readonly defaults: readonly Triple[];
}

const ACCESS = ['CREATE', 'READ', 'UPDATE', 'EXECUTE', 'DELETE'];

export function name({ type, id }: SubjectKey | TargetKey): string {
  return `${type} ${id}`;
}

export function tuplesOf(world: World): Tuples {
  const app = (id: string) => `USER ${applicationUserId(id)}`;
  return {
    memberships: world.users.flatMap(({ id, groups }) =>
      groups.map((group): Pair => [`USER ${id}`, `GROUP ${group}`]),
    ),
    holdings: [
      ...world.users.flatMap(({ id, roles }) => roles.map((role): Pair => [`USER ${id}`, `ROLE ${role}`])),
      ...world.groups.flatMap(({ id, roles }) => roles.map((role): Pair => [`GROUP ${id}`, `ROLE ${role}`])),
      ...world.applications.flatMap(({ id, roles }) => roles.map((role): Pair => [app(id), `ROLE ${role}`])),
    ],
    grants: world.grants
      .flatMap(({ subject, target, access }) =>
        access.map((one): Triple => [name(subject), name(target), one]),
      )
      .filter((grant, index, all) => all.findIndex((one) => one.join() === grant.join()) === index),
    tags: world.applications.flatMap(({ id, tags }) =>
      tags.map((tag): Pair => [`APPLICATION ${id}`, `TAG ${tag}`]),
    ),
    creations: world.applications.map(({ id, creator }): Pair => [`USER ${creator}`, `APPLICATION ${id}`]),
    permissions: [
      ...world.roles.flatMap(({ id, permissions }) => permissions.map((one): Pair => [`ROLE ${id}`, one])),
      ...Object.entries(SYSTEM_ROLES).flatMap(([id, all]) => all.map((one): Pair => [`ROLE ${id}`, one])),
    ],
    defaults: world.groups.flatMap(({ id, defaultAccess }) =>
      Object.entries(defaultAccess).flatMap(([type, access]) =>
        access.map((one): Triple => [`GROUP ${id}`, type, one]),
      ),
    ),
  };
}

/** Carries out a change of those that a comparison proposes. */
export function tuplesAfter(tuples: Tuples, change: PlannedChange): Tuples {
  const put = <T extends readonly string[]>(all: readonly T[], tuple: T, adds: boolean): readonly T[] => {
    const others = all.filter((one) => one.join('\n') !== tuple.join('\n'));
    return adds ? [...others, tuple] : others;
  };
  switch (change.kind) {
    case 'ADD_USER_TO_GROUP':
    case 'REMOVE_USER_FROM_GROUP': {
      const pair: Pair = [`USER ${change.userId}`, `GROUP ${change.groupId}`];
      return { ...tuples, memberships: put(tuples.memberships, pair, change.kind === 'ADD_USER_TO_GROUP') };
    }
    case 'ADD_ROLE':
    case 'REMOVE_ROLE': {
      const { type, id } = change.holder;
      const holder = type === 'APPLICATION' ? `USER ${applicationUserId(id)}` : `${type} ${id}`;
      return {
        ...tuples,
        holdings: put(tuples.holdings, [holder, `ROLE ${change.roleId}`], change.kind === 'ADD_ROLE'),
      };
    }
    case 'GRANT_PERMISSIONS':
    case 'REMOVE_PERMISSIONS': {
      const triple = (one: string): Triple => [name(change.subject), name(change.target), one];
      const adds = change.kind === 'GRANT_PERMISSIONS';
      return {
        ...tuples,
        grants: change.access.reduce<readonly Triple[]>(
          (all, one) => put(all, triple(one), adds),
          tuples.grants,
        ),
      };
    }
    default:
      throw new Error(`no comparison proposes ${change.kind}`);
  }
}

/** Lists what gives a subject access: itself, its groups, and the roles of all of these. */
export function giversOf({ memberships, holdings }: Tuples, subject: string): ReadonlySet<string> {
  const givers = new Set([subject]);
  for (const [user, group] of memberships) if (user === subject) givers.add(group);
  const holders = [...givers];
  for (const [holder, role] of holdings) if (holders.includes(holder)) givers.add(role);
  return givers;
}

/** Types that permissions speak of, and one that they do not. */
const SPOKEN_OF = ['APPLICATION', 'USER', 'GROUP', 'OTHER'];

/** Something to have access to: a target, all of a type, or what members of a group create. */
export interface Place {
  readonly type: string;
  readonly name: string;
}

/** Lists all that can be told apart in a world, and one type that nothing is of. */
export function placesOf(world: World): readonly Place[] {
  const named = targetsOf(world).map((target) => ({ type: target.type, name: name(target) }));
  const created = world.groups.flatMap(({ id }) =>
    ['WORKFLOW_DEF', 'TASK_DEF', 'WORKFLOW_SCHEDULE'].map((type) => ({
      type,
      name: `what members of GROUP ${id} create of ${type}`,
    })),
  );
  const types = new Set([...named, ...created].map(({ type }) => type).concat(SPOKEN_OF));
  return [...named, ...created, ...[...types].map((type) => ({ type, name: `every ${type}` }))];
}

/** Lists what a subject may do at some places, such as `READ on TYPE id`. */
export function rightsOf(tuples: Tuples, subject: string, places: readonly Place[]): ReadonlySet<string> {
  const givers = giversOf(tuples, subject);
  const rights = new Set<string>();
  for (const { type, name: place } of places) {
    for (const access of ACCESS) {
      const granted = (on: string) =>
        tuples.grants.some(([to, at, what]) => givers.has(to) && at === on && what === access);
      const borne = tuples.tags.filter(([bearer]) => bearer === place).map(([, tag]) => tag);
      const may =
        givers.has('ROLE ADMIN') ||
        tuples.creations.some(([creator, on]) => creator === subject && on === place) ||
        [place, ...borne].some(granted) ||
        tuples.defaults.some(
          ([group, of, what]) =>
            givers.has(group) && what === access && place === `what members of ${group} create of ${of}`,
        ) ||
        tuples.permissions.some(
          ([role, permission]) => givers.has(role) && permits(permission, access, type),
        );
      if (may) rights.add(`${access} on ${place}`);
    }
  }
  return rights;
}

function typeOf(permission: string): string {
  if (permission === 'APPLICATION_MANAGEMENT') return 'APPLICATION';
  const resource = permission.slice(permission.indexOf('_') + 1);
  return resource === 'SECRET' ? 'SECRET_NAME' : resource;
}

function permits(permission: string, access: string, type: string): boolean {
  if (typeOf(permission) !== type) return false;
  if (permission === 'APPLICATION_MANAGEMENT') return true;
  const action = permission.slice(0, permission.indexOf('_'));
  if (!['READ', 'UPDATE', 'EXECUTE', 'DELETE'].includes(action)) return false;
  return action === access || access === 'READ';
}
