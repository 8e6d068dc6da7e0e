import { setImmediate } from 'node:timers/promises';

/** Some milliseconds of light work. */
const STEP = 5000;

/** Visits every record of a list, and lets others work now and then if it is long. */
export async function visitAll<R>(records: readonly R[], visit: (record: R) => void): Promise<void> {
  for (let start = 0; start < records.length; start += STEP) {
    if (start > 0) await setImmediate();
    for (const record of records.slice(start, start + STEP)) visit(record);
  }
}
