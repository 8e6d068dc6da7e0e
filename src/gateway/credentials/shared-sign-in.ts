import type { Credential, SignedHeaders } from '../upstream/client/credential.ts';
import type { RestAnswer, RestCall } from '../upstream/client/rest-call.ts';
import { secretsOf } from '../upstream/client/secrets-of-call.ts';
import { HttpError } from '../upstream/errors/http-error.ts';
import { SignInError } from '../upstream/errors/sign-in-error.ts';
import { TimeoutError } from '../upstream/errors/timeout-error.ts';
import { ResilientCall } from '../upstream/resilience/resilient-call.ts';
import type { Upstream } from '../upstream/upstream.ts';

/** What a sign-in gave, and for how long it is to be used. */
export interface SignedIn {
  readonly headers: SignedHeaders;
  /** Milliseconds after which to sign in again, well before the token expires. */
  readonly renewAfterMs: number;
}

/**
 * Signs in when first needed, and again when the token is old or was refused. Operations that need a token at the
 * same time share one sign-in, and a failed one is tried again by the next that needs it.
 *
 * @param now the clock, in milliseconds.
 */
export function sharedSignIn(signIn: () => Promise<SignedIn>, now: () => number): Credential {
  let current: { readonly headers: Promise<SignedHeaders>; got?: SignedHeaders; renewAt: number } | null =
    null;

  function headers(): Promise<SignedHeaders> {
    if (current && now() < current.renewAt) return current.headers;
    const startedAt = now();
    const signingIn = signIn();
    const started: NonNullable<typeof current> = {
      headers: signingIn.then((signedIn) => signedIn.headers),
      renewAt: Infinity,
    };
    current = started;
    signingIn.then(
      (signedIn) => {
        started.got = signedIn.headers;
        started.renewAt = startedAt + signedIn.renewAfterMs;
      },
      () => {
        if (current === started) current = null;
      },
    );
    return started.headers;
  }

  return {
    headers,
    async renew(refused) {
      // Of several calls refused together only the first finds its own headers still in use.
      if (current?.got === refused) current = null;
      await headers();
      return true;
    },
  };
}

/**
 * Sends the one call of a sign-in, as a read: a token more changes nothing.
 *
 * @param signInMs how long it may take, with its repeats.
 * @throws {SignInError} if the upstream refuses it, or fails.
 * @throws {UpstreamError} for everything else but success.
 */
export async function sendSignIn(
  upstream: Upstream,
  call: Omit<RestCall, 'method'>,
  signInMs: number,
): Promise<RestAnswer> {
  const sent = new ResilientCall(upstream.guard, {
    operation: upstream,
    deadline: performance.now() + signInMs,
    callClass: 'READ',
    method: 'POST',
    path: call.path,
    send: () => upstream.send({ method: 'POST', ...call }),
    secrets: () => secretsOf(call),
    read: (answer) => answer,
  });
  const timer = setTimeout(() => sent.abort(new TimeoutError(upstream.name)), signInMs);
  return sent.answer
    .catch((error: unknown) => {
      if (!(error instanceof HttpError)) throw error;
      throw new SignInError(upstream.name, error);
    })
    .finally(() => clearTimeout(timer));
}
