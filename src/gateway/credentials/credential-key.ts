import { createHash } from 'node:crypto';
import type { Credential } from '../upstream/credential.ts';

/**
 * Names a caller by its whole credential, without giving it away: what is kept under this name for one caller is found
 * by no other.
 *
 * @throws {UpstreamError} the gateway cannot sign in with a key of its own.
 */
export async function credentialKey(credential: Credential): Promise<string> {
  const headers = await credential.headers();
  return createHash('sha256').update(JSON.stringify(headers)).digest('base64url');
}
