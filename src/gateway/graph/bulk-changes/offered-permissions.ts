import { HttpError } from '../../upstream/errors/http-error.ts';
import type { GraphContext } from '../context.ts';
import { listAvailablePermissions } from '../roles/rest.ts';

/**
 * Reads the names of the permissions that roles may have, in one call; null where the installation has no such list, and
 * so decides when they are written.
 */
export async function offeredPermissions({
  authorization,
}: GraphContext): Promise<ReadonlySet<string> | null> {
  try {
    return new Set(await listAvailablePermissions(authorization));
  } catch (error) {
    if (error instanceof HttpError && [404, 405].includes(error.status)) return null;
    throw error;
  }
}
