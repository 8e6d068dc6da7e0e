import type { Credential } from '../upstream/client/credential.ts';
import { HttpError } from '../upstream/errors/http-error.ts';
import type { Token } from './token.ts';

/** Passes the caller's token through to the authorization API; the gateway decides nothing about it. */
export function callerCredential(token: Token | null): Credential {
  return unchanging(token === null ? {} : { 'x-authorization': token });
}

/** Passes the caller's token through to the workflow engine. */
export function workflowCallerCredential(token: Token | null): Credential {
  return unchanging(token === null ? {} : { authorization: `Bearer ${token}` });
}

/** Signs nothing: what it calls takes no token, since it gives one. */
export const UNSIGNED: Credential = unchanging({});

/** Whoever sent nothing is told to, where the upstream asks who calls. It is asked all the same, and says what it says. */
export const NOBODY: Credential = {
  headers: () => ({}),
  renew(_signed, { status }) {
    throw new HttpError({
      status,
      message: `No token was sent. Add the header "Authorization: Bearer <token>" (status ${status}).`,
      upstreamCode: 'INVALID_TOKEN',
    });
  },
};

function unchanging(headers: Readonly<Record<string, string>>): Credential {
  return { headers: () => headers };
}
