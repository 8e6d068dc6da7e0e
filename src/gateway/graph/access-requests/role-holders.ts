import type { RestClient } from '../../upstream/client/client.ts';
import { path } from '../../upstream/client/path.ts';
import { type OffsetPage, offsetPage, pageOfPath, wholeList } from '../../upstream/reading/offset-pages.ts';
import { object, text } from '../../upstream/reading/shape.ts';
import { type RoleSnapshotRecord, roleSnapshot } from '../../upstream/reading/snapshots.ts';
import { type GrantWindowRecord, readWindow } from './wire.ts';

/**
 * A user by its key in the engine, with the roles that it holds now. Requests do not tell that: a role may have been
 * given or taken past them, and a floating grant begins later (contract section 19).
 */
export interface RoleHolderRecord {
  readonly id: string;
  readonly roles: readonly HeldRoleRecord[];
}

/** A role that somebody holds, and when it began or ends. */
export interface HeldRoleRecord {
  readonly role: RoleSnapshotRecord;
  readonly window: GrantWindowRecord | null;
  /** The engine's key of who holds it. */
  readonly userKey: string;
}

/** A role that is held for a limited time. */
export interface TimeBoxedRoleRecord extends HeldRoleRecord {
  readonly window: GrantWindowRecord;
}

/** Tells whether a role is held for a limited time. */
export function isTimeBoxed(held: HeldRoleRecord): held is TimeBoxedRoleRecord {
  return held.window !== null && held.window.type !== 'PERMANENT';
}

/** Reads what one user holds; null if the engine knows no such user. */
export function findRoleHolder(client: RestClient, key: string): Promise<RoleHolderRecord | null> {
  return client.find(path`/role-store/api/v1/users/${key}/roles`, (body) => ({
    id: key,
    roles: wholeList(body, 'roles', (item) => readRole(item, key)),
  }));
}

/** Reads a page of all users with what they hold; null for one whose roles the engine does not tell there. */
export function listRoleHolders(
  client: RestClient,
  offset: number,
  limit: number,
): Promise<OffsetPage<RoleHolderRecord | null>> {
  const page = pageOfPath(path`/role-store/api/v1/users/search`, offset, limit);
  return client.ask(page, (body) => offsetPage(body, 'users', readHolder), { keywords: '' });
}

function readHolder(body: unknown): RoleHolderRecord | null {
  const user = object(body, 'user');
  const id = text(user['id'], 'user.id');
  const { roles } = user;
  return Array.isArray(roles) ? { id, roles: roles.map((item) => readRole(item, id)) } : null;
}

function readRole(item: unknown, userKey: string): HeldRoleRecord {
  return { role: roleSnapshot(item, 'role'), window: readWindow(object(item, 'role'), ''), userKey };
}
