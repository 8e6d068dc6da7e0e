/**
 * Tells how far long work is, on one line of standard error that is written over; only in a terminal, so that logs and
 * pipes stay clean.
 */
export class ProgressLine {
  #shown = false;

  /** Shows where the work is. */
  show(text: string): void {
    if (!process.stderr.isTTY) return;
    process.stderr.write(`\r\u001b[K${text}`);
    this.#shown = true;
  }

  /** Takes the line away, for what is said next. */
  clear(): void {
    if (this.#shown) process.stderr.write('\r\u001b[K');
    this.#shown = false;
  }
}
