import { HttpError } from '../../upstream/errors/http-error.ts';
import type { GraphContext } from '../context.ts';
import { findGrantsOf, type GrantRecord, listOwnGrants } from './rest.ts';

/**
 * Reads the grants of a user itself. Who may not read users may still read its own, by a call that not every server has
 * (definitions page of the contract, section 26), and that tells no tags.
 *
 * @throws {UpstreamError} they cannot be read.
 */
export async function findGrantsOfUser(
  context: GraphContext,
  id: string,
): Promise<readonly GrantRecord[] | null> {
  const { authorization } = context;
  try {
    return await findGrantsOf(authorization, { type: 'USER', id });
  } catch (refusal) {
    if (!(refusal instanceof HttpError) || refusal.status !== 403 || (await context.actor()) !== id)
      throw refusal;
    return listOwnGrants(authorization, id).catch((error: unknown) => {
      throw error instanceof HttpError ? refusal : error;
    });
  }
}
