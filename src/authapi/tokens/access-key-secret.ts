import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new secret and what is kept of it. */
export interface AccessKeySecret {
  readonly secret: string;
  readonly digest: Uint8Array;
}

/** Makes a secret of 256 random bits. It is long enough that a plain digest, without salt or stretching, hides it. */
export function newAccessKeySecret(): AccessKeySecret {
  const secret = randomBytes(32).toString('base64url');
  return { secret, digest: digestOf(secret) };
}

/** Compares a secret with a kept digest, in a time that tells nothing about either. */
export function matchesSecret(secret: string, digest: Uint8Array): boolean {
  return timingSafeEqual(digestOf(secret), digest);
}

function digestOf(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest();
}
