import { type Principal, principalOf } from '../policy/principal.ts';
import type { Database } from './database.ts';
import { listGroupsWithIds } from './groups.ts';
import { listRolesNamed, type RoleRecord } from './roles.ts';
import type { UserRecord } from './users.ts';

/** Gathers what policy has to know about a user: its own roles and those of its groups, as they are now. */
export function getPrincipal(database: Database, user: UserRecord): Principal {
  return principalOf(user, listEffectiveRoles(database, user));
}

/** Lists the roles that count for a user: its own and those of its groups. */
export function listEffectiveRoles(database: Database, user: UserRecord): RoleRecord[] {
  const groups = listGroupsWithIds(database, user.groups);
  const names = new Set([...user.roles, ...groups.flatMap((group) => group.roles)]);
  return listRolesNamed(database, [...names]);
}
