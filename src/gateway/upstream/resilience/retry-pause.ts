import { HttpError } from '../errors/http-error.ts';

/** Longest pause before the first repeat; it doubles with each. */
const FIRST_MS = 100;
const LONGEST_MS = 1000;

/**
 * Chooses how long to wait before a call is sent again: full jitter, so that those who failed together do not come back
 * together, and never sooner than the upstream asked for.
 *
 * @param repeat 0 for the first one.
 * @param random gives numbers in [0, 1).
 * @returns milliseconds.
 */
export function retryPause(repeat: number, error: unknown, random: () => number): number {
  const jitter = random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** repeat);
  const asked = error instanceof HttpError ? (error.retryAfterSeconds ?? 0) : 0;
  return asked * 1000 + jitter;
}
