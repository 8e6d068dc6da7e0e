import fc from 'fast-check';
import { ACCESSES, type Access } from '../../src/access/facts/facts.ts';

/** Somebody or something, as `TYPE id`. */
export interface Key {
  readonly type: string;
  readonly id: string;
}

/** One grant, as it is made. */
export interface WorldGrant {
  readonly subject: Key & { readonly type: 'USER' | 'GROUP' | 'ROLE' };
  readonly target: Key;
  readonly access: readonly Access[];
  /** Given by the creation of a definition, and so not to be made. */
  readonly byCreation?: true;
}

/** A definition that somebody of the world creates. */
export interface WorldDefinition extends Key {
  readonly creator: string;
}

/** An application; its user is `app:` and its id. */
export interface WorldApplication {
  readonly id: string;
  readonly creator: string;
  readonly tags: readonly string[];
  readonly roles: readonly string[];
}

/** A small organisation, as flat as it can be told. */
export interface World {
  readonly roles: readonly { readonly id: string; readonly permissions: readonly string[] }[];
  readonly groups: readonly {
    readonly id: string;
    readonly roles: readonly string[];
    readonly defaultAccess: Readonly<Record<string, readonly Access[]>>;
  }[];
  readonly users: readonly {
    readonly id: string;
    readonly roles: readonly string[];
    readonly groups: readonly string[];
  }[];
  readonly applications: readonly WorldApplication[];
  readonly definitions: readonly WorldDefinition[];
  readonly grants: readonly WorldGrant[];
}

/** Permissions of the system roles that worlds use (contract section 3), as far as they are about targets. */
export const SYSTEM_ROLES: Readonly<Record<string, readonly string[]>> = {
  ADMIN: ['APPLICATION_MANAGEMENT', 'METADATA_VIEW'],
  APPLICATION_MANAGER: ['APPLICATION_MANAGEMENT', 'API_GATEWAY_VIEW'],
  USER: ['CREATE_WORKFLOW_DEF', 'WORKFLOW_SEARCH'],
  WORKER: [],
};

const PERMISSIONS = [
  ...['READ_WORKFLOW_DEF', 'EXECUTE_WORKFLOW_DEF', 'CREATE_WORKFLOW_DEF', 'UPDATE_TASK_DEF', 'READ_SECRET'],
  ...['UPDATE_SECRET_NAME', 'DELETE_APPLICATION', 'READ_APPLICATION', 'READ_USER', 'READ_GROUP'],
];
const TAGS = ['team:a', 'team:b', 'tier:x:y'];
const DEFINITIONS = ['WORKFLOW_DEF', 'TASK_DEF', 'WORKFLOW_SCHEDULE'];

/** Lists every target that a world speaks of, and one of each kind that it does not. */
export function targetsOf(world: World): Key[] {
  return [
    ...['orders', 'refunds', 'unknown'].map((id) => ({ type: 'WORKFLOW_DEF', id })),
    { type: 'TASK_DEF', id: 'charge' },
    { type: 'SECRET_NAME', id: 'key' },
    { type: 'SCHEMA', id: 'order' },
    ...TAGS.map((id) => ({ type: 'TAG', id })),
    ...world.applications.map(({ id }) => ({ type: 'APPLICATION', id })),
    ...world.definitions.map(({ type, id }) => ({ type, id })),
    ...world.users.slice(0, 2).map(({ id }) => ({ type: 'USER', id })),
    ...world.groups.slice(0, 1).map(({ id }) => ({ type: 'GROUP', id })),
  ];
}

/** Lists everybody who can be asked about: people, and the users of applications. */
export function usersOf(world: World): string[] {
  return [...world.users.map(({ id }) => id), ...world.applications.map(({ id }) => `app:${id}`)];
}

/**
 * Makes worlds of some size: up to so many users, and about half as many groups, roles and applications.
 *
 * @param prefix stands before every id, so that several worlds fit into one store.
 */
export function worlds(size: number, prefix = ''): fc.Arbitrary<World> {
  const half = Math.ceil(size / 2);
  return fc
    .record({
      users: fc.integer({ min: 1, max: size }),
      groups: fc.integer({ min: 0, max: half }),
      roles: fc.integer({ min: 0, max: half }),
      applications: fc.integer({ min: 0, max: Math.min(half, 4) }),
      definitions: fc.integer({ min: 0, max: Math.min(half, 2) }),
    })
    .chain((counts) => {
      const ids = (kind: string, count: number) =>
        Array.from({ length: count }, (_, index) => `${prefix}${kind}${index}`);
      const userIds = ids('user', counts.users);
      const groupIds = ids('group', counts.groups);
      const customRoles = ids('role', counts.roles);
      const applicationIds = ids('application', counts.applications);
      const definitions = ids('made', counts.definitions).map((id, index) => ({
        type: index === 0 ? 'WORKFLOW_DEF' : 'TASK_DEF',
        id,
      }));
      const some = (values: readonly string[], most: number) =>
        values.length === 0
          ? fc.constant([])
          : fc.uniqueArray(fc.constantFrom(...values), { maxLength: most });
      const heldRoles = some([...customRoles, ...customRoles, ...Object.keys(SYSTEM_ROLES)], 3);
      const access = fc.uniqueArray(fc.constantFrom(...ACCESSES), { minLength: 1, maxLength: 3 });
      const subjects: WorldGrant['subject'][] = [
        ...[...userIds, ...applicationIds.map((id) => `app:${id}`)].map((id) => ({
          type: 'USER' as const,
          id,
        })),
        ...groupIds.map((id) => ({ type: 'GROUP' as const, id })),
        ...customRoles.map((id) => ({ type: 'ROLE' as const, id })),
      ];
      const skeleton = {
        users: userIds.map((id) => ({ id })),
        groups: groupIds.map((id) => ({ id })),
        applications: applicationIds.map((id) => ({ id })),
        definitions,
      };
      const shape = fc.record({
        roles: fc.tuple(
          ...customRoles.map((id) => some(PERMISSIONS, 3).map((permissions) => ({ id, permissions }))),
        ),
        groups: fc.tuple(
          ...groupIds.map((id) =>
            fc.record({
              id: fc.constant(id),
              roles: heldRoles,
              defaultAccess: fc.dictionary(fc.constantFrom(...DEFINITIONS), access, {
                maxKeys: 2,
                noNullPrototype: true,
              }),
            }),
          ),
        ),
        users: fc.tuple(
          ...userIds.map((id) =>
            fc.record({ id: fc.constant(id), roles: heldRoles, groups: some(groupIds, 3) }),
          ),
        ),
        applications: fc.tuple(
          ...applicationIds.map((id) =>
            fc.record({
              id: fc.constant(id),
              creator: fc.constantFrom(...userIds),
              tags: some(TAGS, 2).map(oneOfEachKey),
              roles: heldRoles,
            }),
          ),
        ),
        definitions: fc.tuple(
          ...definitions.map((definition) =>
            fc.constantFrom(...userIds).map((creator) => ({ ...definition, creator })),
          ),
        ),
        grants: fc.array(
          fc.record({
            subject: fc.constantFrom(...subjects),
            target: fc.constantFrom(
              ...targetsOf(skeleton as unknown as World).filter(({ id }) => id !== 'unknown'),
            ),
            access,
          }),
          { maxLength: size * 3 },
        ),
      });
      return shape.map((world) => ({ ...world, grants: [...grantsOfCreation(world), ...world.grants] }));
    });
}

/** Creating gives full access to the creator, and to each of its groups the default access (contract section 25). */
function grantsOfCreation({
  definitions,
  groups,
  users,
}: Pick<World, 'definitions' | 'groups' | 'users'>): WorldGrant[] {
  return definitions.flatMap(({ creator, type, id }) => {
    const target = { type, id };
    const itself: WorldGrant = {
      subject: { type: 'USER', id: creator },
      target,
      access: ACCESSES,
      byCreation: true,
    };
    const joined = users.find((user) => user.id === creator)?.groups ?? [];
    const given = groups
      .filter((group) => joined.includes(group.id))
      .map(
        (group): WorldGrant => ({
          subject: { type: 'GROUP', id: group.id },
          target,
          access: group.defaultAccess[type] ?? [],
          byCreation: true,
        }),
      );
    return [itself, ...given.filter(({ access }) => access.length > 0)];
  });
}

/** An application bears one tag of each key. */
function oneOfEachKey(tags: readonly string[]): string[] {
  const keys = tags.map((tag) => tag.split(':')[0]);
  return tags.filter((_, index) => keys.indexOf(keys[index]) === index);
}
