/** What a client was told about a mutation. */
export type Outcome = 'acknowledged' | 'failed' | 'unknown';

/** One mutation, and how often the upstream shows its effect. */
export interface HistoryEntry {
  readonly what: string;
  readonly outcome: Outcome;
  /** How often what it was to do is found done: 0 or 1 where doing it twice shows no difference. */
  readonly found: number;
}

/** How often the effect of a mutation may be there. */
const ALLOWED: Readonly<Record<Outcome, readonly number[]>> = {
  acknowledged: [1],
  failed: [0],
  unknown: [0, 1],
};

/**
 * Finds what must not be: a mutation that was acknowledged and is not there exactly once, that failed and is there, or
 * whose outcome is unknown and that is there twice.
 */
export function violations(history: readonly HistoryEntry[]): string[] {
  return history
    .filter(({ outcome, found }) => !ALLOWED[outcome].includes(found))
    .map(({ what, outcome, found }) => `${what}: ${outcome}, and done ${found} times`);
}

/** Counts outcomes, to print. */
export function tally(history: readonly HistoryEntry[]): string {
  const count = (outcome: Outcome) => history.filter((entry) => entry.outcome === outcome).length;
  return `${count('acknowledged')} acknowledged, ${count('failed')} failed, ${count('unknown')} unknown`;
}
