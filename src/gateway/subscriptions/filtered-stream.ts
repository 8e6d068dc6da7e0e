import type { JournaledChange } from '../changes/journal/change.ts';
import type { ChangeStream } from '../changes/journal/change-stream.ts';
import type { SourceStream } from './source-stream.ts';

/** Something to be told or shown anew: a change and its cursor; the first event of a live view has neither. */
export interface FilteredEvent {
  readonly cursor: string;
  readonly change: JournaledChange;
}

/** The event of each change, one for all subscriptions, so that they share what is read for it. */
const events = new WeakMap<JournaledChange, FilteredEvent>();

/** What a live view begins with. */
type Beginning = Readonly<Record<string, never>>;

/** Those of the changes in a feed that one subscription is about, at the pace of whoever takes them. */
export class FilteredStream
  implements SourceStream<FilteredEvent | Beginning>, AsyncIterator<FilteredEvent | Beginning>
{
  readonly isView: boolean;
  readonly #changes: ChangeStream;
  readonly #isWanted: (change: JournaledChange) => boolean;
  #cursor: string;
  #given: string;
  #begins: boolean;

  /** @param isView whether it begins with an event that no change has caused. */
  constructor(changes: ChangeStream, isWanted: (change: JournaledChange) => boolean, isView = false) {
    this.isView = isView;
    this.#changes = changes;
    this.#isWanted = isWanted;
    this.#cursor = changes.cursor;
    this.#given = changes.cursor;
    this.#begins = isView;
  }

  get cursor(): string | null {
    return this.isView ? null : this.#cursor;
  }

  async next(): Promise<IteratorResult<FilteredEvent | Beginning, void>> {
    if (this.#begins) {
      this.#begins = false;
      return { value: {}, done: false };
    }
    this.#cursor = this.#given;
    for (;;) {
      const { value: change, done } = await this.#changes.next();
      if (done || !change) return { value: undefined, done: true };
      this.#given = this.#changes.cursor;
      if (this.#isWanted(change)) return { value: this.#eventOf(change), done: false };
      this.#cursor = this.#given;
    }
  }

  async return(): Promise<IteratorResult<FilteredEvent | Beginning, void>> {
    await this.#changes.return();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #eventOf(change: JournaledChange): FilteredEvent {
    const known = events.get(change);
    if (known) return known;
    const event = { change, cursor: this.#given };
    events.set(change, event);
    return event;
  }
}
