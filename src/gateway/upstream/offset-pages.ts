import { type RestPath, withQuery } from './path.ts';
import type { Read } from './read.ts';
import { passOnLeftOut, readableItems } from './readable-items.ts';
import type { Keyed } from './record-loader.ts';
import { items, object, optionalInteger } from './shape.ts';

/** A part of a list that the upstream gives in pages (contract section 15). */
export interface OffsetPage<T> {
  /** Items of the whole list. */
  readonly count: number;
  readonly items: readonly T[];
}

/** Reads up to `limit` items, beginning with the one at `offset`. */
export type ReadPage<T> = (offset: number, limit: number) => Promise<OffsetPage<T>>;

/** Contract section 21: at most 100 at once. */
export const LARGEST_PAGE = 100;

/**
 * Reads a range of a list, in as few calls as there are pages in it. The first page tells how many more there are,
 * and those are read side by side.
 *
 * @param size most items to read; left out, all from `start` on.
 */
export async function readRange<T>(
  readPage: ReadPage<T>,
  start: number,
  size = Number.POSITIVE_INFINITY,
): Promise<OffsetPage<T>> {
  const first = await readPage(start, Math.min(size, LARGEST_PAGE));
  const end = Math.min(start + size, first.count);
  // A server that gives less than it was asked for has a bound of its own.
  const step = first.items.length;
  const offsets: number[] = [];
  for (let offset = start + step; step > 0 && offset < end; offset += step) offsets.push(offset);
  const others = await Promise.all(
    offsets.map((offset) => readPage(offset, Math.min(step, start + size - offset))),
  );
  return { count: first.count, items: [first, ...others].flatMap(({ items }) => items) };
}

/** Adds to a path which page of its list is wanted. */
export function pageOfPath(
  base: RestPath,
  offset: number,
  limit: number,
  query: Readonly<Record<string, string>> = {},
): RestPath {
  return withQuery(base, { ...query, limit: String(limit), offset: String(offset) });
}

/**
 * Reads the body of a page.
 * @throws {ShapeError} if it has no count, or its items are no list, or one of them cannot be read.
 */
export function offsetPage<T>(body: unknown, where: string, read: (item: unknown) => T): OffsetPage<T> {
  return pageWith(body, where, (found) => found.map((item) => read(item)));
}

/**
 * Makes the read of a page of records, of which one that is wrong does not lose the others (`readable-items.ts`). It throws
 * `ShapeError` if the page has no count, or its items are no list.
 */
export function pageOf<T extends Keyed>(where: string, readItem: (item: unknown) => T): Read<OffsetPage<T>> {
  const readItems = (found: readonly unknown[]) => readableItems(found, where, 'id', readItem);
  return Object.assign(
    (body: unknown) => {
      const page = pageWith(body, where, readItems);
      passOnLeftOut(page.items, page);
      return page;
    },
    {
      list: {
        member: 'items',
        readItems,
        itemsOf: (page: OffsetPage<T>) => page.items,
        // Where the body has no count, it is that of the items. They are what `readItems` gave.
        withItems: (page: OffsetPage<T>, read: readonly Keyed[]) =>
          read.length === page.items.length ? { count: page.count, items: read as readonly T[] } : null,
      },
    },
  );
}

function pageWith<T>(
  body: unknown,
  where: string,
  readItems: (found: readonly unknown[]) => readonly T[],
): OffsetPage<T> {
  const page = object(body, where);
  const read = readItems(items(page['items'], where));
  return { count: optionalInteger(page['count'], `${where}.count`) ?? read.length, items: read };
}
