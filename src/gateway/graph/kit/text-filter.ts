/**
 * Makes a text filter, which takes upper and lower case alike; one that finds everything where there is no text.
 *
 * @param valuesOf where the text is looked for; not read at all where there is none, for what is wrong with a value
 *   concerns nobody then.
 */
export function textFilter<R>(
  text: string | null | undefined,
  valuesOf: (record: R) => readonly (string | null)[],
): (record: R) => boolean {
  if (!text) return () => true;
  // Once, and not again for each record.
  const wanted = text.toLowerCase();
  return (record) => valuesOf(record).some((value) => value?.toLowerCase().includes(wanted));
}
