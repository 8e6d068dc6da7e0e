import type { Change } from './change.ts';

/** Members of records that hold a time. */
const TIMES = new Set(['createdAt', 'updatedAt', 'decidedAt', 'start', 'end']);

/** Reads a change as the journal wrote it. Times, which JSON keeps as texts, are made times again. */
export function parseChange(json: string): Change {
  return JSON.parse(json, (key, value: unknown) =>
    typeof value === 'string' && (TIMES.has(key) || key === 'at') ? new Date(value) : value,
  ) as Change;
}
