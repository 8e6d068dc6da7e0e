import { objectNotFound } from '../engine-error.ts';
import type { Caller } from '../http/authentication.ts';
import { can } from '../policy/can.ts';
import type { Database } from '../store/database.ts';
import { findUserByUuid, type UserRecord } from '../store/users.ts';
import { allow } from './permission.ts';

/** Gets a user by its UUID for a caller who is that user or may read users: 403 if it may not, 404 if unknown. */
export function getVisibleUser(database: Database, { user, principal }: Caller, id: string): UserRecord {
  if (user.uuid !== id) allow(can(principal, 'readUsers'));
  const found = findUserByUuid(database, id);
  if (found === null) throw objectNotFound('user', id);
  return found;
}
