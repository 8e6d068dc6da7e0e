import { LRUCache } from 'lru-cache';
import type { CallerKey } from '../../../credentials/caller-key.ts';

/** How much may be used, by each of those who use it. */
export interface Allowance {
  readonly points: number;
  /** Milliseconds after which all points are there again, counted from the first use. */
  readonly windowMs: number;
}

/** Counts what each caller uses, within windows of time. */
export interface PointLimit {
  /**
   * Takes points from each of these keys, or from none of them where one has too few left.
   *
   * @returns how long to wait, in milliseconds; 0 where the points were there.
   */
  take(keys: readonly CallerKey[], points: number): number | Promise<number>;
}

/**
 * Keys that are counted at once. Those beyond are forgotten, the one that was used longest ago first: anybody can make
 * up keys, by sending tokens that nobody issued.
 */
const MOST_KEYS = 100_000;

/** Counts in the memory of this process. */
export function pointLimit({ points: allowed, windowMs }: Allowance): PointLimit {
  const windows = new LRUCache<CallerKey, { used: number; readonly endsAt: number }>({ max: MOST_KEYS });
  return {
    take(keys, points) {
      const now = performance.now();
      const asked = keys.map((key) => windowOf(key, now));
      // More than there is at all is taken once from a full allowance, or it could never be.
      const short = asked.filter(({ used }) => used > 0 && used + points > allowed);
      if (short.length > 0) return Math.max(...short.map(({ endsAt }) => endsAt - now));
      for (const window of asked) window.used += points;
      return 0;
    },
  };

  function windowOf(key: CallerKey, now: number): { used: number; readonly endsAt: number } {
    const known = windows.get(key);
    if (known && known.used > 0 && known.endsAt > now) return known;
    const window = { used: 0, endsAt: now + windowMs };
    windows.set(key, window);
    return window;
  }
}
