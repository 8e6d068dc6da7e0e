import type { JWTPayload } from 'jose';
import { findAccessKey } from '../store/access-keys.ts';
import type { Database } from '../store/database.ts';
import type { FindIdentity, Identity } from '../store/identities.ts';
import { invalidToken, type ReadClaims } from './claims.ts';

/** Who is behind a token, and what it says. */
export interface VerifiedToken extends Identity {
  readonly claims: JWTPayload;
}

/** What tokens are checked against. */
export interface TokenFacts {
  readonly readClaims: ReadClaims;
  readonly findIdentity: FindIdentity;
  readonly database: Database;
}

/**
 * Checks a token and finds whom it speaks for. Throws 401 `EXPIRED_TOKEN` or `INVALID_TOKEN` (contract sections 1 and
 * 7): a token dies with its user and its access key, and sleeps while that key is inactive. `now` is in epoch
 * milliseconds.
 */
export async function verifyToken(token: string, facts: TokenFacts, now: number): Promise<VerifiedToken> {
  const claims = await facts.readClaims(token, now);
  const identity = claims.sub === undefined ? null : facts.findIdentity(claims.sub);
  if (identity === null || identity.user.uuid !== claims['uuid']) {
    throw invalidToken(`Its user ${claims.sub} is no longer there`);
  }
  const keyId = claims['accessKey'];
  if (typeof keyId === 'string' && findAccessKey(facts.database, keyId)?.status !== 'ACTIVE') {
    throw invalidToken(`Its access key ${keyId} is inactive or deleted`);
  }
  return { ...identity, claims };
}
