import type { Batch, CallReason, CallStart, ObservedCall } from './observed-call.ts';
import type { OpenCall } from './open-call.ts';

/** Is told of the REST calls that a client makes for one operation. */
export interface CallObserver {
  /** Told when records of one kind are asked for together. */
  batchRead(batch: Batch): void;
  /** Told when they have come, or cannot. */
  batchAnswered(batch: Batch): void;
  /** Told when a call starts. */
  callStarted(upstream: string, start: CallStart, reason: CallReason): ObservedCall;
  /**
   * Told of the answer that a call will have.
   *
   * @param statusOf reads the HTTP status from the answer; null where it has none of its own.
   */
  follow<T>(call: ObservedCall, open: OpenCall<T>, statusOf: (answer: T) => number | null): void;
}
