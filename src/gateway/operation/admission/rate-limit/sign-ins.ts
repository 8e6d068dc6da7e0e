import { addressKey } from '../../../credentials/caller-key.ts';
import type { PointLimit } from './point-limit.ts';
import { rateLimited } from './rate-limited.ts';

/**
 * Counts an attempt to sign in, by the address it comes from: guesses come with no credential, and were they counted by
 * key, anybody could keep the owner of a key from signing in.
 *
 * @throws {GraphQLError} there were too many.
 */
export async function countSignIn(limit: PointLimit, address: string): Promise<void> {
  const waitMs = await limit.take([addressKey(address)], 1);
  if (waitMs > 0) throw rateLimited('There were too many attempts to sign in from this address.', waitMs);
}
