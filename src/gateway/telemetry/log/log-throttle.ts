/** Keeps lines of the log that say the same from drowning it. */
export class LogThrottle {
  readonly #lines: number;
  readonly #everyMs: number;
  readonly #now: () => number;
  readonly #kinds = new Map<string, { beganAt: number; count: number }>();

  /**
   * @param bounds so many lines of each kind in so many milliseconds.
   * @param now the clock, in milliseconds.
   */
  constructor(
    { lines, everyMs }: { readonly lines: number; readonly everyMs: number },
    now: () => number = () => performance.now(),
  ) {
    this.#lines = lines;
    this.#everyMs = everyMs;
    this.#now = now;
  }

  /**
   * Asks whether to write a line.
   *
   * @param kind of which there are few, e.g. an error code.
   * @returns how many were left out before it; null if it is to be left out.
   */
  take(kind: string): number | null {
    const now = this.#now();
    const known = this.#kinds.get(kind);
    if (known && now - known.beganAt < this.#everyMs) {
      known.count += 1;
      return known.count > this.#lines ? null : 0;
    }
    this.#kinds.set(kind, { beganAt: now, count: 1 });
    return Math.max(0, (known?.count ?? 0) - this.#lines);
  }
}
