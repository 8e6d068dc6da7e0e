/** Why a gateway should be sent no requests for now. */
export type NotReady = 'STARTING' | 'DRAINING' | 'OVERLOADED';

/** A look every so often shows whether the event loop comes round in time. */
const LOOK_MS = 500;
/** Who is this late has more to do than it can: requests are better off with another replica. */
const MOST_LATE_MS = 1000;

/** Knows whether a gateway should be sent requests. It never asks an upstream: those fail for all replicas at once. */
export class Readiness {
  #state: 'STARTING' | 'SERVING' | 'DRAINING' = 'STARTING';
  #lookedAt = performance.now();
  #late = 0;
  readonly #timer = setInterval(() => this.#look(), LOOK_MS).unref();

  /** Null if it should. */
  get obstacle(): NotReady | null {
    if (this.#state !== 'SERVING') return this.#state;
    const late = Math.max(this.#late, performance.now() - this.#lookedAt - LOOK_MS);
    return late > MOST_LATE_MS ? 'OVERLOADED' : null;
  }

  /** It listens now. */
  serve(): void {
    this.#state = 'SERVING';
  }

  /** It is about to stop. */
  drain(): void {
    this.#state = 'DRAINING';
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = performance.now();
    this.#late = now - this.#lookedAt - LOOK_MS;
    this.#lookedAt = now;
  }
}
