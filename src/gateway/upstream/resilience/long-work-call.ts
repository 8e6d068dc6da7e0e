import type { OpenCall } from '../client/open-call.ts';
import { OverloadedError } from '../errors/overloaded-error.ts';
import { StoppingError } from '../errors/stopping-error.ts';
import type { Waiting } from './fair-queue.ts';
import type { Guard } from './guard.ts';

/**
 * A call of long work. It waits for one of the few places that all long work has, where operations take turns, and only
 * then is made, so that others never find more than those places taken, or more than one call of long work before them.
 */
export class LongWorkCall<T> implements OpenCall<T>, Waiting {
  readonly answer: Promise<T>;
  readonly #guard: Guard;
  readonly #operation: object;
  readonly #start: () => OpenCall<T>;
  readonly #settle = Promise.withResolvers<T>();
  #call: OpenCall<T> | null = null;

  /**
   * @param operation whose turn it waits for.
   * @param start makes the call.
   */
  constructor(guard: Guard, operation: object, start: () => OpenCall<T>) {
    this.#guard = guard;
    this.#operation = operation;
    this.#start = start;
    this.answer = this.#settle.promise;
    const { queue } = guard.longWork;
    if (queue.enter()) this.admitted();
    else queue.wait(operation, this);
  }

  admitted(): boolean {
    const call = this.#start();
    this.#call = call;
    const { resolve, reject } = this.#settle;
    const leave = () => this.#guard.longWork.queue.leave();
    call.answer.finally(leave).then(resolve, reject);
    return true;
  }

  refused(): void {
    const { queue } = this.#guard.longWork;
    this.#settle.reject(queue.isClosed ? new StoppingError() : new OverloadedError(this.#guard.upstream));
  }

  abort(reason: Error): void {
    if (this.#call) this.#call.abort(reason);
    else {
      this.#guard.longWork.queue.withdraw(this.#operation, this);
      this.#settle.reject(reason);
    }
  }
}
