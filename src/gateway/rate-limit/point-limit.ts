import { LRUCache } from 'lru-cache';

/** How much may be used, by each of those who use it. */
export interface Allowance {
  readonly points: number;
  /** Milliseconds after which all points are there again, counted from the first use. */
  readonly windowMs: number;
}

/** Counts what each key uses, within windows of time. */
export interface PointLimit {
  /**
   * Takes points.
   *
   * @returns how long to wait, in milliseconds; 0 where the points were there.
   */
  take(key: string, points: number): number | Promise<number>;
}

/**
 * Keys that are counted at once. Those beyond are forgotten, the one that was used longest ago first: anybody can make
 * up keys, by sending tokens that nobody issued.
 */
const MOST_KEYS = 100_000;

/** Counts in the memory of this process. */
export function pointLimit({ points: allowed, windowMs }: Allowance): PointLimit {
  const windows = new LRUCache<string, { used: number; readonly endsAt: number }>({ max: MOST_KEYS });
  return {
    take(key, points) {
      const now = performance.now();
      let window = windows.get(key);
      if (!window || window.endsAt <= now) {
        window = { used: 0, endsAt: now + windowMs };
        windows.set(key, window);
      }
      // More than there is at all is taken once from a full allowance, or it could never be.
      if (window.used > 0 && window.used + points > allowed) return window.endsAt - now;
      window.used += points;
      return 0;
    },
  };
}
