import { SignJWT } from 'jose';
import { ALGORITHM, type SigningKey } from './signing-key.ts';

/** Who signs tokens and for whom: both are this server. */
export const ISSUER = 'rolegraph';

/** How long a token lives unless its caller asks otherwise: 12 hours. Clients renew after 30 to 45 minutes. */
export const DEFAULT_LIFETIME = 12 * 60 * 60;

/** Above this, `expiration` is in milliseconds: a year of seconds (contract section 2). */
const LONGEST_IN_SECONDS = 31_536_000;

/** Whom a token speaks for. */
export interface TokenSubject {
  readonly id: string;
  readonly uuid: string;
  /** The access key it was signed in with; a token made by the command line has none. */
  readonly keyId: string | null;
}

/** Signs a token. `now` is in epoch milliseconds, `lifetime` in seconds; null means that it never expires. */
export async function issueToken(
  key: SigningKey,
  subject: TokenSubject,
  now: number,
  lifetime: number | null = DEFAULT_LIFETIME,
): Promise<string> {
  const issuedAt = Math.floor(now / 1000);
  const claims = { uuid: subject.uuid, ...(subject.keyId !== null && { accessKey: subject.keyId }) };
  const token = new SignJWT(claims)
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
    .setSubject(subject.id)
    .setIssuer(ISSUER)
    .setAudience(ISSUER)
    .setIssuedAt(issuedAt);
  if (lifetime !== null) token.setExpirationTime(issuedAt + lifetime);
  return await token.sign(key.privateKey);
}

/**
 * Reads the `expiration` of a token request into whole seconds, null for never (contract section 2: negative is never,
 * up to 31,536,000 seconds, above that milliseconds).
 */
export function lifetimeOf(expiration: number | undefined): number | null {
  if (expiration === undefined) return DEFAULT_LIFETIME;
  if (expiration < 0) return null;
  return Math.floor(expiration <= LONGEST_IN_SECONDS ? expiration : expiration / 1000);
}
