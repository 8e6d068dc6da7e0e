import type { RestClient } from '../upstream/client.ts';
import { path } from '../upstream/path.ts';
import { list, object } from '../upstream/shape.ts';
import { type RoleSnapshotRecord, roleSnapshot } from '../upstream/snapshots.ts';
import { type GrantWindowRecord, readWindow } from './wire.ts';

/** A role that is held for a limited time. */
export interface TimeBoxedRoleRecord {
  readonly role: RoleSnapshotRecord;
  readonly window: GrantWindowRecord;
  /** The engine's key of who holds it. */
  readonly userKey: string;
}

/**
 * Reads the roles that a user holds now and for a limited time; null if the engine knows no such user. Requests do not
 * tell that: a role may have been given or taken past them, and a floating grant begins later (contract section 19).
 */
export function findTimeBoxedRoles(
  client: RestClient,
  userKey: string,
): Promise<readonly TimeBoxedRoleRecord[] | null> {
  return client.find(path`/role-store/api/v1/users/${userKey}/roles`, (body) =>
    list(object(body, 'roles')['items'], 'roles.items', (item) => {
      const window = readWindow(object(item, 'role'), '');
      return window && window.type !== 'PERMANENT'
        ? [{ role: roleSnapshot(item, 'role'), window, userKey }]
        : [];
    }).flat(),
  );
}
