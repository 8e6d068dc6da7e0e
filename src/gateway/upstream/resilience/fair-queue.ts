/** Something that waits until it may go. */
export interface Waiting {
  /** Its turn has come. False if it does not want its place any more, which is then given to the next. */
  admitted(): boolean;
  /** It will not have a turn: too many wait, or the queue is closed. */
  refused(): void;
}

/**
 * Bounds how many calls to one upstream are under way and how many wait. Those who have a place leave it when they are
 * done; the next is then taken from another operation than the last, so that an operation of one call never waits for
 * all calls of one that has hundreds. When too many wait, whoever has most of them gives up its last.
 */
export class FairQueue {
  /** How many may go at once. */
  readonly places: number;
  #free: number;
  readonly #most: number;
  #length = 0;
  #isClosed = false;
  /** What waits of each operation; the operation whose turn is next comes first. */
  readonly #waiting = new Map<object, Waiting[]>();

  /**
   * @param places how many may go at once.
   * @param most how many may wait.
   */
  constructor(places: number, most: number) {
    this.places = places;
    this.#free = places;
    this.#most = most;
  }

  /** How many wait. */
  get length(): number {
    return this.#length;
  }

  /** Whether nobody gets a place any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Refuses all who wait, and all who come; who has a place keeps it. */
  close(): void {
    this.#isClosed = true;
    const waiting = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    this.#length = 0;
    for (const one of waiting) one.refused();
  }

  /** Takes a place if there is one: nobody waits then. */
  enter(): boolean {
    if (this.#free === 0 || this.#isClosed) return false;
    this.#free -= 1;
    return true;
  }

  /** Gives a place back, or on to the next who wants it. */
  leave(): void {
    for (let next = this.#next(); next; next = this.#next()) {
      if (next.admitted()) return;
    }
    this.#free += 1;
  }

  /** Lets something wait among what else its operation waits for. */
  wait(operation: object, waiting: Waiting): void {
    if (this.#isClosed) {
      waiting.refused();
      return;
    }
    const own = this.#waiting.get(operation);
    if (own) own.push(waiting);
    else this.#waiting.set(operation, [waiting]);
    this.#length += 1;
    if (this.#length > this.#most) this.#refuseOne();
  }

  /** Lets something wait no longer. */
  withdraw(operation: object, waiting: Waiting): void {
    const own = this.#waiting.get(operation);
    const index = own?.indexOf(waiting) ?? -1;
    if (!own || index === -1) return;
    own.splice(index, 1);
    this.#length -= 1;
    if (own.length === 0) this.#waiting.delete(operation);
  }

  #next(): Waiting | undefined {
    for (const [operation, own] of this.#waiting) {
      this.#waiting.delete(operation);
      const next = own.shift();
      if (own.length > 0) this.#waiting.set(operation, own);
      this.#length -= 1;
      return next;
    }
    return undefined;
  }

  #refuseOne(): void {
    let longest: readonly [object, Waiting[]] | undefined;
    for (const entry of this.#waiting) {
      if (!longest || entry[1].length >= longest[1].length) longest = entry;
    }
    const refused = longest?.[1].at(-1);
    if (!longest || !refused) return;
    this.withdraw(longest[0], refused);
    refused.refused();
  }
}
