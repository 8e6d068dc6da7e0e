import type { IncomingHttpHeaders } from 'node:http';
import type { Batch, ObservedCall } from './observed-call.ts';
import type { ObservedOperation } from './observed-operation.ts';

/** Something that looks at operations and their REST calls, and may change nothing. All of it must be fast. */
export interface Observer {
  /** @param headers of the client's request; they hold secrets, and nothing of them may be kept but what is meant for it. */
  operationStarted?(operation: ObservedOperation, headers: IncomingHttpHeaders): void;
  /** Also told of calls that go on after their operation has ended, since others share them. */
  callStarted?(call: ObservedCall, operation: ObservedOperation): void;
  callEnded?(call: ObservedCall, operation: ObservedOperation): void;
  /** @param limit the setting of the limit that the operation exceeds; null where it exceeds none. */
  operationRefused?(code: string, limit: string | null): void;
  /**
   * Told when a subscription has opened its stream.
   *
   * @param requestId of the operation that opened it.
   */
  streamOpened?(requestId: string): void;
  /** @param code of the error that the stream ended with; null where it was done, or its client left. */
  streamEnded?(code: string | null, requestId: string): void;
  batchRead?(batch: Batch, operation: ObservedOperation): void;
  batchAnswered?(batch: Batch, operation: ObservedOperation): void;
  /** Told when an event of a stream is answered, or its token was looked at: in place of {@link operationEnded}. */
  streamWorkEnded?(operation: ObservedOperation): void;
  /** Told when the answer is known. Calls that nobody waited for may still be under way. */
  operationEnded?(operation: ObservedOperation): void;
}
