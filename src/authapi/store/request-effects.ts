import type { AccessRequest } from '../policy/requests/access-request.ts';
import type { RequestAction } from '../policy/requests/role-workflow.ts';
import { mixesReadOnly } from '../policy/system-roles.ts';
import type { Database } from './database.ts';
import { giveRole, takeRole } from './role-windows.ts';
import { listRolesWithIds } from './roles.ts';
import { findUserByUuid } from './users.ts';

/** Tells why the role of a request cannot be given to its target user now, or taken from it; null if it can. */
export function obstacleTo(database: Database, { action, role, target }: AccessRequest): string | null {
  const user = findUserByUuid(database, target.id);
  if (user === null) return `User ${target.displayName} is no longer there; delete the request or deny it`;
  if (listRolesWithIds(database, [role.id]).length === 0) {
    return `Role ${role.name} is no longer there; delete the request or deny it`;
  }
  if (action === 'GRANT' && mixesReadOnly([...user.roles, role.name])) {
    return `${target.displayName} would hold USER_READ_ONLY beside other roles, which it does not allow`;
  }
  return null;
}

/** Does with the role what a request came to. From a user or of a role that is gone, there is nothing to take. */
export function applyEffect(database: Database, effect: RequestAction, request: AccessRequest): void {
  const user = findUserByUuid(database, request.target.id);
  const role = listRolesWithIds(database, [request.role.id])[0];
  if (user === null || role === undefined) return;
  if (effect === 'GRANT') giveRole(database, user.id, role.name, request.granted, request.id);
  else takeRole(database, user.id, role.name);
}
