import type { Batch, CallReason } from './observed-call.ts';
import type { RestCall } from './rest-call.ts';

/** A call without the headers that say on whose behalf. */
export interface UnsignedCall extends Omit<RestCall, 'headers'> {
  readonly kind: 'read' | 'write';
  /** Of which batch it is. */
  readonly batch?: Batch | undefined;
}

/** Tells observers what a call is for. */
export function reasonOf({ kind, batch }: UnsignedCall): CallReason {
  if (kind === 'write') return 'WRITE';
  if (!batch) return 'READ';
  return batch.way === 'LIST' ? 'LIST_INSTEAD_OF_SINGLES' : 'SINGLE';
}
