import type { OpenCall } from '../client/open-call.ts';

/**
 * Lets operations that read the same path with the same credential at the same time share one call.
 *
 * A write puts up a barrier: whoever reads after it was acknowledged never joins a call that began before it, so that
 * everybody reads their own writes.
 */
export interface SharedReads {
  /**
   * Joins the read under way of this question by this credential, or starts one. Each participant can leave; the call is
   * ended when the last one has left.
   *
   * @param credential names all of it.
   * @param question names method and path.
   */
  join<T>(credential: string, question: string, start: () => OpenCall<T>): OpenCall<T>;
  /** Lets nobody join the reads that are under way now. */
  barrier(): void;
}

/** Makes the shared reads of one upstream. */
export function createSharedReads(): SharedReads {
  // By credential, then by question: a key of both would be put together, and hashed, for every read.
  const open = new Map<string, Map<string, SharedCall<unknown>>>();

  return {
    join<T>(credential: string, question: string, start: () => OpenCall<T>): OpenCall<T> {
      let own = open.get(credential);
      if (!own) {
        own = new Map();
        open.set(credential, own);
      }
      const known = own.get(question) as SharedCall<T> | undefined;
      if (known) return known.join();
      const shared = new SharedCall(start(), () => {
        if (own.get(question) === shared) own.delete(question);
        if (own.size === 0 && open.get(credential) === own) open.delete(credential);
      });
      own.set(question, shared as SharedCall<unknown>);
      return shared;
    },
    barrier: () => open.clear(),
  };
}

/** Shares nothing: every read is a call of its own. */
export const NOTHING_SHARED: SharedReads = {
  join: (_credential, _question, start) => start(),
  barrier: () => {},
};

/** A call with several participants, who join and leave. Whoever starts it is the first of them. */
export class SharedCall<T> implements OpenCall<T> {
  readonly answer: Promise<T>;
  readonly #call: OpenCall<T>;
  readonly #end: () => void;
  #participants = 1;

  /** @param end told when the call is over, or left by all: nobody may join then. */
  constructor(call: OpenCall<T>, end: () => void) {
    this.#call = call;
    this.answer = call.answer;
    this.#end = end;
    call.answer.then(end, end);
  }

  /** Takes part. */
  join(): OpenCall<T> {
    this.#participants += 1;
    return this;
  }

  abort(reason: Error): void {
    this.#participants -= 1;
    if (this.#participants > 0) return;
    this.#end();
    this.#call.abort(reason);
  }
}
