import type { Keyed } from './upstream/record-loader.ts';

/** Gives records in the order of their ids. Most upstreams answer in this order already, and then nothing is copied. */
export function sortedById<R extends Keyed>(records: readonly R[]): readonly R[] {
  const isSorted = records.every(
    (record, index) => index === 0 || (records[index - 1]?.id ?? '') <= record.id,
  );
  return isSorted ? records : records.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
