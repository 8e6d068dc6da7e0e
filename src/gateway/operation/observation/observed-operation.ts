import type { IncomingHttpHeaders } from 'node:http';
import type { OperationDefinitionNode } from 'graphql';
import type { CallObserver } from '../../upstream/client/call-observer.ts';
import {
  type Batch,
  type CallReason,
  type CallStart,
  codeOf,
  ObservedCall,
} from '../../upstream/client/observed-call.ts';
import type { OpenCall } from '../../upstream/client/open-call.ts';

/** How an operation ended. */
export type Outcome = 'ok' | 'partial' | 'failed';

/** What is done for an open stream: an event is answered, or its token looked at. */
export type StreamWork = 'event' | 'token check';

/** One operation as observers see it: what it took, and nothing of what it asked for or was answered. */
export class ObservedOperation implements CallObserver {
  readonly requestId: string;
  readonly startedAt = performance.now();
  readonly calls: ObservedCall[] = [];
  /** The operation's own name; null for one without, and for what is no operation. */
  name: string | null = null;
  /** Null for what is no operation of this schema. */
  type: string | null = null;
  /** `extensions.code` of each error. */
  codes: readonly string[] = [];
  outcome: Outcome = 'ok';
  /** Milliseconds until the answer was known; 0 before that. */
  ms = 0;
  /** Null for an operation that somebody sent; what is done for its stream later is none, and ends without an answer. */
  readonly streamWork: StreamWork | null;
  /** Names its trace in W3C Trace Context, where that is exported. */
  traceId: string | undefined;
  readonly #observers: readonly Observer[];

  /** REST calls that it made, without those of others that it shared. */
  get restCalls(): number {
    return this.calls.reduce((count, { reason }) => count + Number(reason !== 'SHARED'), 0);
  }

  constructor(requestId: string, observers: readonly Observer[], streamWork: StreamWork | null = null) {
    this.requestId = requestId;
    this.streamWork = streamWork;
    this.#observers = observers;
  }

  /** Notes that records are asked for together. */
  batchRead(batch: Batch): void {
    for (const observer of this.#observers) observer.batchRead?.(batch, this);
  }

  /** Notes that they have come, or cannot. */
  batchAnswered(batch: Batch): void {
    for (const observer of this.#observers) observer.batchAnswered?.(batch, this);
  }

  /** Notes that a call starts. */
  callStarted(upstream: string, start: CallStart, reason: CallReason): ObservedCall {
    const call = new ObservedCall(upstream, start, reason);
    this.calls.push(call);
    for (const observer of this.#observers) observer.callStarted?.(call, this);
    return call;
  }

  /**
   * Notes what comes of a call.
   *
   * @param statusOf tells the HTTP status from an answer; null where there is none of its own.
   */
  follow<T>(call: ObservedCall, { answer }: OpenCall<T>, statusOf: (answer: T) => number | null): void {
    answer.then(
      (answered) => this.#callEnded(call, statusOf(answered)),
      (error: unknown) => this.#callEnded(call, codeOf(error)),
    );
  }

  /**
   * Notes that the answer is known.
   *
   * @param definition null for what is no operation of this schema.
   * @param codes of its errors.
   * @param hasData whether anything is answered besides them.
   */
  ended(definition: OperationDefinitionNode | null, codes: readonly string[], hasData: boolean): void {
    this.name = definition?.name?.value ?? null;
    this.type = definition?.operation ?? null;
    this.codes = codes;
    this.outcome = codes.length === 0 ? 'ok' : hasData ? 'partial' : 'failed';
    this.ms = performance.now() - this.startedAt;
    for (const observer of this.#observers) observer.operationEnded?.(this);
  }

  /** Notes that what was done for a stream is done. */
  streamWorkEnded(): void {
    for (const observer of this.#observers) observer.streamWorkEnded?.(this);
  }

  #callEnded(call: ObservedCall, status: ObservedCall['status']): void {
    call.endedAt = performance.now();
    call.status = status;
    for (const observer of this.#observers) observer.callEnded?.(call, this);
  }
}

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
