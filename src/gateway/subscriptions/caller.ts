import { isRefusal } from './event-answer.ts';
import type { Held } from './lease.ts';
import type { StreamEndCode } from './stream-end.ts';

/** Names of what a caller holds: roles, groups, permissions. */
export type Rights = ReadonlySet<string>;

export interface CallerOptions {
  /** Asks the upstreams about the token. Throws what they say if it does not hold. */
  readonly readRights: () => Promise<Rights>;
  /** Milliseconds from one time of asking to the next. */
  readonly checkMs: number;
  /** When the token expires by its own words, in epoch milliseconds; null: it does not say. */
  readonly expiresAt: number | null;
  readonly now: () => number;
  /** Told when nothing is held any more. */
  readonly onIdle: () => void;
}

/** Most that a timer can wait. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * A whole credential with all that is held by it. As long as there is anything, the upstreams are asked about the token
 * in intervals, however much it is; when it is refused, has expired, or its rights have become fewer, everything ends.
 */
export class Caller {
  readonly streams = new Set<Held>();
  readonly sockets = new Set<Held>();
  readonly #options: CallerOptions;
  readonly #expiry: NodeJS.Timeout | undefined;
  #rights: Rights | null = null;
  #asking: Promise<void> | null = null;
  /** When it was asked about and held. */
  #heldAt = -Infinity;
  #isWatched = false;

  constructor(options: CallerOptions) {
    this.#options = options;
    const left = options.expiresAt === null ? Infinity : options.expiresAt - options.now();
    if (left > LONGEST_TIMER_MS) return;
    this.#expiry = setTimeout(() => this.#end('UNAUTHENTICATED'), Math.max(left, 0)).unref();
  }

  /**
   * Makes sure that the token held a moment ago, for something that is held already.
   * @throws {UpstreamError} if it did not, or nobody can tell.
   */
  async admit(): Promise<void> {
    if (!this.#isWatched) this.#checkLater(performance.now());
    this.#isWatched = true;
    if (performance.now() - this.#heldAt >= this.#options.checkMs) await this.#ask();
  }

  /** Asks once for all who ask at the same time. */
  #ask(): Promise<void> {
    this.#asking ??= this.#check().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #check(): Promise<void> {
    const askedAt = performance.now();
    try {
      const rights = await this.#options.readRights();
      const before = this.#rights;
      this.#rights = rights;
      this.#heldAt = askedAt;
      if (before && [...before].some((right) => !rights.has(right))) this.#end('FORBIDDEN');
    } catch (error) {
      if (isRefusal(error)) this.#end('UNAUTHENTICATED');
      throw error;
    }
  }

  /** @param from when the time to the next check began. */
  #checkLater(from: number): void {
    const due = from + this.#options.checkMs - performance.now();
    setTimeout(() => this.#checkAgain(), Math.max(due, 0)).unref();
  }

  async #checkAgain(): Promise<void> {
    if (this.streams.size + this.sockets.size === 0) {
      clearTimeout(this.#expiry);
      this.#options.onIdle();
      return;
    }
    const from = performance.now();
    // An upstream that cannot be asked has refused nothing, and gives nothing to be sent either.
    await this.#ask().catch(() => {});
    this.#checkLater(from);
  }

  #end(code: StreamEndCode): void {
    this.#rights = null;
    this.#heldAt = -Infinity;
    for (const held of [...this.streams, ...this.sockets]) held.end(code);
  }
}
