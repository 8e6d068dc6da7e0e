import type { IncomingHttpHeaders } from 'node:http';
import type { Credential } from '../upstream/credential.ts';

/**
 * Takes the caller's token for the authorization API from its request: `X-Authorization: <token>`, bare or after
 * `Bearer`, as Conductor's clients send it (contract section 1), else `Authorization: Bearer <token>`. Null if it sent
 * none.
 */
export function tokenOf(headers: IncomingHttpHeaders): string | null {
  return conductorToken(headers) ?? bearerToken(headers);
}

/**
 * Takes the caller's token for the workflow engine: `Authorization: Bearer <token>`, as PrivX's clients send it
 * (contract section 15), else `X-Authorization`. So one token goes to both upstreams, and of two each goes to its own.
 */
export function workflowTokenOf(headers: IncomingHttpHeaders): string | null {
  return bearerToken(headers) ?? conductorToken(headers);
}

const BEARER = /^bearer +/i;

function conductorToken({ 'x-authorization': header }: IncomingHttpHeaders): string | null {
  return (typeof header === 'string' && header.replace(BEARER, '').trim()) || null;
}

function bearerToken({ authorization: header }: IncomingHttpHeaders): string | null {
  return (header !== undefined && BEARER.test(header) && header.replace(BEARER, '').trim()) || null;
}

/**
 * Passes the caller's token through to the authorization API; the gateway decides nothing about it. Without one, the
 * upstream is asked all the same and says what it says.
 */
export function callerCredential(token: string | null): Credential {
  return unchanging(token === null ? {} : { 'x-authorization': token });
}

/** Passes the caller's token through to the workflow engine. */
export function workflowCallerCredential(token: string | null): Credential {
  return unchanging(token === null ? {} : { authorization: `Bearer ${token}` });
}

function unchanging(headers: Readonly<Record<string, string>>): Credential {
  return { headers: () => headers };
}
