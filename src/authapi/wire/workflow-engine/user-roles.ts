import type { Static } from '@sinclair/typebox';
import type { Database } from '../../store/database.ts';
import { listEffectiveRoles } from '../../store/principals.ts';
import { listLastingRoles, listRoleWindows } from '../../store/role-windows.ts';
import type { UserRecord } from '../../store/users.ts';
import { type UserRole, userRoleAnswer } from './role-store.ts';

/** Lists the roles that count for a user now, which of them are its own, and until when. */
export function userRoleAnswers(database: Database, user: UserRecord): Static<typeof UserRole>[] {
  const lasting = new Set(listLastingRoles(database, user.id));
  const windows = listRoleWindows(database, user.id);
  return listEffectiveRoles(database, user).map((role) => {
    const window = lasting.has(role.name)
      ? undefined
      : windows.find((held) => held.role === role.name)?.window;
    const explicit = lasting.has(role.name) || window !== undefined;
    return userRoleAnswer(role, explicit, window ?? { type: 'PERMANENT' });
  });
}
