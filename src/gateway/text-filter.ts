/** Tells whether what a filter looks for is found in one of these values. */
export type TextFilter = (...values: readonly (string | null)[]) => boolean;

/** Makes a text filter, which takes upper and lower case alike; one that finds everything where there is no text. */
export function textFilter(text: string | null | undefined): TextFilter {
  if (!text) return () => true;
  // Once, and not again for each record.
  const wanted = text.toLowerCase();
  return (...values) => values.some((value) => value?.toLowerCase().includes(wanted));
}
