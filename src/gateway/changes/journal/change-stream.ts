import { GraphQLError } from 'graphql';
import type { JournaledChange } from './change.ts';

/** Where a stream takes its changes from. */
export interface ChangeSource {
  /** The place of the last change that was handed out. */
  readonly last: number;
  /** Gives changes after a place: one or more, or none where there are none yet. */
  after(place: number): readonly JournaledChange[];
  /** Writes the cursor of a place. */
  cursorOf(place: number): string;
}

/**
 * The changes that one follower gets, one at a time and when it asks. It holds a place in the feed and no queue; a
 * follower that has not asked for the next change while too many came is cut off, with its cursor.
 */
export class ChangeStream implements AsyncGenerator<JournaledChange, void, void> {
  readonly #feed: ChangeSource;
  readonly #backlog: number;
  readonly #leave: () => void;
  #place: number;
  #batch: readonly JournaledChange[] = [];
  /** How many of the batch are given. */
  #given = 0;
  #lastWhenAsked: number;
  #waiting: ((result: IteratorResult<JournaledChange, void>) => void) | null = null;
  #isOver = false;
  /** Why it was cut off, until it has been told. */
  #reason: GraphQLError | null = null;

  /**
   * @param place after which it begins.
   * @param backlog changes that may come while the follower does not ask for the next one.
   * @param leave told when the stream is over.
   */
  constructor(feed: ChangeSource, place: number, backlog: number, leave: () => void) {
    this.#feed = feed;
    this.#place = place;
    this.#backlog = backlog;
    this.#leave = leave;
    this.#lastWhenAsked = feed.last;
  }

  /** The cursor of the last change that was handed over; where it began, before the first. */
  get cursor(): string {
    return this.#feed.cursorOf(this.#place);
  }

  /**
   * Gives the next change, once there is one. Is not to be called again before it has.
   * @throws {GraphQLError} `SLOW_CONSUMER`, once.
   */
  async next(): Promise<IteratorResult<JournaledChange, void>> {
    if (this.#isOver) {
      const reason = this.#reason;
      this.#reason = null;
      if (reason) throw reason;
      return { value: undefined, done: true };
    }
    this.#lastWhenAsked = this.#feed.last;
    return this.#take() ?? new Promise((resolve) => (this.#waiting = resolve));
  }

  /** Ends the stream; a `next()` under way is answered too. */
  async return(): Promise<IteratorResult<JournaledChange, void>> {
    this.#end();
    return { value: undefined, done: true };
  }

  async throw(error: unknown): Promise<IteratorResult<JournaledChange, void>> {
    this.#end();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end();
  }

  /** Told by the feed that there may be more. */
  notice(): void {
    if (this.#waiting) {
      const result = this.#take();
      if (!result) return;
      const answer = this.#waiting;
      this.#waiting = null;
      answer(result);
    } else if (this.#feed.last - this.#lastWhenAsked > this.#backlog) {
      this.#reason = slowConsumer(this.cursor);
      this.#end();
    }
  }

  #take(): IteratorResult<JournaledChange, void> | null {
    if (this.#given === this.#batch.length) {
      this.#batch = this.#feed.after(this.#place);
      this.#given = 0;
    }
    const change = this.#batch[this.#given];
    if (!change) return null;
    this.#given += 1;
    this.#place = change.place;
    return { value: change, done: false };
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#waiting?.({ value: undefined, done: true });
    this.#waiting = null;
    this.#batch = [];
    this.#given = 0;
    this.#leave();
  }
}

function slowConsumer(cursor: string): GraphQLError {
  return new GraphQLError('Changes came faster than they were read. Go on from the cursor.', {
    extensions: { code: 'SLOW_CONSUMER', cursor },
  });
}
