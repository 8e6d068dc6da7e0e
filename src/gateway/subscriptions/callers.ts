import { type CallerKey, callerKey } from '../credentials/caller-key.ts';
import type { OperationRequest } from '../operation/operation-request.ts';
import { Caller, type Rights } from './caller.ts';
import { tokenExpiry } from './token-expiry.ts';

/** Whoever asks for a stream, by its request. */
export type Asks = Pick<OperationRequest, 'headers' | 'credential' | 'address'>;

export interface CallersOptions {
  /** Asks the upstreams about the tokens of whoever asks. Throws what they say if they do not hold. */
  readonly readRights: (asks: Asks) => Promise<Rights>;
  readonly tokenCheckMs: number;
  readonly now: () => number;
}

/** Makes the function that finds the caller of a whole credential, as long as it holds anything. */
export function createCallers({ readRights, tokenCheckMs, now }: CallersOptions) {
  const callers = new Map<CallerKey, Caller>();

  return (asks: Asks): Caller => {
    const { credential } = asks;
    const key = callerKey(credential);
    const known = callers.get(key);
    if (known) return known;
    const tokens = credential ? [credential.authorization, credential.workflowEngine] : [];
    const ends = tokens.flatMap((token) => tokenExpiry(token) ?? []);
    const caller = new Caller({
      readRights: () => readRights(asks),
      checkMs: tokenCheckMs,
      expiresAt: ends.length > 0 ? Math.min(...ends) : null,
      now,
      onIdle: () => callers.delete(key),
    });
    callers.set(key, caller);
    return caller;
  };
}
