import type { Keyed } from '../../upstream/reading/read.ts';
import { indexAfter, sortedById } from '../../upstream/reading/sorted-by-id.ts';
import { deepFreeze } from '../../upstream/response-reuse/deep-freeze.ts';
import { badUserInput } from './errors.ts';

/** The paging arguments of every connection. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

/** One page, in the shape of the schema's connections. */
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
/** Most items that a page can have. */
export const LARGEST_PAGE = 1000;

/**
 * Tells how many items a page is to have.
 * @throws {GraphQLError} `BAD_USER_INPUT` for less than 1 or more than 1,000.
 */
export function pageSize(first: number | null | undefined): number {
  const size = first ?? DEFAULT_PAGE;
  if (size < 1 || size > LARGEST_PAGE) throw badUserInput(`first must be from 1 to ${LARGEST_PAGE}.`);
  return size;
}

/** A page of items, each of which has a cursor; what most clients do not ask for is made when it is asked for. */
export class Page<N> implements Connection<N> {
  readonly nodes: readonly N[];
  readonly totalCount: number;
  readonly #start: number;
  readonly #cursorAt: (index: number) => string;

  /**
   * @param start how many items come before the page.
   * @param cursorAt gives the cursor of an item by its place in the page.
   */
  constructor(nodes: readonly N[], start: number, totalCount: number, cursorAt: (index: number) => string) {
    this.nodes = nodes;
    this.totalCount = totalCount;
    this.#start = start;
    this.#cursorAt = cursorAt;
  }

  get edges(): Connection<N>['edges'] {
    return this.nodes.map((node, index) => ({ cursor: this.#cursorAt(index), node }));
  }

  get pageInfo(): Connection<N>['pageInfo'] {
    const { length } = this.nodes;
    return {
      hasNextPage: length > 0 && this.#start + length < this.totalCount,
      hasPreviousPage: this.#start > 0,
      startCursor: length > 0 ? this.#cursorAt(0) : null,
      endCursor: length > 0 ? this.#cursorAt(length - 1) : null,
    };
  }
}

/**
 * Cuts one page out of a list that the upstream gives whole. The list is sorted by id and the cursor holds the id,
 * so that something added or removed elsewhere does not shift pages.
 *
 * @param toNode makes the reference that stands for a record in the graph. The same function gives the same page of a list
 *   that comes again.
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
  const nodes = Object.isFrozen(sorted)
    ? nodesAgain(sorted, start, size, toNode)
    : sorted.slice(start, start + size).map(toNode);
  return new Page(nodes, start, sorted.length, (index) => encodeCursor(sorted[start + index]?.id ?? ''));
}

interface Cut {
  readonly start: number;
  readonly size: number;
  readonly toNode: unknown;
  readonly nodes: readonly unknown[];
}

/** The page that was cut out of a list last. */
const lastCuts = new WeakMap<object, Cut>();

/** Cuts a page out of a list that never changes; the very same page where it was the last one. */
function nodesAgain<R, N>(
  sorted: readonly R[],
  start: number,
  size: number,
  toNode: (record: R) => N,
): readonly N[] {
  const last = lastCuts.get(sorted);
  if (last && last.start === start && last.size === size && last.toNode === toNode) {
    // The same function makes the same type.
    return last.nodes as readonly N[];
  }
  const nodes = deepFreeze(sorted.slice(start, start + size).map(toNode));
  lastCuts.set(sorted, { start, size, toNode, nodes });
  return nodes;
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
