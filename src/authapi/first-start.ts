import { join } from 'node:path';
import type { AuthApiContext } from './context.ts';
import { hasAdministrator, insertAdministrator } from './store/administrator.ts';
import { newAccessKeySecret } from './tokens/access-key-secret.ts';
import { writeSecretFile } from './tokens/secret-file.ts';

/** A key pair that signs in as ADMIN. */
export interface AdminKey {
  readonly keyId: string;
  readonly keySecret: string;
}

/**
 * Gives a new store its administrator and returns the key, also written to `admin-key.json` in the data folder (unless
 * that is `:memory:`). Returns null where a store has been given one before.
 */
export function ensureAdministrator({ database, newId, now }: AuthApiContext, data: string): AdminKey | null {
  return database.transaction(() => {
    if (hasAdministrator(database)) return null;
    const { secret, digest } = newAccessKeySecret();
    const adminKey = { keyId: newId(), keySecret: secret };
    insertAdministrator(database, {
      applicationId: newId(),
      keyId: adminKey.keyId,
      secretDigest: digest,
      at: now(),
    });
    // Before the commit: a crash in between makes the next start try again, instead of losing the secret for good.
    if (data !== ':memory:') writeSecretFile(join(data, 'admin-key.json'), `${JSON.stringify(adminKey)}\n`);
    return adminKey;
  });
}
