import { LRUCache } from 'lru-cache';

/** A part of an answer that is JSON already. */
export class Written {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What is known of one list; null if it was seen once, or its text was forgotten. */
interface Entry {
  written: Written | null;
}

/** The texts that the plans of a gateway keep, bounded by their length together; the least recently used go first. */
export class SerializedLists {
  readonly #kept: LRUCache<Entry, Written>;

  /** @param most characters that they may have; at least 1. */
  constructor(most: number) {
    this.#kept = new LRUCache<Entry, Written>({
      maxSize: most,
      sizeCalculation: ({ text }) => text.length + 1,
      dispose(_written, entry) {
        entry.written = null;
      },
    });
  }

  keep(entry: Entry, written: Written): void {
    this.#kept.set(entry, written);
    // One that is longer than all may be is not kept.
    if (this.#kept.has(entry)) entry.written = written;
  }

  used(entry: Entry): void {
    this.#kept.get(entry);
  }
}

/** An execution that can take parts of its answer as text. */
interface TextRun {
  /** Where texts of lists are kept; null if the answer is not to be text, or while it may not be in parts. */
  readonly texts: SerializedLists | null;
  write(written: Written): Written;
  inOnePiece<A>(complete: () => A): { readonly answer: A; readonly toldAll: boolean };
}

/**
 * How one field of a plan wrote the lists that it met. An upstream that sends the same bytes again gives the same
 * frozen list (`upstream/response-reuse/response-reuse.ts`), to whomever it sends them. So if its items tell all that is asked of them,
 * its text is the same too, and whoever gets that has just been sent what it was made of.
 */
export class SerializedListsOfField {
  readonly #entries = new WeakMap<object, Entry>();
  /** Whether items were met that do not tell all: then the next ones will hardly do. */
  #isFutile = false;

  /**
   * Completes a list, unless its text is known.
   *
   * @param completeItems gives the list of the answer.
   */
  complete<R extends TextRun>(
    run: R,
    list: readonly unknown[],
    completeItems: (run: R, list: readonly unknown[]) => unknown[],
  ): unknown[] | Written {
    const { texts } = run;
    if (!texts || this.#isFutile || !Object.isFrozen(list)) return completeItems(run, list);
    const entry = this.#entries.get(list);
    if (entry?.written) {
      texts.used(entry);
      return run.write(entry.written);
    }
    const { answer, toldAll } = run.inOnePiece(() => completeItems(run, list));
    if (!toldAll) this.#isFutile = true;
    else if (!entry) this.#entries.set(list, { written: null });
    else {
      const written = new Written(JSON.stringify(answer));
      texts.keep(entry, written);
      return run.write(written);
    }
    return answer;
  }
}
