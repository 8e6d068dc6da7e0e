/** Number of recent calls the breaker remembers; must fit in the bits below. */
const LOOKED_AT = 20;
const FAILURES_TO_OPEN = LOOKED_AT / 2;
const ALL = 2 ** LOOKED_AT - 1;

type State = 'CLOSED' | 'OPEN' | 'PROBING';

/**
 * Leaves an upstream alone that keeps failing: opens when half of the last 20 calls failed, lets one call through after
 * a time as a probe, and closes when that succeeds.
 *
 * Its own and not a library's, since it stands in the way of every call: nothing is wrapped, nothing awaited, and while
 * all goes well it looks at three numbers.
 */
export class CircuitBreaker {
  readonly #openMs: number;
  readonly #now: () => number;
  #state: State = 'CLOSED';
  /** Outcomes of the last calls, the latest in the lowest bit; 1 is a failure. */
  #history = 0;
  #failures = 0;
  #openUntil = 0;
  #openings = 0;
  /** Told when it opens, and when it closes again. */
  onTurn: ((state: 'open' | 'closed') => void) | null = null;
  /** Changes with the state, so that a call which was let through before tells nothing about now. */
  #ticket = 1;

  /**
   * @param openMs how long it stays open; 0: it never opens.
   * @param now the clock, in milliseconds.
   */
  constructor(openMs: number, now: () => number) {
    this.#openMs = openMs;
    this.#now = now;
  }

  /** Whether every one of the last calls went well. */
  get isUntroubled(): boolean {
    return this.#history === 0 && this.#state === 'CLOSED';
  }

  /** Whether calls are let through, are not, or the next one is, or was, as a probe. */
  get state(): 'closed' | 'open' | 'half_open' {
    if (this.#state === 'CLOSED') return 'closed';
    return this.#state === 'OPEN' && this.isOpen ? 'open' : 'half_open';
  }

  /** How often it opened, without those times that a probe failed. */
  get openings(): number {
    return this.#openings;
  }

  /** Whether a call would not be let through now. */
  get isOpen(): boolean {
    return this.#state === 'PROBING' || (this.#state === 'OPEN' && this.#now() < this.#openUntil);
  }

  /** Whole seconds until it is worth asking again. */
  get retryAfterSeconds(): number {
    return Math.max(1, Math.ceil((this.#openUntil - this.#now()) / 1000));
  }

  /** Lets a call through, and gives the ticket to tell its outcome with; 0 if it must not be sent. */
  admit(): number {
    if (this.#state === 'CLOSED') return this.#ticket;
    if (this.isOpen) return 0;
    return this.#enter('PROBING');
  }

  succeeded(ticket: number): void {
    if (ticket !== this.#ticket) return;
    if (this.#state === 'PROBING') {
      this.#history = 0;
      this.#failures = 0;
      this.#enter('CLOSED');
      this.onTurn?.('closed');
    } else if (this.#history !== 0) {
      this.#note(0);
    }
  }

  failed(ticket: number): void {
    if (ticket !== this.#ticket || this.#openMs === 0) return;
    this.#note(1);
    if (this.#state === 'PROBING' || this.#failures >= FAILURES_TO_OPEN) {
      const wasClosed = this.#state === 'CLOSED';
      this.#openUntil = this.#now() + this.#openMs;
      this.#enter('OPEN');
      if (!wasClosed) return;
      this.#openings += 1;
      this.onTurn?.('open');
    }
  }

  /** Tells that a call ended without telling anything about the upstream. The next one is the probe, if this was it. */
  abandoned(ticket: number): void {
    if (ticket === this.#ticket && this.#state === 'PROBING') this.#enter('OPEN');
  }

  #enter(state: State): number {
    this.#state = state;
    this.#ticket += 1;
    return this.#ticket;
  }

  #note(failure: 0 | 1): void {
    const forgotten = (this.#history >>> (LOOKED_AT - 1)) & 1;
    this.#history = ((this.#history << 1) | failure) & ALL;
    this.#failures += failure - forgotten;
  }
}
