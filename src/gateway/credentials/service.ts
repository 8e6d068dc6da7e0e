import { parseBody, refusalOf } from '../upstream/answer.ts';
import type { Credential, SignedHeaders } from '../upstream/credential.ts';
import { HttpError } from '../upstream/errors/http-error.ts';
import { TimeoutError } from '../upstream/errors/timeout-error.ts';
import { path } from '../upstream/path.ts';
import { object, text } from '../upstream/shape.ts';
import type { Upstream } from '../upstream/upstream.ts';

/** An access key of the application that the gateway acts as. */
export interface ServiceKey {
  readonly keyId: string;
  readonly keySecret: string;
}

/** Tokens live at least 60 minutes, and clients renew them well before 45 (contract sections 2 and 21). */
const RENEW_AFTER_MS = 30 * 60_000;

/**
 * Signs in with a key pair when first needed, and again when the token is old or was refused. Operations that need
 * a token at the same time share one sign-in, and a failed one is tried again by the next that needs it.
 *
 * @param callMs how long a sign-in may take.
 * @param now the clock, in milliseconds.
 */
export function serviceCredential(
  upstream: Upstream,
  key: ServiceKey,
  callMs: number,
  now: () => number = Date.now,
): Credential {
  let signIn: { readonly startedAt: number; readonly headers: Promise<SignedHeaders> } | null = null;

  function headers(): Promise<SignedHeaders> {
    if (signIn && now() - signIn.startedAt < RENEW_AFTER_MS) return signIn.headers;
    const started = { startedAt: now(), headers: signInWith(upstream, key, callMs) };
    signIn = started;
    started.headers.catch(() => {
      if (signIn === started) signIn = null;
    });
    return started.headers;
  }

  return {
    headers,
    async renew(refused) {
      // Of several calls refused together only the first finds its own headers still in use.
      if ((await headers()) === refused) signIn = null;
      await headers();
      return true;
    },
  };
}

async function signInWith(upstream: Upstream, key: ServiceKey, callMs: number): Promise<SignedHeaders> {
  const signal = AbortSignal.timeout(callMs);
  const sent = upstream.send({
    method: 'POST',
    path: path`/api/token`,
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(key),
    signal,
  });
  const answer = await sent.catch((error: unknown) => {
    throw signal.aborted ? new TimeoutError(upstream.name) : error;
  });
  if (answer.status !== 200) throw new HttpError(refusalOf(upstream.name, answer));
  return { 'x-authorization': text(object(parseBody(answer), 'token answer')['token'], 'token') };
}
