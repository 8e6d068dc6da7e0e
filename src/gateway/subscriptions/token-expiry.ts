import type { Token } from '../credentials/token.ts';

/**
 * Reads when a token expires, in epoch milliseconds, without trusting it: this ends streams in time, and grants nothing.
 * Null for a token that is not a JWT, or has no end.
 */
export function tokenExpiry(token: Token): number | null {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const isClaims = typeof claims === 'object' && claims !== null && 'exp' in claims;
    return isClaims && typeof claims.exp === 'number' ? claims.exp * 1000 : null;
  } catch {
    return null;
  }
}
