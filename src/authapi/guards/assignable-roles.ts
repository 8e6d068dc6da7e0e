import { invalid } from '../api-error.ts';
import { mixesReadOnly } from '../policy/system-roles.ts';
import type { Database } from '../store/database.ts';
import { listRolesNamed } from '../store/roles.ts';

/** Refuses a set of roles that nobody can hold, with a 400: an unknown one, or USER_READ_ONLY beside others. */
export function checkAssignable(database: Database, names: readonly string[], path: string): void {
  const known = new Set(listRolesNamed(database, names).map((role) => role.name));
  const unknown = names.find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw invalid(path, `must name roles that GET /api/roles lists, not ${unknown}`, unknown);
  }
  if (mixesReadOnly(names)) {
    throw invalid(path, 'must not hold USER_READ_ONLY beside other roles', names.join(', '));
  }
}
