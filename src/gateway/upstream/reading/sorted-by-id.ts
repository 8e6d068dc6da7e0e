import { oncePerList } from './once-per-list.ts';
import type { Keyed } from './read.ts';

const sorted = oncePerList((records: readonly Keyed[]): readonly Keyed[] => {
  const isSorted = records.every(
    (record, index) => index === 0 || (records[index - 1]?.id ?? '') <= record.id,
  );
  if (isSorted) return records;
  const copy = records.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  return Object.isFrozen(records) ? Object.freeze(copy) : copy;
});

/**
 * Gives records in the order of their ids. Most upstreams answer in this order already, and then nothing is copied;
 * the same list is looked at only once.
 */
export function sortedById<R extends Keyed>(records: readonly R[]): readonly R[] {
  // Sorting makes no records.
  return sorted(records) as readonly R[];
}

/** Finds where the ids above `id` begin in a sorted list, whether or not there is a record with that id. */
export function indexAfter(records: readonly Keyed[], id: string): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((records[middle]?.id ?? '') <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}
