/** Executions that begin before everybody else has a turn. */
const AT_ONCE = 20;

/**
 * Lets so much begin that whoever waits for something else waits for a moment only: one event may be news to thousands of
 * streams.
 */
export class Pace {
  /** In the order in which they came. */
  readonly #waiting = new Set<() => void>();
  #begun = 0;

  /** Waits for a turn; not at all while few began before in this turn of the event loop. */
  turn(): Promise<void> | undefined {
    if (this.#begun === 0) setImmediate(() => this.#next());
    if (this.#begun < AT_ONCE) {
      this.#begun += 1;
      return undefined;
    }
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  #next(): void {
    this.#begun = 0;
    for (const begin of this.#waiting) {
      if (this.#begun === AT_ONCE) break;
      this.#waiting.delete(begin);
      this.#begun += 1;
      begin();
    }
    if (this.#begun > 0) setImmediate(() => this.#next());
  }
}
