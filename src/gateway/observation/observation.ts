import type { IncomingHttpHeaders } from 'node:http';
import { ObservedOperation } from './observed-operation.ts';
import type { Observer } from './observer.ts';

/** Starts to observe operations. With nobody to look at them it costs nothing. */
export class Observation {
  readonly #observers: readonly Observer[];

  constructor(observers: readonly Observer[]) {
    this.#observers = observers;
  }

  /** @returns undefined if nobody looks. */
  start(requestId: string, headers: IncomingHttpHeaders): ObservedOperation | undefined {
    if (this.#observers.length === 0) return undefined;
    const operation = new ObservedOperation(requestId, this.#observers);
    for (const observer of this.#observers) observer.operationStarted?.(operation, headers);
    return operation;
  }
}
