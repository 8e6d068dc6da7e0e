import type { SourceStream } from '../../src/gateway/subscriptions/source-stream.ts';

/** An event of the feed that the tests of transports follow. */
export interface Saying {
  readonly cursor: string;
  readonly text: string;
}

/** A feed in memory, without a bound: the transports are tested, not the feed. */
export class Sayings {
  readonly #all: Saying[] = [];
  readonly #followers = new Set<() => void>();

  /** How many follow it now. */
  get followers(): number {
    return this.#followers.size;
  }

  /** Says something, and gives its cursor. */
  say(text: string): string {
    const cursor = String(this.#all.length + 1);
    this.#all.push({ cursor, text });
    for (const wake of [...this.#followers]) wake();
    return cursor;
  }

  /** Follows it from now on, or after a cursor. */
  follow(after: string | null): SourceStream<Saying> {
    let taken = after === null ? this.#all.length : Number(after);
    let position = after === null ? this.#all.length : Number(after);
    let wake = () => {};
    let isOver = false;
    const follower = () => wake();
    this.#followers.add(follower);
    return {
      get cursor() {
        return String(taken);
      },
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          taken = position;
          while (!isOver) {
            const saying = this.#all[position];
            if (saying) {
              position += 1;
              return { done: false, value: saying };
            }
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
          return { done: true, value: undefined };
        },
        return: async () => {
          isOver = true;
          this.#followers.delete(follower);
          wake();
          return { done: true, value: undefined };
        },
      }),
    };
  }
}
