import type { IncomingHttpHeaders } from 'node:http';
import type { Credential } from '../upstream/credential.ts';

/**
 * Takes the caller's token from its request: `X-Authorization: <token>`, bare or after `Bearer`, as Conductor's
 * clients send it (contract section 1), else `Authorization: Bearer <token>`. Null if it sent none.
 */
export function tokenOf(headers: IncomingHttpHeaders): string | null {
  const own = headers['x-authorization'];
  const token = typeof own === 'string' ? own.replace(BEARER, '') : bearerToken(headers.authorization);
  return token?.trim() || null;
}

const BEARER = /^bearer +/i;

function bearerToken(header: string | undefined): string | undefined {
  return header !== undefined && BEARER.test(header) ? header.replace(BEARER, '') : undefined;
}

/**
 * Passes the caller's token through; the gateway decides nothing about it. Without one, the upstream is asked all
 * the same and says what it says.
 */
export function callerCredential(token: string | null): Credential {
  const headers = token === null ? {} : { 'x-authorization': token };
  return { headers: () => headers, renew: () => false };
}
