import type { RestClient } from '../../upstream/client/client.ts';
import { UpstreamError } from '../../upstream/errors/upstream-error.ts';
import { findGrantsOf, type GrantRecord } from '../grants/rest.ts';

/**
 * Reads the direct grants of a role; null where the server does not list them, for the call is optional (contract
 * section 11). They can still be found among the grants on a target.
 */
export async function findGrantsOfRole(
  client: RestClient,
  id: string,
): Promise<readonly GrantRecord[] | null> {
  try {
    return await findGrantsOf(client, { type: 'ROLE', id });
  } catch (error) {
    if (error instanceof UpstreamError && (error.status === 404 || error.status === 405)) return null;
    throw error;
  }
}
