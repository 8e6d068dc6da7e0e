import { BudgetError } from './errors/budget-error.ts';
import { CancelledError } from './errors/cancelled-error.ts';
import { TimeoutError } from './errors/timeout-error.ts';
import type { UpstreamError } from './errors/upstream-error.ts';
import type { OpenCall } from './open-call.ts';

/** Bounds on the REST calls of one operation. */
export interface OperationLimits {
  /** REST calls that it may make, over all upstreams. */
  readonly restCalls: number;
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
  /** When it must be answered, by `performance.now()`. */
  readonly deadline: number;
  /** Notes something that is wrong with what was read, and that no field can tell. */
  report(error: UpstreamError): void;
  /** What was noted, each once. */
  readonly reported: ReadonlySet<UpstreamError>;
  /**
   * Counts one REST call.
   * @throws {BudgetError} if the operation has made all that it may.
   */
  spend(): void;
  /**
   * Runs one call until the operation's deadline at the latest. A read also ends when the client leaves; a write
   * that was sent is finished, since nobody could tell what an aborted one did.
   *
   * @throws {TimeoutError} at the deadline; `OutcomeUnknownError` if a write was under way.
   * @throws {CancelledError} if the client left a read.
   */
  run<T>(upstream: string, kind: 'read' | 'write', start: () => OpenCall<T>): Promise<T>;
  /** Waits for something that goes on without the operation, under the same bounds as a read. */
  within<T>(upstream: string, promise: Promise<T>): Promise<T>;
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
  /** Calls under way, by kind, with the upstream of each. */
  const open = { read: new Map<OpenCall<unknown>, string>(), write: new Map<OpenCall<unknown>, string>() };
  let timer: NodeJS.Timeout | undefined;
  const reported = new Set<UpstreamError>();
  let spent = 0;
  let hasLeft = false;

  whenClientLeaves(() => {
    hasLeft = true;
    for (const read of open.read.keys()) read.abort(new CancelledError());
  });

  function expire(): void {
    for (const calls of [open.read, open.write]) {
      for (const [call, upstream] of calls) call.abort(new TimeoutError(upstream));
    }
  }

  async function run<T>(upstream: string, kind: keyof typeof open, start: () => OpenCall<T>): Promise<T> {
    const left = deadline - performance.now();
    // A timer would fire too late: a write could be sent, done, and reported as not answered.
    if (left <= 0) throw new TimeoutError(upstream);
    if (kind === 'read' && hasLeft) throw new CancelledError();
    const call = start();
    if (open.read.size + open.write.size === 0) timer = setTimeout(expire, left);
    open[kind].set(call, upstream);
    try {
      return await call.answer;
    } finally {
      open[kind].delete(call);
      if (open.read.size + open.write.size === 0) clearTimeout(timer);
    }
  }

  return {
    moment,
    deadline,
    reported,
    report: (error) => void reported.add(error),
    spend() {
      if (spent >= limits.restCalls) throw new BudgetError(limits.restCalls);
      spent += 1;
    },
    run,
    within<T>(upstream: string, promise: Promise<T>) {
      const { promise: answer, resolve, reject } = Promise.withResolvers<T>();
      promise.then(resolve, reject);
      return run(upstream, 'read', () => ({ answer, abort: reject }));
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
