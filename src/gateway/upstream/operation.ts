import { BudgetError } from './errors/budget-error.ts';
import { CancelledError } from './errors/cancelled-error.ts';
import { TimeoutError } from './errors/timeout-error.ts';
import type { OpenCall } from './open-call.ts';

/** Bounds on the REST calls of one operation. */
export interface OperationLimits {
  /** REST calls that it may make, over all upstreams. */
  readonly restCalls: number;
  /** Milliseconds that one call may take. */
  readonly callMs: number;
  /** Milliseconds that the whole operation may take. */
  readonly operationMs: number;
}

/** What an operation may still use. */
export interface OperationRest {
  readonly restCalls: number;
  /** Part of its whole time, from 1 to 0. */
  readonly time: number;
}

/**
 * What the REST calls of one operation share: its deadline, its budget, whether its client is still there, and that
 * a write to one upstream may change what another one told.
 */
export interface Operation {
  /**
   * Counts one REST call.
   * @throws {BudgetError} if the operation has made all that it may.
   */
  spend(): void;
  /**
   * Runs one call under the deadlines of call and operation. A read also ends when the client leaves; a write
   * that was sent is finished, since nobody could tell what an aborted one did.
   *
   * @throws {TimeoutError} at either deadline.
   * @throws {CancelledError} if the client left a read.
   */
  run<T>(upstream: string, kind: 'read' | 'write', start: () => OpenCall<T>): Promise<T>;
  /** Only operations of the same moment share reads; empty for those that may join any read under way. */
  readonly moment: string;
  /** Registers something to be told when what was read may no longer hold; it may put off the answer to the write. */
  onWrite(forget: () => Promise<void> | void): void;
  /** Tells all who registered, since something was written; resolves when the write may be answered. */
  wrote(): Promise<unknown>;
  /** Tells what is left, for those who would rather stop by themselves. */
  left(): OperationRest;
}

/**
 * Starts the clock of one operation.
 *
 * @param whenClientLeaves registers what to do when the client hangs up.
 * @param moment names an event that all reads are to begin after, and be shared only with others of which that holds.
 */
export function startOperation(
  limits: OperationLimits,
  whenClientLeaves: (leave: () => void) => void,
  moment = '',
): Operation {
  const deadline = performance.now() + limits.operationMs;
  const forgetters: (() => Promise<void> | void)[] = [];
  const reads = new Set<OpenCall<unknown>>();
  let spent = 0;
  let hasLeft = false;

  whenClientLeaves(() => {
    hasLeft = true;
    for (const read of reads) read.abort(new CancelledError());
  });

  return {
    moment,
    spend() {
      if (spent >= limits.restCalls) throw new BudgetError(limits.restCalls);
      spent += 1;
    },
    async run(upstream, kind, start) {
      const left = Math.min(limits.callMs, deadline - performance.now());
      // A timer would fire too late: a write could be sent, done, and reported as not answered.
      if (left <= 0) throw new TimeoutError(upstream);
      if (kind === 'read' && hasLeft) throw new CancelledError();
      const call = start();
      const timer = setTimeout(() => call.abort(new TimeoutError(upstream)), left);
      if (kind === 'read') reads.add(call);
      try {
        return await call.answer;
      } finally {
        clearTimeout(timer);
        reads.delete(call);
      }
    },
    onWrite(forget) {
      forgetters.push(forget);
    },
    wrote: () => Promise.all(forgetters.map((forget) => forget())),
    left: () => ({
      restCalls: limits.restCalls - spent,
      time: Math.max(0, (deadline - performance.now()) / limits.operationMs),
    }),
  };
}
