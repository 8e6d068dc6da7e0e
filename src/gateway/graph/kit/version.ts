import { createHash } from 'node:crypto';
import type { GroupRecord } from '../groups/rest.ts';
import type { UserRecord } from '../users/rest.ts';
import { UserError } from './user-error.ts';

/** Stands for the version of what does not exist. */
export const NO_VERSION = 'NONE';

/** Gives the version of a user: a fingerprint of what writing it replaces, the same wherever it is read. */
export function userVersion(user: UserRecord | null): string {
  if (!user) return NO_VERSION;
  const { name, roleIds, groupIds, contact } = user;
  return fingerprint([name, roleIds.toSorted(), groupIds.toSorted(), contact]);
}

/** Gives the version of a group: a fingerprint of what writing it replaces. */
export function groupVersion(group: GroupRecord | null): string {
  if (!group) return NO_VERSION;
  const { description, roleIds, contact } = group;
  const defaultAccess = group.defaultAccess
    .map(({ targetType, access }) => [targetType, access.toSorted()] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return fingerprint([description, roleIds.toSorted(), defaultAccess, contact]);
}

/** What was to be written over is not what the caller has seen. */
export class VersionConflict extends UserError {
  /** @param payload what is there now. */
  constructor(what: 'user' | 'group', payload: object) {
    const message = `The ${what} was changed since. Look at what it is now, and write again with its version.`;
    super('CONFLICT', message, ['ifVersion'], payload);
  }
}

function fingerprint(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 16);
}
