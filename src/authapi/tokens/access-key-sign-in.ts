import { findAccessKey } from '../store/access-keys.ts';
import { applicationUserId } from '../store/applications.ts';
import type { Database } from '../store/database.ts';
import { getUser } from '../store/users.ts';
import { matchesSecret } from './access-key-secret.ts';
import type { TokenSubject } from './issue.ts';

/** Finds whom an access key signs in: its application's user; null for a wrong or an inactive pair. */
export function signInWithAccessKey(database: Database, keyId: string, secret: string): TokenSubject | null {
  const key = findAccessKey(database, keyId);
  if (key?.status !== 'ACTIVE' || !matchesSecret(secret, key.secretDigest)) return null;
  const { id, uuid } = getUser(database, applicationUserId(key.applicationId));
  return { id, uuid, keyId };
}
