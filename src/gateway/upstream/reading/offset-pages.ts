import { type RestPath, withQuery } from '../client/path.ts';
import { ShapeError } from '../errors/shape-error.ts';
import type { Keyed, Read } from './read.ts';
import { countLeftOut, passOnLeftOut, readableItems } from './readable-items.ts';
import { object, optionalInteger, ownItems } from './shape.ts';

/** A part of a list. */
export interface ListPart<T> {
  /** Items of the whole list. */
  readonly count: number;
  readonly items: readonly T[];
}

/** A page of a list, as it came from an upstream that gives it in pages (contract section 15). */
export interface OffsetPage<T> {
  /** Items of the whole list; null if the upstream does not tell. */
  readonly count: number | null;
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
 * @throws {ShapeError} if it cannot be told whether these are all: the pages do not add up to what they count, or the
 *   list may have changed between them, or a full page does not tell whether there are more.
 */
export async function readRange<T>(
  readPage: ReadPage<T>,
  start: number,
  size = Number.POSITIVE_INFINITY,
): Promise<ListPart<T>> {
  const asked = Math.min(size, LARGEST_PAGE);
  const first = await readPage(start, asked);
  // A server that gives less than it was asked for has a bound of its own.
  const step = given(first);
  if (first.count === null && step >= asked) throw new ShapeError('a count of the items of a list');
  const count = first.count ?? start + step;
  const end = Math.min(start + size, count);
  const offsets: number[] = [];
  for (let offset = start + step; step > 0 && offset < end; offset += step) offsets.push(offset);
  const others = await Promise.all(
    offsets.map((offset) => readPage(offset, Math.min(step, start + size - offset))),
  );
  const pages = [first, ...others];
  if (others.some((page) => page.count !== first.count)) {
    throw new ShapeError('the same count on every page of a list');
  }
  const all = pages.reduce((sum, page) => sum + given(page), 0);
  if (all < end - start || start + all > Math.max(start, count)) {
    throw new ShapeError('as many items in a list as it counts');
  }
  // Some servers give more than they were asked for.
  return { count, items: pages.flatMap(({ items }) => items).slice(0, size) };
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
 * @throws {ShapeError} if it has no list of items, or one of them cannot be read.
 */
export function offsetPage<T>(body: unknown, where: string, read: (item: unknown) => T): OffsetPage<T> {
  return pageWith(body, where, (found) => found.map((item) => read(item)));
}

/**
 * Reads the body of a list that comes like a page, but all at once.
 * @throws {ShapeError} if it counts more or fewer items than there are, or they are no list, or one cannot be read.
 */
export function wholeList<T>(body: unknown, where: string, read: (item: unknown) => T): readonly T[] {
  const { count, items } = offsetPage(body, where, read);
  if ((count ?? items.length) !== items.length)
    throw new ShapeError(`as many items at ${where} as it counts`);
  return items;
}

/**
 * Makes the read of a page of records, of which one that is wrong does not lose the others (`readable-items.ts`). It throws
 * `ShapeError` if the page has no list of items.
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
        // They are what `readItems` gave.
        withItems: ({ count }: OffsetPage<T>, read: readonly Keyed[]) => ({
          count,
          items: read as readonly T[],
        }),
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
  const count = optionalInteger(page['count'], `${where}.count`);
  if (count !== null && count < 0) throw new ShapeError(`a count at ${where}.count`);
  return { count, items: readItems(ownItems(page['items'], where)) };
}

/** Items that came in a page, with those that had to be left out. */
function given({ items }: OffsetPage<unknown>): number {
  return items.length + countLeftOut(items);
}
