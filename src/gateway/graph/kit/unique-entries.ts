import { UserError } from './user-error.ts';

/**
 * Turns entries of an input list, in which each key may be given once, into the map that REST takes.
 *
 * @param key the member of an entry that is its key.
 * @param field path into the mutation's arguments to the list.
 * @throws {UserError} `INVALID_INPUT` for a key given twice: one of the two would be lost, and nobody told.
 */
export function uniqueEntries<K extends string, E extends Readonly<Record<K, string>>, V>(
  entries: readonly E[],
  key: K,
  toValue: (entry: E) => V,
  field: readonly string[],
): Record<string, V> {
  const values = new Map<string, V>();
  for (const [index, entry] of entries.entries()) {
    const name = entry[key];
    if (values.has(name)) {
      throw new UserError('INVALID_INPUT', `${name} is given twice`, [...field, String(index), key]);
    }
    values.set(name, toValue(entry));
  }
  return Object.fromEntries(values);
}
