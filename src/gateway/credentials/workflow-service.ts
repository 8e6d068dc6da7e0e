import type { Credential } from '../upstream/client/credential.ts';
import { path } from '../upstream/client/path.ts';
import { parseBody } from '../upstream/reading/answer.ts';
import { object, optionalInteger, text } from '../upstream/reading/shape.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { sendSignIn, sharedSignIn } from './shared-sign-in.ts';

/** The two pairs that signing in to the workflow engine takes (contract section 16). */
export interface WorkflowServiceKey {
  readonly oauthClientId: string;
  readonly oauthClientSecret: string;
  readonly apiClientId: string;
  readonly apiClientSecret: string;
}

/** Part of a token's life after which it is renewed: what is left outlasts any operation. */
const RENEW_AFTER = 0.8;
/** For an engine that does not tell how long its tokens live; contract section 16 shows 300 s. */
const USUAL_LIFE_SECONDS = 300;

/**
 * Signs in to the workflow engine by OAuth's password grant, when first needed and whenever the token is old or was
 * refused.
 *
 * @param signInMs how long a sign-in may take.
 * @param now the clock, in milliseconds.
 */
export function workflowServiceCredential(
  upstream: Upstream,
  key: WorkflowServiceKey,
  signInMs: number,
  now: () => number = Date.now,
): Credential {
  const client = Buffer.from(`${key.oauthClientId}:${key.oauthClientSecret}`).toString('base64');
  const form = new URLSearchParams({
    grant_type: 'password',
    username: key.apiClientId,
    password: key.apiClientSecret,
  });
  return sharedSignIn(async () => {
    const answer = await sendSignIn(
      upstream,
      {
        path: path`/auth/api/v1/oauth/token`,
        headers: {
          accept: 'application/json',
          authorization: `Basic ${client}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: form.toString(),
      },
      signInMs,
    );
    const body = object(parseBody(answer), 'token answer');
    const lifeSeconds = optionalInteger(body['expires_in'], 'expires_in') ?? USUAL_LIFE_SECONDS;
    const token = text(body['access_token'], 'access_token');
    upstream.guard.secrets.add(token, 2 * lifeSeconds * 1000);
    return {
      headers: { authorization: `Bearer ${token}` },
      renewAfterMs: lifeSeconds * 1000 * RENEW_AFTER,
    };
  }, now);
}
