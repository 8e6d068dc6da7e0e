import type { Batch, CallReason } from '../observation/observed-call.ts';
import type { SignedHeaders } from './credential.ts';
import type { RestCall } from './upstream.ts';

/** A call without the headers that say on whose behalf. */
export interface UnsignedCall extends Omit<RestCall, 'headers'> {
  readonly kind: 'read' | 'write';
  /** Of which batch it is. */
  readonly batch?: Batch | undefined;
}

const BODILESS = { accept: 'application/json' };
const WITH_BODY = { ...BODILESS, 'content-type': 'application/json' };

/** Writes the headers that a call is sent with. */
export function headersOf({ body }: UnsignedCall, signed: SignedHeaders): SignedHeaders {
  return { ...(body === null ? BODILESS : WITH_BODY), ...signed };
}

/** Tells observers what a call is for. */
export function reasonOf({ kind, batch }: UnsignedCall): CallReason {
  if (kind === 'write') return 'WRITE';
  if (!batch) return 'READ';
  return batch.way === 'LIST' ? 'LIST_INSTEAD_OF_SINGLES' : 'SINGLE';
}
