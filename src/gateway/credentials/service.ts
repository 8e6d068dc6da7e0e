import type { Credential } from '../upstream/client/credential.ts';
import { path } from '../upstream/client/path.ts';
import { parseBody } from '../upstream/reading/answer.ts';
import { object, text } from '../upstream/reading/shape.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { sendSignIn, sharedSignIn } from './shared-sign-in.ts';

/** An access key of the application that the gateway acts as. */
export interface ServiceKey {
  readonly keyId: string;
  readonly keySecret: string;
}

/** Tokens live at least 60 minutes, and clients renew them well before 45 (contract sections 2 and 21). */
const RENEW_AFTER_MS = 30 * 60_000;

/**
 * Signs in to the authorization API with a key pair, when first needed and whenever the token is old or was refused.
 *
 * @param signInMs how long a sign-in may take.
 * @param now the clock, in milliseconds.
 */
export function serviceCredential(
  upstream: Upstream,
  key: ServiceKey,
  signInMs: number,
  now: () => number = Date.now,
): Credential {
  return sharedSignIn(async () => {
    const answer = await sendSignIn(
      upstream,
      {
        path: path`/api/token`,
        headers: { accept: 'application/json', 'content-type': 'application/json' },
        body: JSON.stringify(key),
      },
      signInMs,
    );
    const token = text(object(parseBody(answer), 'token answer')['token'], 'token');
    upstream.guard.secrets.add(token, 2 * RENEW_AFTER_MS);
    return { headers: { 'x-authorization': token }, renewAfterMs: RENEW_AFTER_MS };
  }, now);
}
