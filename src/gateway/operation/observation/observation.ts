import type { OperationRequest } from '../operation-request.ts';
import type { Observer } from './observed-operation.ts';
import { ObservedOperation } from './observed-operation.ts';
import { asksForCalls } from './upstream-trace-header.ts';

/** Starts to observe operations. With nobody to look at them it costs nothing. */
export class Observation {
  #observers: readonly Observer[];
  #tellsCalls: boolean;

  /** @param tellsCalls whether clients may ask for the REST calls behind their operations. */
  constructor(observers: readonly Observer[], tellsCalls = false) {
    this.#observers = observers;
    this.#tellsCalls = tellsCalls;
  }

  /** Whether clients may ask for the REST calls behind their operations. */
  get tellsCalls(): boolean {
    return this.#tellsCalls;
  }

  /** Lets others look, at the operations that begin from now on. */
  adjust(observers: readonly Observer[], tellsCalls = false): void {
    this.#observers = observers;
    this.#tellsCalls = tellsCalls;
  }

  /** Notes that a stream has opened. */
  streamOpened(requestId: string): void {
    for (const observer of this.#observers) observer.streamOpened?.(requestId);
  }

  /** Notes that a stream has ended, with an error of this code or none. */
  streamEnded(code: string | null, requestId: string): void {
    for (const observer of this.#observers) observer.streamEnded?.(code, requestId);
  }

  /**
   * Notes that an operation was refused before anything was read for it.
   *
   * @param limit the setting that it exceeds; null where it exceeds none.
   */
  refused(code: string, limit: string | null): void {
    for (const observer of this.#observers) observer.operationRefused?.(code, limit);
  }

  /** @returns undefined if nobody looks. */
  start({
    id,
    headers,
    streamWork,
  }: Pick<OperationRequest, 'id' | 'headers' | 'streamWork'>): ObservedOperation | undefined {
    if (this.#observers.length === 0 && !(this.#tellsCalls && asksForCalls(headers))) return undefined;
    const operation = new ObservedOperation(id, this.#observers, streamWork ?? null);
    for (const observer of this.#observers) observer.operationStarted?.(operation, headers);
    return operation;
  }
}
