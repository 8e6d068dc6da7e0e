import { BudgetError } from '../errors/budget-error.ts';
import { CancelledError } from '../errors/cancelled-error.ts';
import { TimeoutError } from '../errors/timeout-error.ts';
import type { UpstreamError } from '../errors/upstream-error.ts';
import { leftOutOf } from '../reading/readable-items.ts';
import type { OpenCall } from './open-call.ts';

/** Bounds on the REST calls of one operation. */
export interface OperationLimits {
  /** REST calls that it may make, over all upstreams. */
  readonly restCalls: number;
  /** Milliseconds that the whole operation may take. */
  readonly operationMs: number;
  /** REST calls that it may make if it does long work. */
  readonly longRestCalls: number;
  /** Milliseconds that it may then take. */
  readonly longOperationMs: number;
}

/** What an operation may still use. */
export interface OperationRest {
  readonly restCalls: number;
  /** Part of its whole time, from 1 to 0. */
  readonly time: number;
  /** Whether its client is still there. */
  readonly isAwaited: boolean;
}

/** How far an operation has come. */
export interface Progress {
  /** REST calls that were answered. */
  readonly done: number;
  /** Those that it is known to need. */
  readonly known: number;
}

/** A call that the operation waits for. */
interface Awaited {
  readonly upstream: string;
  readonly kind: 'read' | 'write';
  readonly call: OpenCall<unknown>;
  readonly reject: (reason: Error) => void;
}

const NOTHING: ReadonlySet<UpstreamError> = new Set();

/**
 * What the REST calls of one operation share: its deadline, its budget, whether its client is still there, and that
 * a write to one upstream may change what another one told.
 */
export class Operation {
  /** When it must be answered, by `performance.now()`. */
  deadline: number;
  /** Only operations of the same moment share reads; empty for those that may join any read under way. */
  readonly moment: string;
  readonly #limits: OperationLimits;
  readonly #forgetters: (() => Promise<void> | void)[] = [];
  readonly #awaited = new Set<Awaited>();
  #reported: Set<UpstreamError> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #timeMs: number;
  #mostCalls: number;
  #spent = 0;
  /** Calls that are to be made, but not yet. */
  #announced = 0;
  #isLongWork = false;
  #hasLeft = false;

  /**
   * Starts its clock.
   *
   * @param whenClientLeaves registers what to do when the client hangs up.
   * @param moment names an event that all reads are to begin after, and be shared only with others of which that holds.
   */
  constructor(limits: OperationLimits, whenClientLeaves: (leave: () => void) => void, moment = '') {
    this.#limits = limits;
    this.moment = moment;
    this.#timeMs = limits.operationMs;
    this.#mostCalls = limits.restCalls;
    this.deadline = performance.now() + this.#timeMs;
    whenClientLeaves(() => this.#leave());
  }

  /** Whether its calls are made by and by, within the share of long work. */
  get isLongWork(): boolean {
    return this.#isLongWork;
  }

  /** How far it has come with the calls that it knows of. */
  get progress(): Progress {
    return { done: this.#spent - this.#awaited.size, known: this.#spent + this.#announced };
  }

  /** Tells of calls that are to be made; a negative number takes back as many, for they are made now or never. */
  announce(calls: number): void {
    this.#announced += calls;
  }

  /** Makes the calls to come within the share of long work, which takes longer. */
  slowDown(): void {
    if (this.#isLongWork) return;
    this.#isLongWork = true;
    const { longOperationMs } = this.#limits;
    this.deadline += longOperationMs - this.#timeMs;
    this.#timeMs = longOperationMs;
    if (this.#awaited.size > 0) this.#watchDeadline();
  }

  /** Goes on as long work, which may make more calls. */
  beginLongWork(): void {
    this.slowDown();
    this.#mostCalls = this.#limits.longRestCalls;
  }

  /** Notes something that is wrong with what was read, and that no field can tell. */
  report(error: UpstreamError): void {
    this.#reported ??= new Set();
    this.#reported.add(error);
  }

  /** What was noted, each once. */
  get reported(): ReadonlySet<UpstreamError> {
    return this.#reported ?? NOTHING;
  }

  /**
   * Counts one REST call.
   * @throws {BudgetError} if the operation has made all that it may.
   */
  spend(): void {
    if (this.#spent >= this.#mostCalls) throw new BudgetError(this.#mostCalls);
    this.#spent += 1;
  }

  /** Tells what is left, for those who would rather stop by themselves. */
  left(): OperationRest {
    return {
      restCalls: this.#mostCalls - this.#spent,
      time: Math.max(0, (this.deadline - performance.now()) / this.#timeMs),
      isAwaited: !this.#hasLeft,
    };
  }

  /**
   * Runs one call until the operation's deadline at the latest. A read also ends when the client leaves; a write
   * that was sent is finished, since nobody could tell what an aborted one did. What its answer has to do without is noted.
   *
   * Fails with `TimeoutError` at the deadline, `OutcomeUnknownError` if a write was under way, and with
   * `CancelledError` if the client left a read.
   */
  run<T>(upstream: string, kind: 'read' | 'write', start: () => OpenCall<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const left = this.deadline - performance.now();
      // A timer would fire too late: a write could be sent, done, and reported as not answered.
      if (left <= 0) throw new TimeoutError(upstream);
      if (kind === 'read' && this.#hasLeft) throw new CancelledError();
      const call = start();
      const awaited: Awaited = { upstream, kind, call, reject };
      this.#awaited.add(awaited);
      if (this.#awaited.size === 1) this.#watchDeadline();
      call.answer.then(
        (answer) => {
          this.#ended(awaited);
          const leftOut = leftOutOf(answer);
          if (leftOut) this.report(leftOut);
          resolve(answer);
        },
        (error: unknown) => {
          this.#ended(awaited);
          reject(error);
        },
      );
    });
  }

  /** Waits for something that goes on without the operation, under the same bounds as a read. */
  within<T>(upstream: string, answer: Promise<T>): Promise<T> {
    return this.run(upstream, 'read', () => ({ answer, abort() {} }));
  }

  /** Registers something to be told when what was read may no longer hold; it may put off the answer to the write. */
  onWrite(forget: () => Promise<void> | void): void {
    this.#forgetters.push(forget);
  }

  /** Tells all who registered, since something was written; resolves when the write may be answered. */
  wrote(): Promise<unknown> {
    return Promise.all(this.#forgetters.map((forget) => forget()));
  }

  #leave(): void {
    this.#hasLeft = true;
    for (const awaited of this.#awaited) {
      if (awaited.kind === 'read') this.#letGo(awaited, new CancelledError());
    }
  }

  #watchDeadline(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#expire(), this.deadline - performance.now());
  }

  #expire(): void {
    for (const awaited of this.#awaited) this.#letGo(awaited, new TimeoutError(awaited.upstream));
  }

  /** Ends a call. Others may go on to wait for a read; of a write only the call can tell whether it may be done. */
  #letGo(awaited: Awaited, reason: Error): void {
    awaited.call.abort(reason);
    if (awaited.kind === 'write') return;
    this.#ended(awaited);
    awaited.reject(reason);
  }

  #ended(awaited: Awaited): void {
    if (this.#awaited.delete(awaited) && this.#awaited.size === 0) clearTimeout(this.#timer);
  }
}
