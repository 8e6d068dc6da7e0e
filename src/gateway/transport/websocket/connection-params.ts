import { CredentialRefusal, readCredential, type SentCredential } from '../../credentials/sent-credential.ts';
import { CALLS_HEADER } from '../../operation/observation/upstream-trace-header.ts';

const CREDENTIAL_NAMES = new Set(['authorization', 'x-authorization']);
/** Headers that pages which send all of theirs along mean something else by. */
const OTHER_NAMES = new Set(['accept', 'content-type', CALLS_HEADER]);

/**
 * Reads the credential of a socket: that of its `connectionParams`, by the names of the headers in any case, since browsers
 * cannot set headers; else that of the upgrade. Who gives any here means these.
 *
 * @throws {CredentialRefusal} they hold something, and no credential that is understood.
 */
export function credentialOfSocket(
  upgrade: SentCredential,
  params: Readonly<Record<string, unknown>> = {},
): SentCredential {
  const sent = new Map<string, unknown>();
  let isEmpty = true;
  for (const [name, value] of Object.entries(params)) {
    const header = name.toLowerCase();
    if (!OTHER_NAMES.has(header)) isEmpty = false;
    if (!CREDENTIAL_NAMES.has(header)) continue;
    if (sent.has(header)) throw new CredentialRefusal(`connectionParams hold ${header} twice. Send it once.`);
    sent.set(header, value);
  }
  if (isEmpty) return upgrade;
  const credential = readCredential(Object.fromEntries(sent));
  if (!credential) {
    throw new CredentialRefusal('connectionParams hold no token. Send {"Authorization": "Bearer <token>"}.');
  }
  return credential;
}
