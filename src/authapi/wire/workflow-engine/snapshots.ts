import { type Static, Type } from '@sinclair/typebox';
import { faulty } from '../../engine-error.ts';
import type { RoleSnapshot, UserSnapshot } from '../../policy/requests/role-workflow.ts';
import type { Database } from '../../store/database.ts';
import { listRolesWithIds } from '../../store/roles.ts';
import type { UserRecord } from '../../store/users.ts';

/** A role as clients send it: its id; the server knows its name. */
export const RoleReference = Type.Object({ id: Type.String() });

/** A role as it was called when it was written down. */
export const RoleName = Type.Object({
  id: Type.String(),
  name: Type.String(),
  deleted: Type.Optional(Type.Boolean({ description: 'True once the role is gone' })),
});

/** A user as it was called when it was written down. */
export const UserName = Type.Object({ id: Type.String(), display_name: Type.String() });

/** Writes a role that was written down before, and whether it is gone. */
export type RoleNames = (role: RoleSnapshot) => Static<typeof RoleName>;

/** Looks up once which of some roles are still there. */
export function roleNames(database: Database, roles: Iterable<RoleSnapshot>): RoleNames {
  const ids = [...new Set(Array.from(roles, (role) => role.id))];
  const living = new Set(listRolesWithIds(database, ids).map((role) => role.id));
  return ({ id, name }) => ({ id, name, ...(!living.has(id) && { deleted: true }) });
}

/** Takes down the names of roles by their ids. Throws 400 naming the first that is not there. */
export function roleSnapshots(
  database: Database,
  sent: readonly Static<typeof RoleReference>[],
  property: string,
): RoleSnapshot[] {
  const references = new Map(sent.map((reference) => [reference.id, reference]));
  return Array.from(references.values(), (reference) => roleSnapshot(database, reference, property));
}

/** Takes down the name of a role by its id. Throws 400 if it is not there. */
export function roleSnapshot(
  database: Database,
  { id }: Static<typeof RoleReference>,
  property: string,
): RoleSnapshot {
  const role = listRolesWithIds(database, [id])[0];
  if (role !== undefined) return { id, name: role.name };
  throw faulty('OBJECT_NOT_FOUND', property, `names no role: ${id}; GET /role-store/api/v1/roles lists them`);
}

/** Takes down what a user is called: its full name, else what it signs in as (contract section 19). */
export function userSnapshot({ uuid, name, id }: UserRecord): UserSnapshot {
  return { id: uuid, displayName: name === '' ? id : name };
}

/** Writes a user that was written down before. */
export function userNameAnswer({ id, displayName }: UserSnapshot): Static<typeof UserName> {
  return { id, display_name: displayName };
}
