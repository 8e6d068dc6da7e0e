import { ApiError } from '../api-error.ts';
import type { Decision } from '../policy/can.ts';

/** Turns a "no" of the policy into 403 with its reason; without a code, so that no client signs in again over it. */
export function allow(decision: Decision): void {
  if (!decision.allowed) throw new ApiError(403, decision.reason);
}
