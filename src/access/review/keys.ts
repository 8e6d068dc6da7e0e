import { applicationUserId } from '../facts/keys.ts';
import { type Finder, type FindingKind, finding, type KeyFact } from './finding.ts';

/** Finds active keys that are old. When a key was last used, REST does not tell. */
export const oldKeys: Finder = ({ keys, keysOldBefore }) =>
  keys
    .filter(({ isActive, createdAt }) => isActive && createdAt !== null && createdAt < keysOldBefore)
    .map((key) => ofKey('OLD_ACCESS_KEY', key));

/** Finds keys that are inactive, and so unused: they could be deleted. */
export const inactiveKeys: Finder = ({ keys }) =>
  keys.filter(({ isActive }) => !isActive).map((key) => ofKey('INACTIVE_ACCESS_KEY', key));

function ofKey(kind: FindingKind, key: KeyFact) {
  const subject = { type: 'USER', id: applicationUserId(key.applicationId) } as const;
  return finding(kind, { subject, key, at: key.createdAt });
}
