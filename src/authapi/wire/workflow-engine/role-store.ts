import { type Static, Type } from '@sinclair/typebox';
import type { GrantWindow } from '../../policy/requests/grant-window.ts';
import type { RoleRecord } from '../../store/roles.ts';
import type { UserRecord } from '../../store/users.ts';
import { windowAnswer, windowFields } from './windows.ts';

const roleFields = {
  id: Type.String(),
  name: Type.String(),
  comment: Type.String(),
  permissions: Type.Array(Type.String()),
  explicit: Type.Boolean({ description: 'Held by the user itself' }),
  implicit: Type.Boolean({ description: 'Held through groups only' }),
  system: Type.Boolean(),
  access_group_id: Type.String(),
};

/** A role (contract section 19). */
export const StoreRole = Type.Object({ ...roleFields, ...windowFields, member_count: Type.Integer() });

/** A role that somebody holds. */
export const UserRole = Type.Object({ ...roleFields, ...windowFields });

/** A role to be given; one that is held through groups only is passed over. */
export const UserRoleBody = Type.Object({
  id: Type.String(),
  explicit: Type.Optional(Type.Boolean()),
  ...windowFields,
});

/** A user with its roles. */
export const StoreUser = Type.Object({
  id: Type.String(),
  principal: Type.String(),
  full_name: Type.String(),
  email: Type.String(),
  source_type: Type.String(),
  roles: Type.Array(UserRole),
  permissions: Type.Array(Type.String()),
});

/** A user as the local user store has it. */
export const LocalUser = Type.Object({
  id: Type.String(),
  username: Type.String(),
  full_name: Type.String(),
  display_name: Type.String(),
  email: Type.String(),
});

/** Writes a role and how many hold it. */
export function storeRoleAnswer(role: RoleRecord, memberCount: number): Static<typeof StoreRole> {
  return { ...userRoleAnswer(role, true, { type: 'PERMANENT' }), member_count: memberCount };
}

/** Writes a role that a user holds itself (`explicit`) or through groups, and until when. */
export function userRoleAnswer(
  role: RoleRecord,
  explicit: boolean,
  window: GrantWindow,
): Static<typeof UserRole> {
  return {
    id: role.id,
    name: role.name,
    comment: role.description,
    permissions: [...role.permissions],
    explicit,
    implicit: !explicit,
    system: role.type === 'system',
    access_group_id: '',
    ...windowAnswer(window),
  };
}

/** Writes a user with roles and permissions that were read before. */
export function storeUserAnswer(
  user: UserRecord,
  roles: Static<typeof UserRole>[],
  permissions: Iterable<string>,
): Static<typeof StoreUser> {
  return {
    id: user.uuid,
    principal: user.id,
    full_name: user.name,
    email: emailOf(user),
    source_type: 'local',
    roles,
    permissions: [...permissions],
  };
}

/** Writes a user for the local user store. */
export function localUserAnswer(user: UserRecord): Static<typeof LocalUser> {
  const { uuid: id, id: username, name } = user;
  return { id, username, full_name: name, display_name: name || username, email: emailOf(user) };
}

/** The e-mail address on record, else an id that is one. */
function emailOf({ id, contactInformation }: UserRecord): string {
  return contactInformation['email'] ?? (id.includes('@') ? id : '');
}
