import { type Static, Type } from '@sinclair/typebox';
import type { RoleRule } from '../policy/permissions.ts';
import type { Database } from '../store/database.ts';
import { listGroupsWithIds } from '../store/groups.ts';
import type { UserRecord } from '../store/users.ts';
import { Group, groupAnswer, HeldRole, heldRoles } from './groups.ts';
import { Names, Words } from './names.ts';

/** What a client sends of a user. */
export const UserBody = Type.Object({
  name: Words,
  roles: Type.Optional(Names),
  groups: Type.Optional(Type.Array(Type.String())),
  contactInformation: Type.Optional(Type.Record(Type.String(), Type.String())),
});

/** A user (contract section 8). */
export const User = Type.Object({
  id: Type.String(),
  name: Type.String(),
  roles: Type.Array(HeldRole),
  groups: Type.Array(Group),
  uuid: Type.String(),
  contactInformation: Type.Record(Type.String(), Type.String()),
  namespace: Type.String(),
  applicationUser: Type.Boolean(),
  orkesWorkersApp: Type.Boolean(),
  orkesApiGateway: Type.Boolean(),
  orkesApp: Type.Boolean(),
  application: Type.Optional(Type.Object({ id: Type.String(), name: Type.String() })),
});

/**
 * Writes users with their groups and roles in two queries, however many they are. `permissionsOf` chooses between the
 * permissions of a role and what they come to.
 */
export function userAnswers(
  database: Database,
  users: readonly UserRecord[],
  permissionsOf?: (role: RoleRule) => readonly string[],
): Static<typeof User>[] {
  const groups = listGroupsWithIds(database, [...new Set(users.flatMap((user) => user.groups))]);
  const roles = heldRoles(
    database,
    [...users, ...groups].flatMap((holder) => holder.roles),
    permissionsOf,
  );
  const written = new Map(groups.map((group) => [group.id, groupAnswer(group, roles)]));
  return users.map((user) => ({
    id: user.id,
    name: user.name,
    roles: roles(user.roles),
    groups: user.groups.flatMap((id) => written.get(id) ?? []),
    uuid: user.uuid,
    contactInformation: { ...user.contactInformation },
    namespace: 'default',
    applicationUser: user.applicationId !== null,
    orkesWorkersApp: false,
    orkesApiGateway: false,
    orkesApp: false,
    ...(user.applicationId !== null && {
      application: { id: user.applicationId, name: user.applicationName ?? user.name },
    }),
  }));
}
