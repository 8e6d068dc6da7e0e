/** Names that outsiders make up have no end; so many are worth a line. */
const MOST_NAMES = 100;

/** Remembers names that outsiders send, so that the log tells each once. */
export class OnceEach {
  readonly #names = new Set<string>();

  /** Whether a name is new and worth a line. */
  take(name: string): boolean {
    if (this.#names.has(name) || this.#names.size >= MOST_NAMES) return false;
    this.#names.add(name);
    return true;
  }
}
