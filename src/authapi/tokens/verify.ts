import { errors, type JWTPayload, jwtVerify } from 'jose';
import { ApiError } from '../api-error.ts';
import { findAccessKey } from '../store/access-keys.ts';
import type { Database } from '../store/database.ts';
import { findUser, type UserRecord } from '../store/users.ts';
import { ISSUER } from './issue.ts';
import { ALGORITHM, type SigningKey } from './signing-key.ts';

/** Who is behind a token, and what it says. */
export interface VerifiedToken {
  readonly user: UserRecord;
  readonly claims: JWTPayload;
}

/**
 * Checks a token and finds whom it speaks for. Throws 401 `EXPIRED_TOKEN` or `INVALID_TOKEN` (contract sections 1 and
 * 7): a token dies with its user and its access key, and sleeps while that key is inactive. `now` is in epoch
 * milliseconds.
 */
export async function verifyToken(
  token: string,
  key: SigningKey,
  database: Database,
  now: number,
): Promise<VerifiedToken> {
  const claims = await verifyClaims(token, key, now);
  const user = claims.sub === undefined ? null : findUser(database, claims.sub);
  if (user === null || user.uuid !== claims['uuid']) {
    throw invalidToken(`Its user ${claims.sub} is no longer there`);
  }
  const keyId = claims['accessKey'];
  if (typeof keyId === 'string' && findAccessKey(database, keyId)?.status !== 'ACTIVE') {
    throw invalidToken(`Its access key ${keyId} is inactive or deleted`);
  }
  return { user, claims };
}

async function verifyClaims(token: string, key: SigningKey, now: number): Promise<JWTPayload> {
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
    if (error instanceof errors.JWTExpired) {
      throw new ApiError(401, 'The token has expired; get a new one from POST /api/token', {
        code: 'EXPIRED_TOKEN',
      });
    }
    throw invalidToken('It was not issued by this server');
  }
}

/** Makes the 401 of a token that cannot be used; a new one may. */
export function invalidToken(reason: string): ApiError {
  return new ApiError(401, `The token is not valid: ${reason}. Get one from POST /api/token`, {
    code: 'INVALID_TOKEN',
  });
}
