/** Lets those who work on the same things do so one after the other, in the order in which they came. */
export class KeyedMutex {
  readonly #last = new Map<string, Promise<void>>();

  /** Runs `work` as soon as all who came before with one of the same keys are done, whatever came of them. */
  async take<T>(keys: string | readonly string[], work: () => Promise<T>): Promise<T> {
    const own = typeof keys === 'string' ? [keys] : [...new Set(keys)];
    const before = own.map((key) => this.#last.get(key));
    const { promise: done, resolve: finish } = Promise.withResolvers<void>();
    for (const key of own) this.#last.set(key, done);
    try {
      await Promise.all(before);
      return await work();
    } finally {
      finish();
      for (const key of own) if (this.#last.get(key) === done) this.#last.delete(key);
    }
  }
}
