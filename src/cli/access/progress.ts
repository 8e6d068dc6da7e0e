/** How often a log is told. */
const LOG_EVERY_MS = 30_000;

/**
 * Tells how far long work is, on standard error: in a terminal on one line that is written over, in a log by a line now
 * and then, and by none if it is soon over.
 */
export class ProgressLine {
  #shown = false;
  #loggedAt = performance.now();

  /** Shows where the work is. */
  show(text: string): void {
    if (!process.stderr.isTTY) {
      if (performance.now() - this.#loggedAt < LOG_EVERY_MS) return;
      this.#loggedAt = performance.now();
      process.stderr.write(`${text}\n`);
      return;
    }
    process.stderr.write(`\r\u001b[K${text}`);
    this.#shown = true;
  }

  /** Takes the line away, for what is said next. */
  clear(): void {
    if (this.#shown) process.stderr.write('\r\u001b[K');
    this.#shown = false;
  }
}
