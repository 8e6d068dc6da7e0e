import { badUserInput } from './errors.ts';
import { indexAfter, sortedById } from './sorted-by-id.ts';
import type { Keyed } from './upstream/record-loader.ts';

/** The paging arguments of every connection. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

/** One page, in the shape of the schema's connections; `edges` are made only when asked for. */
export interface Connection<N> {
  readonly nodes: readonly N[];
  readonly edges: readonly { readonly cursor: string; readonly node: N }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount: number;
}

const DEFAULT_PAGE = 50;
const LARGEST_PAGE = 1000;

/**
 * Tells how many items a page is to have.
 * @throws {GraphQLError} `BAD_USER_INPUT` for less than 1 or more than 1,000.
 */
export function pageSize(first: number | null | undefined): number {
  const size = first ?? DEFAULT_PAGE;
  if (size < 1 || size > LARGEST_PAGE) throw badUserInput(`first must be from 1 to ${LARGEST_PAGE}.`);
  return size;
}

/**
 * Cuts one page out of a list that the upstream gives whole. The list is sorted by id and the cursor holds the id,
 * so that something added or removed elsewhere does not shift pages.
 *
 * @param toNode makes the reference that stands for a record in the graph.
 * @throws {GraphQLError} `BAD_USER_INPUT` for a page of less than 1 or more than 1,000, or a foreign cursor.
 */
export function pageOf<R extends Keyed, N>(
  records: readonly R[],
  { first, after }: PageArguments,
  toNode: (record: R) => N,
): Connection<N> {
  const size = pageSize(first);
  const sorted = sortedById(records);
  const start = after === null || after === undefined ? 0 : indexAfter(sorted, decodeCursor(after));
  const page = sorted.slice(start, start + size);
  const nodes = page.map(toNode);
  const cursor = (index: number) => {
    const record = page.at(index);
    return record ? encodeCursor(record.id) : null;
  };
  return {
    nodes,
    get edges() {
      return nodes.map((node, index) => ({ cursor: encodeCursor(page[index]?.id ?? ''), node }));
    },
    pageInfo: {
      hasNextPage: start + size < sorted.length,
      hasPreviousPage: start > 0,
      startCursor: cursor(0),
      endCursor: cursor(-1),
    },
    totalCount: sorted.length,
  };
}

/** Writes what a cursor stands for so that it looks like nothing. */
export function encodeCursor(id: string): string {
  return Buffer.from(id).toString('base64url');
}

/**
 * Reads what a cursor stands for.
 * @throws {GraphQLError} `BAD_USER_INPUT` for anything that `encodeCursor` did not write.
 */
export function decodeCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString();
  if (encodeCursor(id) !== cursor) throw badUserInput('This cursor was not made by this endpoint.');
  return id;
}
