/**
 * Sees to it that no message goes out after a write was acknowledged that may have taken the right to see it.
 *
 * A message is made of reads. If nothing was written through this gateway while they were made, it is sent as it is.
 * If something was, they are made once more, and this time writes that come to pass meanwhile are not acknowledged
 * before the message is out. So messages never wait for writes, and a write waits for a message only when it is the
 * second one that met it.
 */
export class WriteBarrier {
  readonly #held = new Set<Promise<void>>();
  #writes = 0;

  /** How many writes there were. */
  get writes(): number {
    return this.#writes;
  }

  /** Counts a write; resolves when it may be acknowledged. */
  async wrote(): Promise<void> {
    this.#writes += 1;
    await Promise.all(this.#held);
  }

  /** Keeps writes from being acknowledged from now on until the function given back is called. */
  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.add(promise);
    return () => {
      this.#held.delete(promise);
      resolve();
    };
  }
}
