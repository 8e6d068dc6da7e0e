import { type ReadPage, readRange } from '../../upstream/reading/offset-pages.ts';
import {
  type Connection,
  decodeCursor,
  encodeCursor,
  Page,
  type PageArguments,
  pageSize,
} from './connection.ts';
import { badUserInput } from './errors.ts';

/**
 * Reads one page of a list that the upstream gives by offset. The list keeps the upstream's order and the cursor
 * holds the offset: something added or removed before it moves the next page.
 *
 * @param toNode makes the reference that stands for a record in the graph.
 * @throws {GraphQLError} `BAD_USER_INPUT` for a page of less than 1 or more than 1,000, or a foreign cursor.
 */
export async function offsetConnection<R, N>(
  readPage: ReadPage<R>,
  { first, after }: PageArguments,
  toNode: (record: R) => N,
): Promise<Connection<N>> {
  const size = pageSize(first);
  const start = after === null || after === undefined ? 0 : offsetOf(after) + 1;
  const { count, items } = await readRange(readPage, start, size);
  return new Page(items.map(toNode), start, count, (index) => encodeCursor(`offset:${start + index}`));
}

/** Gives the pages of a list that is at hand. */
export function pagesOf<R>(records: readonly R[]): ReadPage<R> {
  return async (offset, limit) => ({
    count: records.length,
    items: records.slice(offset, offset + limit),
  });
}

function offsetOf(cursor: string): number {
  const [, digits] = /^offset:(\d{1,9})$/.exec(decodeCursor(cursor)) ?? [];
  if (digits === undefined) throw badUserInput('This cursor was not made by this list.');
  return Number(digits);
}
