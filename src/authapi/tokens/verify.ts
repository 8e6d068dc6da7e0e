import type { JWTPayload } from 'jose';
import { findAccessKey } from '../store/access-keys.ts';
import type { Database } from '../store/database.ts';
import type { FindIdentity, Identity } from '../store/identities.ts';
import { invalidToken, refuseExpired } from './claims.ts';

/** Who is behind a token, and what it says. */
export interface TokenBearer extends Identity {
  readonly claims: JWTPayload;
}

/** What tokens are checked against. */
export interface TokenFacts {
  readonly findIdentity: FindIdentity;
  readonly database: Database;
}

/**
 * Finds whom the claims of a token speak for at `now`, in epoch milliseconds. Throws 401 `EXPIRED_TOKEN` or
 * `INVALID_TOKEN` (contract sections 1 and 7): a token dies with its user and its access key, and sleeps while that key
 * is inactive.
 */
export function bearerOf(
  claims: JWTPayload,
  { findIdentity, database }: TokenFacts,
  now: number,
): TokenBearer {
  refuseExpired(claims, now);
  const identity = claims.sub === undefined ? null : findIdentity(claims.sub);
  if (identity === null || identity.user.uuid !== claims['uuid']) {
    throw invalidToken(`Its user ${claims.sub} is no longer there`);
  }
  const keyId = claims['accessKey'];
  if (typeof keyId === 'string' && findAccessKey(database, keyId)?.status !== 'ACTIVE') {
    throw invalidToken(`Its access key ${keyId} is inactive or deleted`);
  }
  return { ...identity, claims };
}
