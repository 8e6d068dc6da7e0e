import { LRUCache } from 'lru-cache';
import type { CallerKey } from '../../credentials/caller-key.ts';
import type { AppliedChanges } from './applied-changes.ts';

/** Changes that were made under a key, and how it went. */
interface Answer {
  readonly question: string;
  readonly applied: Promise<AppliedChanges>;
  /** Number of changes, by which the memory is bounded. */
  readonly size: number;
}

/** What came of an idempotent application. */
export type Answered =
  | { readonly applied: AppliedChanges; readonly isReplay: boolean }
  /** The key stands for other changes. */
  | 'other question';

/** Changes whose answers are kept at a time; about a kilobyte each. */
const MOST_CHANGES = 50_000;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The answers of `applyAccessChanges` by idempotency key, in the memory of one process for a day at most: so many that
 * memory stays bounded, the least recently used going first. Where a key is forgotten, by age, a restart or another
 * process, sending it again makes only what does not hold by then.
 */
export class IdempotencyStore {
  readonly #answers = new LRUCache<string, Answer>({
    maxSize: MOST_CHANGES,
    sizeCalculation: ({ size }) => size,
    ttl: DAY_MS,
  });

  /**
   * Makes changes once. Who sends the key again gets the first answer, even while it is still being worked out. An
   * answer that leaves something open is not kept, so that the same key may go on where it ended.
   *
   * @param caller stands for the whole credential; an idempotency key means nothing to anybody else.
   * @param question all that was asked for.
   * @param size number of changes.
   * @throws what `apply` throws; then the key is free again.
   */
  async once(
    caller: CallerKey,
    key: string,
    { question, size }: { readonly question: string; readonly size: number },
    apply: () => Promise<AppliedChanges>,
  ): Promise<Answered> {
    const name = JSON.stringify([caller, key]);
    const known = this.#answers.get(name);
    if (known) {
      return known.question === question
        ? { applied: await known.applied, isReplay: true }
        : 'other question';
    }
    const answer: Answer = { question, applied: apply(), size: Math.max(1, size) };
    this.#answers.set(name, answer);
    try {
      const applied = await answer.applied;
      if (!applied.isFinal) this.#forget(name, answer);
      return { applied, isReplay: false };
    } catch (error) {
      this.#forget(name, answer);
      throw error;
    }
  }

  #forget(name: string, answer: Answer): void {
    if (this.#answers.peek(name) === answer) this.#answers.delete(name);
  }
}
