/** Lets those who work on the same thing do so one after the other, in the order in which they came. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs `work` as soon as all who came before with the same key are done, whatever came of them. */
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const turn = this.#after(key).then(work);
    this.#last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#last.get(key) === turn) this.#last.delete(key);
    }
  }

  async #after(key: string): Promise<void> {
    await this.#last.get(key)?.catch(() => {});
  }
}
