import { ShapeError } from '../errors/shape-error.ts';
import type { Keyed } from './read.ts';
import { isKey, isObject } from './shape.ts';

/** Records that stand for items which cannot be read. */
const unreadable = new WeakSet<object>();
/** What is wrong with the first item that had to be left out of a list, and how many there were. */
const leftOut = new WeakMap<object, { readonly error: ShapeError; count: number }>();

/**
 * Reads the items of a list so that one that is wrong does not lose the others. If its key can be read it keeps its
 * place, and whatever else is asked of it fails, where it is asked, with what is wrong. One without a key is left out:
 * nothing can be told of it but that it was there, and {@link leftOutOf} does.
 *
 * @param key the member that holds the key.
 * @param readItem reads one item; throws `ShapeError` if it is none.
 */
export function readableItems<T extends Keyed>(
  items: readonly unknown[],
  where: string,
  key: string,
  readItem: (item: unknown) => T,
): T[] {
  const records: T[] = [];
  for (const item of items) {
    try {
      records.push(readItem(item));
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      const id = isObject(item) ? item[key] : undefined;
      if (typeof id === 'string' && isKey(id)) records.push(standIn<T>(id, error));
      else leaveOut(records, where, error);
    }
  }
  return records;
}

/** Tells whether an item of a list could be read, so that its members can be asked for. */
export function isReadable(record: object): boolean {
  return !unreadable.has(record);
}

/** Gives the error of a list, or of whatever holds one, that had to do without some of its items. */
export function leftOutOf(model: unknown): ShapeError | undefined {
  return typeof model === 'object' && model !== null ? leftOut.get(model)?.error : undefined;
}

/** Tells how many of its items a list had to do without. */
export function countLeftOut(records: readonly unknown[]): number {
  return leftOut.get(records)?.count ?? 0;
}

/** Tells that what was made of lists has to do without the items that they had to do without. */
export function passOnLeftOut(from: object, to: object): void {
  const known = leftOut.get(from);
  if (known && !leftOut.has(to)) leftOut.set(to, known);
}

function leaveOut(records: readonly unknown[], where: string, cause: ShapeError): void {
  const known = leftOut.get(records);
  if (known) known.count += 1;
  else leftOut.set(records, { error: new ShapeError(`an item with a key in ${where}`, cause), count: 1 });
}

/** Nothing but the key of the record is ever seen: asking for any other member throws. */
function standIn<T extends Keyed>(id: string, error: ShapeError): T {
  const record = new Proxy(
    { id },
    {
      get(_, member) {
        if (member === 'id') return id;
        // Promises look whether what they are resolved to is one of them.
        if (member === 'then') return undefined;
        throw error;
      },
    },
  );
  unreadable.add(record);
  return record as T;
}
