import { KnownSecrets } from '../client/known-secrets.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { FairQueue } from './fair-queue.ts';
import { RetryBudget } from './retry-budget.ts';

/** How the calls to one upstream are protected from its failing, and it from them. */
export interface GuardOptions {
  /** Milliseconds that one attempt of a call may take once it was sent. */
  readonly callMs: number;
  /** How often a call is sent again at most, where that is safe. */
  readonly repeats: number;
  /** Milliseconds for which the circuit to an upstream that keeps failing is open; 0: it never opens. */
  readonly pauseMs: number;
  /** Calls under way at once. */
  readonly connections: number;
  /** Percent of those that all long work together may take. */
  readonly longWorkShare: number;
  /** Calls that may wait for one of those to end. */
  readonly queuedCalls: number;
  /** Secrets that no error may tell; left out, those of each call alone. */
  readonly secrets?: KnownSecrets;
}

/** A creation whose answer may be lost. */
export interface Creation {
  /** Whether no other of its likeness was under way at any time. */
  isAlone: boolean;
}

/**
 * What the calls of long work share. It has a few places of its own, and whatever it meets there tells nothing to others:
 * work that asks too much of one route must not keep everybody from all routes.
 */
export interface LongWorkGuard {
  /** Its places; who has one still takes turns with all others for a connection. */
  readonly queue: FairQueue;
  readonly budget: RetryBudget;
  readonly reads: CircuitBreaker;
}

/** What all calls to one upstream share to get along with its failing. */
export class Guard {
  readonly upstream: string;
  callMs: number;
  repeats: number;
  readonly queue: FairQueue;
  readonly budget = new RetryBudget();
  readonly reads: CircuitBreaker;
  readonly writes: CircuitBreaker;
  readonly longWork: LongWorkGuard;
  /** Creations under way that look the same, so that none is taken for another. */
  readonly creations = new Map<string, Set<Creation>>();
  /** What is cut out of the upstream's words. */
  readonly secrets: KnownSecrets;
  /** Whether the server has once answered a read as the upstream does: then what it says is not there is not there. */
  isProven = false;
  /** Told of each attempt that failed, and with what. */
  onFailure: ((error: unknown) => void) | null = null;
  /** Gives numbers in [0, 1). */
  readonly random: () => number;

  /**
   * @param upstream what error messages call it.
   * @param now the clock, in milliseconds.
   */
  constructor(
    upstream: string,
    options: GuardOptions,
    random: () => number = Math.random,
    now: () => number = () => performance.now(),
  ) {
    this.upstream = upstream;
    this.callMs = options.callMs;
    this.repeats = options.repeats;
    this.queue = new FairQueue(options.connections, options.queuedCalls);
    this.reads = new CircuitBreaker(options.pauseMs, now);
    this.writes = new CircuitBreaker(options.pauseMs, now);
    this.secrets = options.secrets ?? new KnownSecrets();
    this.longWork = {
      queue: new FairQueue(longWorkPlaces(options), options.queuedCalls),
      budget: new RetryBudget(),
      reads: new CircuitBreaker(options.pauseMs, now),
    };
    this.random = random;
  }

  /** Protects the calls that begin from now on in another way. */
  adjust({ callMs, repeats }: Pick<GuardOptions, 'callMs' | 'repeats'>): void {
    this.callMs = callMs;
    this.repeats = repeats;
  }

  /** Its circuit breakers, by what operators call the calls that they are for. */
  get breakers(): Readonly<Record<string, CircuitBreaker>> {
    return { reads: this.reads, writes: this.writes, long_work: this.longWork.reads };
  }

  /** Whether a call failed lately, so that it is worth preparing for another failure. */
  get isTroubled(): boolean {
    return !(this.reads.isUntroubled && this.writes.isUntroubled);
  }
}

function longWorkPlaces({ connections, longWorkShare }: GuardOptions): number {
  return Math.max(1, Math.floor((connections * longWorkShare) / 100));
}
