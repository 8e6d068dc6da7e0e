import { CLOSE_LIST, COMMA, endOfItem, startOfItems } from '../reading/list-bytes.ts';
import type { Keyed, ListReading } from '../reading/read.ts';
import { SLICE_BYTES } from '../reading/sliced-list.ts';
import { deepFreeze } from './deep-freeze.ts';

/** The items of a list's body, in its order. */
export interface ListItems {
  /** Where the first one begins. */
  readonly start: number;
  /** Where the comma or bracket behind each one is. */
  readonly ends: Uint32Array;
  /** What was read of each. */
  readonly records: readonly Keyed[];
}

/** Items that are compared before others can work. */
const COMPARED_AT_ONCE = 1024;

/** With so many more new items than known ones a body is another one, rather than one that was changed. */
const NEW_ITEMS = 8;

/** Work that can be interrupted wherever it yields. */
export type Steps<T> = Generator<void, T>;

/** Finds the items of a body that was read as a list; null if not each of them has a record of its own. */
export function* itemsOf<T>(body: Buffer, model: T, list: ListReading<T>): Steps<ListItems | null> {
  const start = startOfItems(body, list.member);
  const records = list.itemsOf(model);
  if (start < 0 || records.length === 0) return null;
  const ends = new Uint32Array(records.length);
  let at = start - 1;
  let paused = start;
  for (let index = 0; index < ends.length; index += 1) {
    if (at - paused >= SLICE_BYTES) {
      paused = at;
      yield;
    }
    at = endOfItem(body, at + 1);
    if (body[at] !== (index === ends.length - 1 ? CLOSE_LIST : COMMA)) return null;
    ends[index] = at;
  }
  return isOnlyList(body, start, at, list.member) ? { start, ends, records } : null;
}

/** A member that occurs twice is what it is the last time. */
function isOnlyList(body: Buffer, start: number, end: number, member: string | null): boolean {
  if (member === null) return true;
  const rest: Record<string, unknown> = JSON.parse(
    body.toString('utf8', 0, start) + body.toString('utf8', end),
  );
  const items = rest[member];
  return Array.isArray(items) && items.length === 0;
}

/**
 * Reads a list of which most items are, byte for byte, those of a body that is known: only the others are parsed. It
 * does not matter where in the list they are, nor whether they were changed, added or taken out.
 *
 * A known item is looked for only where an item of the new list begins, and together with the comma or bracket behind
 * it; so what is found is an item of the new list, and whatever was read of it was read of bytes that have just come again.
 *
 * @param body the known body, and `known` its items.
 * @returns null if little is the same, if anything but items is different, if an item has no record, or if the text is
 *   no JSON: then it is to be read as a whole.
 */
export function* readChanged<T>(
  json: Buffer,
  body: Buffer,
  known: ListItems,
  list: ListReading<T>,
): Steps<ListItems | null> {
  const { start } = known;
  const startOf = (index: number) => (index === 0 ? start : (known.ends[index - 1] ?? 0) + 1);
  /** Whether so many known items from `index` on are what stands at `at`. */
  const isAt = (index: number, count: number, at: number) =>
    isSame(body, startOf(index), startOf(index + count), json, at);

  const all = known.ends.length;
  /** Behind the bracket that ends the new list. */
  const stop = json.length - (body.length - startOf(all));
  const isFramed =
    stop > start &&
    isSame(body, 0, start, json, 0) &&
    isSame(body, startOf(all) - 1, body.length, json, stop - 1);
  if (!isFramed) return null;

  const records: Keyed[] = [];
  const ends: number[] = [];
  let reused = 0;
  /** Takes known items that stand at `at`, and tells where the next one begins. */
  const take = (index: number, count: number, at: number) => {
    const shift = at - startOf(index);
    for (let item = index; item < index + count; item += 1) {
      records.push(known.records[item] as Keyed);
      ends.push((known.ends[item] ?? 0) + shift);
    }
    reused += count;
    return startOf(index + count) + shift;
  };

  // The last item has a bracket behind it, and can only be the last one again.
  let index = yield* longest(all - 1, (count, more) => isAt(count, more, startOf(count)));
  let at = take(0, index, start);
  const shift = stop - startOf(all);
  const kept = yield* longest(all - index, (count, more) => {
    const from = all - count - more;
    return startOf(from) + shift >= at && isAt(from, more, startOf(from) + shift);
  });
  const keptFrom = all - kept;
  const keptAt = startOf(keptFrom) + shift;
  const until = Math.min(keptFrom, all - 1);

  let added = 0;
  let paused = at;
  while (at < keptAt) {
    const from = index;
    const moved = at - startOf(from);
    const same = yield* longest(until - from, (count, more) => {
      const isBefore = startOf(from + count + more) + moved <= keptAt;
      return isBefore && isAt(from + count, more, startOf(from + count) + moved);
    });
    if (same > 0) {
      at = take(index, same, at);
      index += same;
    } else if (index + 1 < until && isAt(index + 1, 1, at)) {
      index += 1;
    } else {
      const end = endOfItem(json, at);
      if (end >= keptAt || json[end] !== (end === stop - 1 ? CLOSE_LIST : COMMA)) return null;
      const record = readItem(json.toString('utf8', at, end), list);
      added += 1;
      if (!record || added > reused + kept + NEW_ITEMS) return null;
      records.push(record);
      ends.push(end);
      at = end + 1;
      // It is in the place of a known one, or before it.
      if (index < until && !isAt(index, 1, at)) index += 1;
      if (at - paused >= SLICE_BYTES) {
        paused = at;
        yield;
      }
    }
  }
  take(keptFrom, kept, keptAt);
  return { start, ends: new Uint32Array(ends), records: Object.freeze(records) };
}

/** Finds how many things in a row hold, by looking at twice as many at once each time, and at half as many behind. */
function* longest(most: number, hold: (count: number, more: number) => boolean): Steps<number> {
  let count = 0;
  let isGrowing = true;
  for (let more = 1; more > 0; ) {
    if (count + more <= most && hold(count, more)) {
      count += more;
      if (isGrowing) more = Math.min(more * 2, COMPARED_AT_ONCE);
      else more >>= 1;
      if (more === COMPARED_AT_ONCE) yield;
    } else {
      isGrowing = false;
      more >>= 1;
    }
  }
  return count;
}

/** Tells whether the bytes of `body` in a range are those of `json` at a place. */
function isSame(body: Buffer, from: number, to: number, json: Buffer, at: number): boolean {
  const end = at + to - from;
  return at >= 0 && end <= json.length && body.compare(json, at, end, from, to) === 0;
}

/** Reads one item; undefined if it is left out, or no JSON. */
function readItem<T>(text: string, list: ListReading<T>): Keyed | undefined {
  let item: unknown;
  try {
    item = JSON.parse(text);
  } catch {
    return undefined;
  }
  return deepFreeze(list.readItems([item])[0]);
}
