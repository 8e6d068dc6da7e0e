import type { Database } from './database.ts';
import { COUNTS_NOW } from './role-windows.ts';

/** Counts who holds each role now, itself or through groups: role name to number; roles nobody holds are left out. */
export function countRoleMembers(database: Database): Map<string, number> {
  const rows = database.all<{ role: string; members: number }>(
    `SELECT role, count(*) AS members FROM (
       SELECT role, user_id FROM user_roles
       UNION SELECT role, user_id FROM role_windows WHERE ${COUNTS_NOW}
       UNION SELECT role, user_id FROM group_roles JOIN group_members USING (group_id))
     GROUP BY role`,
  );
  return new Map(rows.map(({ role, members }) => [role, members]));
}
