import { floatingLength, type GrantWindow } from '../policy/requests/grant-window.ts';
import type { Database } from './database.ts';

/** A role that a user holds for some time only. */
export interface RoleWindowRecord {
  readonly role: string;
  /** A floating window that has not started yet; one that has is TIME_RESTRICTED. */
  readonly window: GrantWindow;
}

interface RoleWindowRow {
  role: string;
  floating_hours: number | null;
  starts_at: number | null;
  ends_at: number | null;
}

/** The SQL condition that a row of `role_windows` counts at this moment. What is worked out with it holds until `nextWindowTurn`. */
export const COUNTS_NOW = '(starts_at IS NULL OR (starts_at <= now_ms() AND now_ms() < ends_at))';

/** Gives a user a role for a window; `requestId` is the request that led to it. PERMANENT lasts. */
export function giveRole(
  database: Database,
  userId: string,
  role: string,
  window: GrantWindow,
  requestId: string | null = null,
): void {
  if (window.type === 'PERMANENT') {
    database.run('INSERT INTO user_roles (user_id, role) VALUES (?, ?) ON CONFLICT DO NOTHING', userId, role);
    return;
  }
  const isFloating = window.type === 'FLOATING';
  database.run(
    `INSERT INTO role_windows (user_id, role, request_id, floating_hours, starts_at, ends_at)
     VALUES (?, ?, ?, ?, ?, ?)`,
    userId,
    role,
    requestId,
    isFloating ? window.hours : null,
    isFloating ? null : window.start,
    isFloating ? null : window.end,
  );
}

/** Takes a role from a user, lasting or in whatever window; one it does not hold is fine. */
export function takeRole(database: Database, userId: string, role: string): void {
  database.run('DELETE FROM user_roles WHERE user_id = ? AND role = ?', userId, role);
  database.run('DELETE FROM role_windows WHERE user_id = ? AND role = ?', userId, role);
}

/**
 * Makes the roles a user holds now exactly `roles`. One that it holds for some time only goes on as it is: whoever
 * reads a user and writes it back does not make its roles last. Windows that are yet to begin stay too.
 */
export function setRoles(database: Database, userId: string, roles: readonly string[]): void {
  const wanted = JSON.stringify(roles);
  const unwanted = 'user_id = ? AND role NOT IN (SELECT value FROM json_each(?))';
  database.run(`DELETE FROM user_roles WHERE ${unwanted}`, userId, wanted);
  database.run(`DELETE FROM role_windows WHERE ${unwanted} AND ${COUNTS_NOW}`, userId, wanted);
  database.run(
    `INSERT INTO user_roles (user_id, role)
     SELECT ?1, value FROM json_each(?2)
     WHERE value NOT IN (SELECT role FROM role_windows WHERE user_id = ?1 AND ${COUNTS_NOW})
     ON CONFLICT DO NOTHING`,
    userId,
    wanted,
  );
}

/** Lists the roles a user holds for some time only and that count now, the one that lasts longest first. */
export function listRoleWindows(database: Database, userId: string): RoleWindowRecord[] {
  return database
    .all<RoleWindowRow>(
      `SELECT role, floating_hours, starts_at, ends_at FROM role_windows
       WHERE user_id = ? AND ${COUNTS_NOW} ORDER BY ends_at DESC NULLS FIRST`,
      userId,
    )
    .map(windowOf);
}

/** Lists the names of the roles that a user holds for good. */
export function listLastingRoles(database: Database, userId: string): string[] {
  return database
    .all<{ role: string }>('SELECT role FROM user_roles WHERE user_id = ?', userId)
    .map(({ role }) => role);
}

/** Takes every role from a user, lasting or not. */
export function clearRoles(database: Database, userId: string): void {
  database.run('DELETE FROM user_roles WHERE user_id = ?', userId);
  database.run('DELETE FROM role_windows WHERE user_id = ?', userId);
}

/**
 * Starts the floating windows of a user who has come to use them, at `now` in epoch milliseconds. Windows are removed
 * when they have ended, so the requests that led to them are told as well.
 */
export function startFloatingWindows(database: Database, userId: string, now: number): void {
  const waiting = 'FROM role_windows WHERE user_id = ?1 AND starts_at IS NULL';
  // Almost always there is none, and a read takes no lock.
  if (database.one(`SELECT 1 ${waiting}`, userId) === null) return;
  const values = [userId, now, floatingLength(1)];
  database.transaction(() => {
    database.run(
      `UPDATE requests
       SET document = json_set(document, '$.granted.start', ?2, '$.granted.end', ?2 + (document ->> '$.granted.hours') * ?3)
       WHERE id IN (SELECT request_id ${waiting})`,
      ...values,
    );
    database.run(
      `UPDATE role_windows SET starts_at = ?2, ends_at = ?2 + floating_hours * ?3
       WHERE user_id = ?1 AND starts_at IS NULL`,
      ...values,
    );
  });
}

/** Tells when the next window begins or ends after `now`, both in epoch milliseconds; Infinity where none does. */
export function nextWindowTurn(database: Database, now: number): number {
  const row = database.one<{ turn: number | null }>(
    `SELECT min(turn) AS turn FROM (
       SELECT min(starts_at) AS turn FROM role_windows WHERE starts_at > ?1
       UNION ALL SELECT min(ends_at) FROM role_windows WHERE ends_at > ?1)`,
    now,
  );
  return row?.turn ?? Number.POSITIVE_INFINITY;
}

/** How long a window stays after its end. A clock that ran ahead for less is put right, and nobody lost a role. */
const KEPT_AFTER_END = 30 * 24 * 60 * 60 * 1000;

/** Removes windows that ended long before `now`, and returns when the next one is to go; null if none is left. */
export function tidyRoleWindows(database: Database, now: number): number | null {
  database.run('DELETE FROM role_windows WHERE ends_at <= ?', now - KEPT_AFTER_END);
  const row = database.one<{ next: number | null }>('SELECT min(ends_at) AS next FROM role_windows');
  const next = row?.next ?? null;
  return next === null ? null : next + KEPT_AFTER_END;
}

function windowOf({
  role,
  floating_hours: hours,
  starts_at: start,
  ends_at: end,
}: RoleWindowRow): RoleWindowRecord {
  if (start !== null && end !== null) return { role, window: { type: 'TIME_RESTRICTED', start, end } };
  return { role, window: { type: 'FLOATING', hours: hours ?? 0 } };
}
