import { decodeJwt } from 'jose';
import { storedUserId } from '../../access/facts/keys.ts';
import type { Credential } from '../upstream/client/credential.ts';

/**
 * Reads from a token for the authorization API whose it is: its `sub` is the id of a user (contract section 2). Nothing
 * is decided by it. It is told only beside what the upstream has let this token do, which is what vouches for it.
 *
 * @returns null where there is no token, or none that can be read.
 */
export async function actorOf(credential: Credential): Promise<string | null> {
  try {
    const { 'x-authorization': token } = await credential.headers();
    const subject = token === undefined ? undefined : decodeJwt(token).sub;
    return subject ? storedUserId(subject) : null;
  } catch {
    return null;
  }
}
