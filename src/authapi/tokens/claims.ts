import { errors, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { ApiError } from '../api-error.ts';
import { ISSUER } from './issue.ts';
import { ALGORITHM, type SigningKey } from './signing-key.ts';

/**
 * Reads the claims of a token that was signed here and has not expired at `now`, in epoch milliseconds. Throws 401
 * `EXPIRED_TOKEN` or `INVALID_TOKEN`. Whether its user and its key are still there is another question.
 */
export type ReadClaims = (token: string, now: number) => Promise<JWTPayload>;

/** How many tokens are known by their text, some 500 bytes each. Only what was signed here gets in. */
const CAPACITY = 10_000;

/** Makes the reader of claims, which checks the signature of a token only when it comes for the first time. */
export function rememberClaims(key: SigningKey): ReadClaims {
  const known = new LRUCache<string, JWTPayload>({ max: CAPACITY });
  return async (token, now) => {
    const claims = known.get(token);
    if (claims === undefined) {
      const verified = await verify(token, key, now);
      known.set(token, verified);
      return verified;
    }
    refuseExpired(claims, now);
    return claims;
  };
}

/** Refuses claims that have expired at `now`, in epoch milliseconds, with 401 `EXPIRED_TOKEN`. */
export function refuseExpired({ exp }: JWTPayload, now: number): void {
  if (exp !== undefined && exp <= Math.floor(now / 1000)) throw expiredToken();
}

/**
 * Tells whether a token is spelled as it was issued. Base64url ends in bits that mean nothing, and its readers pass over
 * padding and blanks: without this, one token has many texts, and is counted as many.
 */
function isCanonical(token: string): boolean {
  const parts = token.split('.');
  return parts.every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
}

async function verify(token: string, key: SigningKey, now: number): Promise<JWTPayload> {
  if (!isCanonical(token)) throw invalidToken('It is not spelled as it was issued');
  try {
    const { payload } = await jwtVerify(token, key.publicKey, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: ISSUER,
      currentDate: new Date(now),
      requiredClaims: ['sub', 'iat', 'uuid'],
    });
    return payload;
  } catch (error) {
    throw error instanceof errors.JWTExpired
      ? expiredToken()
      : invalidToken('It was not issued by this server');
  }
}

function expiredToken(): ApiError {
  return new ApiError(401, 'The token has expired; get a new one from POST /api/token', {
    code: 'EXPIRED_TOKEN',
  });
}

/** Makes the 401 of a token that cannot be used; a new one may. */
export function invalidToken(reason: string): ApiError {
  return new ApiError(401, `The token is not valid: ${reason}. Get one from POST /api/token`, {
    code: 'INVALID_TOKEN',
  });
}
