import type { CallerKey } from '../credentials/caller-key.ts';

/** Counts what is held by each of the keys that callers are counted by. */
export class HeldCounts {
  readonly #counts = new Map<CallerKey, number>();

  /** How much is held by the one of these keys that holds most. */
  most(keys: readonly CallerKey[]): number {
    return Math.max(...keys.map((key) => this.#of(key)));
  }

  add(keys: readonly CallerKey[]): void {
    for (const key of keys) this.#counts.set(key, this.#of(key) + 1);
  }

  /** What holds nothing any more is forgotten. */
  remove(keys: readonly CallerKey[]): void {
    for (const key of keys) {
      const left = this.#of(key) - 1;
      if (left > 0) this.#counts.set(key, left);
      else this.#counts.delete(key);
    }
  }

  #of(key: CallerKey): number {
    return this.#counts.get(key) ?? 0;
  }
}
