import { type Static, Type } from '@sinclair/typebox';
import type { RoleRule } from '../policy/permissions.ts';
import type { Database } from '../store/database.ts';
import type { GroupRecord } from '../store/groups.ts';
import { listRolesNamed } from '../store/roles.ts';
import { Names, Words } from './names.ts';
import { AccessName, Permission, permissionAnswer } from './permissions.ts';

const DefaultAccess = Type.Object(
  {
    WORKFLOW_DEF: Type.Optional(Type.Array(AccessName)),
    TASK_DEF: Type.Optional(Type.Array(AccessName)),
    WORKFLOW_SCHEDULE: Type.Optional(Type.Array(AccessName)),
  },
  {
    additionalProperties: false,
    description: 'What the group gets on definitions that its members create',
  },
);

/** What a client sends of a group. */
export const GroupBody = Type.Object({
  description: Words,
  roles: Type.Optional(Names),
  defaultAccess: Type.Optional(DefaultAccess),
});

/** A role as users and groups show it. */
export const HeldRole = Type.Object({ name: Type.String(), permissions: Type.Array(Permission) });

/** A group (contract section 9). */
export const Group = Type.Object({
  id: Type.String(),
  description: Type.String(),
  roles: Type.Array(HeldRole),
  defaultAccess: Type.Record(Type.String(), Type.Array(AccessName)),
  contactInformation: Type.Record(Type.String(), Type.String()),
});

/** Finds the written form of a held role by its name. */
export type HeldRoles = (names: readonly string[]) => Static<typeof HeldRole>[];

/** Writes roles by their names. `permissionsOf` chooses between the permissions of a role and what they come to. */
export function heldRoles(
  database: Database,
  names: Iterable<string>,
  permissionsOf: (role: RoleRule) => readonly string[] = (role) => role.permissions,
): HeldRoles {
  const written = new Map(
    listRolesNamed(database, [...new Set(names)]).map((role) => [
      role.name,
      { name: role.name, permissions: permissionsOf(role).map(permissionAnswer) },
    ]),
  );
  return (wanted) => wanted.flatMap((name) => written.get(name) ?? []);
}

/** Writes groups, reading all roles they hold at once. */
export function groupAnswers(database: Database, groups: readonly GroupRecord[]): Static<typeof Group>[] {
  const roles = heldRoles(
    database,
    groups.flatMap((group) => group.roles),
  );
  return groups.map((group) => groupAnswer(group, roles));
}

/** Writes one group with roles that were read before. */
export function groupAnswer(group: GroupRecord, roles: HeldRoles): Static<typeof Group> {
  return {
    id: group.id,
    description: group.description,
    roles: roles(group.roles),
    defaultAccess: Object.fromEntries(
      Object.entries(group.defaultAccess).map(([key, list]) => [key, [...list]]),
    ),
    contactInformation: {},
  };
}
