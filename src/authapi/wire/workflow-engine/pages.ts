import { type TSchema, Type } from '@sinclair/typebox';
import { faulty } from '../../engine-error.ts';
import type { Page, PageRange } from '../../store/workflows.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;

/** The query parameters of every list. */
export const pageQuery = {
  limit: Type.Optional(Type.String({ description: `1 to ${MAX_LIMIT}; ${DEFAULT_LIMIT} if absent` })),
  offset: Type.Optional(Type.String({ description: 'From 0' })),
};

/** The query parameters of a list that can be sorted. */
export const sortQuery = {
  sortkey: Type.Optional(Type.String()),
  sortdir: Type.Optional(Type.String({ description: 'ASC or DESC, in any case' })),
};

/** A list: how many match in all, and those of this page. */
export function PageOf(item: TSchema): TSchema {
  return Type.Object({ count: Type.Integer(), items: Type.Array(item) });
}

/** Reads where a page begins and how long it is. Throws 400 outside the bounds. */
export function rangeOf(
  query: { readonly limit?: string; readonly offset?: string },
  maxLimit = MAX_LIMIT,
): PageRange {
  return {
    limit: whole(query.limit, 'limit', DEFAULT_LIMIT, 1, maxLimit),
    offset: whole(query.offset, 'offset', 0, 0, Number.MAX_SAFE_INTEGER),
  };
}

/** Reads whether a list is to be sorted downwards. Throws 400 for another word. */
export function isDescending(sortdir: string | undefined): boolean {
  const word = sortdir?.toUpperCase() ?? 'ASC';
  if (word !== 'ASC' && word !== 'DESC')
    throw faulty('INVALID_REQUEST_DATA', 'sortdir', 'must be ASC or DESC');
  return word === 'DESC';
}

/** Reads one of several words in any case. Throws 400 for another one. */
export function wordOf<Word extends string>(text: string, words: readonly Word[], property: string): Word {
  const word = words.find((known) => known === text.toLowerCase());
  if (word === undefined) {
    throw faulty('INVALID_REQUEST_DATA', property, `must be one of ${words.join(', ')}, not ${text}`);
  }
  return word;
}

/** Cuts a page out of a whole list. */
export function pageOf<Item>(all: readonly Item[], { offset, limit }: PageRange): Page<Item> {
  return { count: all.length, items: all.slice(offset, offset + limit) };
}

function whole(
  text: string | undefined,
  property: string,
  fallback: number,
  min: number,
  max: number,
): number {
  if (text === undefined) return fallback;
  if (!/^[+-]?\d+$/.test(text))
    throw faulty('VALUE_INCORRECT_TYPE', property, `must be a whole number, not ${text}`);
  const number = Number(text);
  if (number < min || number > max) {
    throw faulty('VALUE_OUT_OF_BOUNDS', property, `must be from ${min} to ${max}, not ${text}`);
  }
  return number;
}
