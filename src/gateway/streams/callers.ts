import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { tokenOf, workflowTokenOf } from '../credentials/caller.ts';
import { Caller, type Rights } from './caller.ts';
import { tokenExpiry } from './token-expiry.ts';

export interface CallersOptions {
  /** Asks the upstreams about the tokens in these headers. Throws what they say if they do not hold. */
  readonly readRights: (headers: IncomingHttpHeaders) => Promise<Rights>;
  readonly tokenCheckMs: number;
  readonly now: () => number;
}

/** Makes the function that finds the caller of a whole credential, as long as it holds anything. */
export function createCallers({ readRights, tokenCheckMs, now }: CallersOptions) {
  const callers = new Map<string, Caller>();

  return (headers: IncomingHttpHeaders): Caller => {
    const tokens = [tokenOf(headers), workflowTokenOf(headers)];
    // Tokens are secret, so what is kept of them is a digest.
    const key = createHash('sha256').update(JSON.stringify(tokens)).digest('base64');
    const known = callers.get(key);
    if (known) return known;
    const ends = tokens.flatMap((token) => (token === null ? [] : (tokenExpiry(token) ?? [])));
    const caller = new Caller({
      readRights: () => readRights(headers),
      checkMs: tokenCheckMs,
      expiresAt: ends.length > 0 ? Math.min(...ends) : null,
      now,
      onIdle: () => callers.delete(key),
    });
    callers.set(key, caller);
    return caller;
  };
}
