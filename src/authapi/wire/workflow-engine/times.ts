import { Type } from '@sinclair/typebox';
import { faulty } from '../../engine-error.ts';

/** A time as RFC 3339 has it, e.g. `2026-01-01T15:05:05Z`. */
export const Time = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}[Tt]\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?([Zz]|[+-]\\d{2}:\\d{2})$',
  description: 'RFC 3339, e.g. 2026-01-01T15:05:05Z',
});

/** Reads a time into epoch milliseconds; absent stays absent. Throws 400 for a day or an hour that does not exist. */
export function epochOf(time: string | undefined, property: string): number | undefined {
  if (time === undefined) return undefined;
  const epoch = Date.parse(time.toUpperCase());
  if (Number.isNaN(epoch)) throw faulty('VALUE_INCORRECT_FORMAT', property, `is no time: ${time}`);
  return epoch;
}

/** Writes epoch milliseconds; whole seconds without a fraction. */
export function timeOf(epoch: number): string {
  return new Date(epoch).toISOString().replace('.000Z', 'Z');
}
