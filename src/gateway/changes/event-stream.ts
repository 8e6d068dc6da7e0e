import type { JournaledChange } from './change.ts';
import type { ChangeStream } from './change-stream.ts';

/**
 * The source events of a subscription: what a function makes of each change. It is read at the pace of whoever takes
 * them; nothing is prepared ahead. `return()` ends it at once, also while `next()` waits.
 */
export class EventStream<E> implements AsyncGenerator<E, void, void> {
  readonly #changes: ChangeStream;
  readonly #eventOf: (change: JournaledChange) => Promise<E | undefined>;
  readonly #leaving = new Set<() => void>();
  #first: (() => Promise<E>) | null;
  #cursor: string;
  #isOver = false;

  /**
   * @param first makes an event to begin with; null for none.
   * @param eventOf makes the event of a change; undefined if it is none for this follower. What it throws ends the stream.
   */
  constructor(
    changes: ChangeStream,
    first: ((whenClientLeaves: (leave: () => void) => void) => Promise<E>) | null,
    eventOf: (
      change: JournaledChange,
      whenClientLeaves: (leave: () => void) => void,
    ) => Promise<E | undefined>,
  ) {
    const whenClientLeaves = (leave: () => void) => void this.#leaving.add(leave);
    this.#changes = changes;
    this.#cursor = changes.cursor;
    this.#first = first && (() => first(whenClientLeaves));
    this.#eventOf = (change) => eventOf(change, whenClientLeaves);
  }

  /** The cursor from which to go on: after the last change that an event was made of, or that needed none. */
  get cursor(): string {
    return this.#cursor;
  }

  /**
   * Aborts when the follower is cut off for not taking events; the reason is the error `SLOW_CONSUMER` with the cursor, which
   * the next `next()` throws. For transports: a peer that does not read will never get to see that, so end its connection.
   */
  get tooSlow(): AbortSignal {
    return this.#changes.tooSlow;
  }

  async next(): Promise<IteratorResult<E, void>> {
    try {
      if (this.#first) {
        const first = this.#first;
        this.#first = null;
        return { value: await first(), done: false };
      }
      for (;;) {
        const { value: change, done } = await this.#changes.next();
        if (done || !change) return { value: undefined, done: true };
        const event = await this.#eventOf(change);
        this.#cursor = this.#changes.cursor;
        if (event !== undefined) return { value: event, done: false };
      }
    } catch (error) {
      // Reads are given up when the stream is ended, which is no failure of it.
      if (this.#isOver) return { value: undefined, done: true };
      await this.return();
      throw error;
    } finally {
      this.#leaving.clear();
    }
  }

  async return(): Promise<IteratorResult<E, void>> {
    this.#isOver = true;
    await this.#changes.return();
    for (const leave of this.#leaving) leave();
    return { value: undefined, done: true };
  }

  async throw(error: unknown): Promise<IteratorResult<E, void>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
