import type { onRequestHookHandler } from 'fastify';
import { ApiError } from '../api-error.ts';
import { callerOf } from '../http/authentication.ts';
import { type Action, can, type Decision } from '../policy/can.ts';

/** Makes the hook that refuses callers who may not do `action` at all, before their body is read. */
export function requires(action: Action): onRequestHookHandler {
  return (request, _reply, done) => {
    allow(can(callerOf(request).principal, action));
    done();
  };
}

/** Turns a "no" of the policy into 403 with its reason; without a code, so that no client signs in again over it. */
export function allow(decision: Decision): void {
  if (!decision.allowed) throw new ApiError(403, decision.reason);
}
