import type { Change, Snapshot } from './change.ts';

/** Members of records that hold a time. */
const TIMES = new Set(['createdAt', 'updatedAt', 'decidedAt', 'start', 'end', 'at']);

/** Reads a change as the journal wrote it. Times, which JSON keeps as texts, are made times again. */
export function parseChange(json: string): Change {
  return JSON.parse(json, timesAgain) as Change;
}

/** Reads a snapshot in the same way. */
export function parseSnapshot(json: string): Snapshot {
  return JSON.parse(json, timesAgain) as Snapshot;
}

function timesAgain(key: string, value: unknown): unknown {
  return typeof value === 'string' && TIMES.has(key) ? new Date(value) : value;
}
