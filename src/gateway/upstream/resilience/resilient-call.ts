import type { OpenCall } from '../client/open-call.ts';
import type { RestPath } from '../client/path.ts';
import type { RestAnswer, RestMethod, SentCall } from '../client/rest-call.ts';
import { CircuitOpenError } from '../errors/circuit-open-error.ts';
import { ForeignServerError } from '../errors/foreign-server-error.ts';
import { HttpError } from '../errors/http-error.ts';
import { OutcomeUnknownError } from '../errors/outcome-unknown-error.ts';
import { OverloadedError } from '../errors/overloaded-error.ts';
import { TimeoutError } from '../errors/timeout-error.ts';
import { refusalOf } from '../reading/answer.ts';
import { isForeign } from '../reading/foreign-answer.ts';
import { type CallClass, isIdempotent, saysDone } from './call-class.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import { isPassing, isTrouble, mayBeDone } from './failure.ts';
import type { Waiting } from './fair-queue.ts';
import type { Guard, LongWorkGuard } from './guard.ts';
import type { RetryBudget } from './retry-budget.ts';
import { retryPause } from './retry-pause.ts';

/** A REST call, and for whom. */
export interface CallPlan<T> {
  /** The operation that asks: what waits is taken from all operations in turn. Null: it is for long work, which is one. */
  readonly operation: object | null;
  /** When the answer is of no use any more, by `performance.now()`. */
  readonly deadline: number;
  readonly callClass: CallClass;
  readonly method: RestMethod;
  readonly path: RestPath;
  /** Sends it, once. */
  send(isRepeat: boolean): SentCall;
  /** Lists the secrets that it carries. */
  secrets(): readonly string[];
  /** Reads the answer to a success. Throws `ShapeError` if it is not what was promised. */
  read(answer: RestAnswer): T | Promise<T>;
}

/** What a repeated call is taken to have answered that found its work done. */
const DONE: RestAnswer = { status: 200, contentType: '', retryAfter: undefined, body: Buffer.alloc(0) };

/**
 * One REST call with everything that is done about its failing: it waits for a place, is not sent at all while the
 * upstream is left alone, has a time for each attempt, and is sent again where its class allows for it, the budget has
 * something left and the deadline is far enough.
 *
 * Its answer fails with what the last attempt failed with, or with {@link OutcomeUnknownError} if a write was sent and
 * may have been done.
 */
export class ResilientCall<T> implements OpenCall<T>, Waiting {
  readonly answer: Promise<T>;
  readonly #guard: Guard;
  readonly #plan: CallPlan<T>;
  readonly #breaker: CircuitBreaker;
  readonly #budget: RetryBudget;
  /** Whose turn it waits for. */
  readonly #operation: object;
  readonly #settle: PromiseWithResolvers<T>;
  #sent: SentCall | null = null;
  /** Of the attempt under way, or of the pause before the next. */
  #timer: NodeJS.Timeout | undefined;
  #ticket = 0;
  #repeats = 0;
  /** Whether an attempt may have done what it was sent for. */
  #mayBeDone = false;
  #isOver = false;

  constructor(guard: Guard, plan: CallPlan<T>) {
    this.#guard = guard;
    this.#plan = plan;
    const { reads, budget }: Pick<LongWorkGuard, 'reads' | 'budget'> = plan.operation
      ? guard
      : guard.longWork;
    this.#breaker = plan.callClass === 'READ' ? reads : guard.writes;
    this.#budget = budget;
    this.#operation = plan.operation ?? guard.longWork;
    this.#settle = Promise.withResolvers();
    this.answer = this.#settle.promise;
    budget.earn();
    this.#begin();
  }

  abort(reason: Error): void {
    if (this.#isOver) return;
    const sent = this.#sent;
    if (sent) {
      this.#endAttempt();
      this.#breaker.abandoned(this.#ticket);
      this.#mayBeDone ||= sent.isSent;
      sent.abort(reason);
    } else {
      clearTimeout(this.#timer);
      this.#breaker.abandoned(this.#ticket);
      this.#guard.queue.withdraw(this.#operation, this);
    }
    this.#fail(reason);
  }

  admitted(): boolean {
    this.#ticket = this.#isPaused ? 0 : this.#breaker.admit();
    if (this.#ticket === 0) {
      this.#fail(this.#paused());
      return false;
    }
    const sent = this.#plan.send(this.#repeats > 0);
    this.#sent = sent;
    this.#timer = setTimeout(timeOut, this.#guard.callMs, sent, this.#guard.upstream);
    sent.answer.then(
      (answer) => {
        if (this.#sent === sent) this.#answered(answer);
      },
      (error: unknown) => {
        if (this.#sent === sent) this.#failed(error, sent.isSent);
      },
    );
    return true;
  }

  refused(): void {
    this.#fail(new OverloadedError(this.#guard.upstream));
  }

  #begin(): void {
    const { queue } = this.#guard;
    if (queue.enter()) {
      if (!this.admitted()) queue.leave();
    } else if (this.#isPaused) this.#fail(this.#paused());
    else queue.wait(this.#operation, this);
  }

  #answered(answer: RestAnswer): void {
    if (answer.status < 200 || answer.status >= 300) {
      this.#failed(this.#refusal(answer), true);
      return;
    }
    this.#endAttempt();
    try {
      const model = this.#plan.read(answer);
      if (model instanceof Promise) void this.#readLater(model);
      else this.#wasRead(model);
    } catch (error) {
      this.#consider(error, true);
    }
  }

  /** A long answer is read while others work; whether it can be read counts as for a short one. */
  async #readLater(reading: Promise<T>): Promise<void> {
    try {
      const model = await reading;
      if (!this.#isOver) this.#wasRead(model);
    } catch (error) {
      if (!this.#isOver) this.#consider(error, true);
    }
  }

  #wasRead(model: T): void {
    this.#breaker.succeeded(this.#ticket);
    this.#succeed(model);
  }

  #refusal(answer: RestAnswer): Error {
    const { upstream, secrets, isProven } = this.#guard;
    if (isForeign(answer, this.#plan.path, isProven)) return new ForeignServerError(upstream, answer.status);
    const own = this.#plan.secrets();
    return new HttpError(refusalOf(upstream, answer, (text) => secrets.sentence(text, own)));
  }

  #failed(error: unknown, wasSent: boolean): void {
    this.#endAttempt();
    this.#consider(error, wasSent);
  }

  /** Frees what an attempt holds; whatever becomes of it later concerns nobody. */
  #endAttempt(): void {
    clearTimeout(this.#timer);
    this.#sent = null;
    this.#guard.queue.leave();
  }

  /** Decides what follows an attempt that failed: another one, or the end. */
  #consider(error: unknown, wasSent: boolean): void {
    this.#guard.onFailure?.(error);
    if (isTrouble(error)) this.#breaker.failed(this.#ticket);
    else this.#breaker.succeeded(this.#ticket);
    const { callClass, method } = this.#plan;
    if (this.#mayBeDone && error instanceof HttpError && saysDone(callClass, method, error.status)) {
      this.#succeed(this.#plan.read(DONE));
      return;
    }
    const isCertain = !wasSent || !mayBeDone(error);
    this.#mayBeDone ||= !isCertain;
    if (!this.#repeat(error, wasSent)) this.#fail(error);
  }

  #repeat(error: unknown, wasSent: boolean): boolean {
    const { repeats, random } = this.#guard;
    const { callClass, deadline } = this.#plan;
    if (this.#repeats >= repeats || !isPassing(error)) return false;
    const isUndone = !wasSent || (error instanceof HttpError && error.status === 429);
    if (!isIdempotent(callClass) && !isUndone) return false;
    const pauseMs = retryPause(this.#repeats, error, random);
    if (performance.now() + pauseMs >= deadline || this.#isPaused || !this.#budget.spend()) return false;
    this.#repeats += 1;
    this.#timer = setTimeout(() => this.#begin(), pauseMs);
    return true;
  }

  /** What others found out holds for long work too. */
  get #isPaused(): boolean {
    const { longWork, reads } = this.#guard;
    return this.#breaker.isOpen || (this.#breaker === longWork.reads && reads.isOpen);
  }

  #succeed(model: T | Promise<T>): void {
    this.#isOver = true;
    this.#settle.resolve(model);
  }

  #fail(reason: unknown): void {
    this.#isOver = true;
    const isUnknown = this.#mayBeDone && this.#plan.callClass !== 'READ';
    this.#settle.reject(isUnknown ? new OutcomeUnknownError(this.#guard.upstream, reason) : reason);
  }

  #paused(): CircuitOpenError {
    const { upstream, reads } = this.#guard;
    const { retryAfterSeconds } = this.#breaker.isOpen ? this.#breaker : reads;
    return new CircuitOpenError(upstream, retryAfterSeconds);
  }
}

function timeOut(sent: SentCall, upstream: string): void {
  sent.abort(new TimeoutError(upstream));
}
