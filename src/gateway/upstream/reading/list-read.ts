import { deepFreeze } from '../response-reuse/deep-freeze.ts';
import type { Keyed, Read } from './read.ts';
import { passOnLeftOut, readableItems } from './readable-items.ts';
import { ownItems } from './shape.ts';
import { parseInSlices, SLICE_BYTES } from './sliced-list.ts';

/** Records that are put in order before others can work. */
const SORTED_AT_ONCE = 1024;

/** Long lists in the order in which they came, by what was made of them, where that is another order. */
const asTheyCame = new WeakMap<readonly Keyed[], readonly Keyed[]>();

/**
 * Makes the read of a whole list of records.
 *
 * A long list is read in slices, so that nobody waits for it who did not ask for it; it then comes frozen and in the
 * order of its ids, which would cost a pause of their own afterwards.
 *
 * @param where names the list in errors.
 * @param readItem reads one record; throws `ShapeError` if it is none.
 * @param key the member that holds a record's key: with it, a record that is wrong does not lose the list.
 */
export function listOf<T extends Keyed>(
  where: string,
  readItem: (item: unknown) => T,
  key = 'id',
): Read<readonly T[]> {
  const readItems = (list: readonly unknown[]) => readableItems(list, where, key, readItem);
  return Object.assign((body: unknown) => readItems(ownItems(body, where)), {
    list: {
      member: null,
      readItems,
      itemsOf: (model: readonly T[]) => asTheyCame.get(model) ?? model,
      // They are what `readItems` gave.
      withItems: (_: readonly T[], read: readonly Keyed[]) => read as readonly T[],
      long: {
        async inSlices(json: Buffer, pause: () => Promise<void>) {
          const records: T[] = [];
          for (const part of parseInSlices(json, SLICE_BYTES)) {
            const run = readItems(part);
            for (const record of run) records.push(deepFreeze(record));
            passOnLeftOut(run, records);
            await pause();
          }
          return inOrderOfIds(Object.freeze(records), pause);
        },
        arranged: (read: readonly Keyed[], pause: () => Promise<void>) =>
          inOrderOfIds(read as readonly T[], pause),
      },
    },
  });
}

/** Gives the records in the order of their ids: the same list, if they came so. */
async function inOrderOfIds<T extends Keyed>(
  records: readonly T[],
  pause: () => Promise<void>,
): Promise<readonly T[]> {
  if (await isInOrder(records, pause)) return records;
  const runs: T[][] = [];
  for (let start = 0; start < records.length; start += SORTED_AT_ONCE) {
    runs.push(sort(records.slice(start, start + SORTED_AT_ONCE)));
    await pause();
  }
  const sorted = Object.freeze(await mergeRuns(runs, pause));
  passOnLeftOut(records, sorted);
  asTheyCame.set(sorted, records);
  return sorted;
}

async function isInOrder(records: readonly Keyed[], pause: () => Promise<void>): Promise<boolean> {
  let last = '';
  for (const [index, { id }] of records.entries()) {
    if (id < last) return false;
    last = id;
    if (index % SORTED_AT_ONCE === SORTED_AT_ONCE - 1) await pause();
  }
  return true;
}

function sort<T extends Keyed>(records: T[]): T[] {
  return records.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

/** Merges neighbours until one run is left; records with the same id keep their order. */
async function mergeRuns<T extends Keyed>(runs: readonly T[][], pause: () => Promise<void>): Promise<T[]> {
  let left = runs;
  while (left.length > 1) {
    const merged: T[][] = [];
    for (let index = 0; index < left.length; index += 2) {
      merged.push(merge(left[index] ?? [], left[index + 1] ?? []));
      await pause();
    }
    left = merged;
  }
  return left[0] ?? [];
}

function merge<T extends Keyed>(a: T[], b: T[]): T[] {
  const [first, last] = [b[0], a.at(-1)];
  if (!first || !last || last.id <= first.id) return a.concat(b);
  const merged: T[] = [];
  let inA = 0;
  let inB = 0;
  for (let next = a[0]; next; ) {
    const other = b[inB];
    if (other && other.id < next.id) {
      merged.push(other);
      inB += 1;
    } else {
      merged.push(next);
      inA += 1;
      next = a[inA];
    }
  }
  return merged.concat(b.slice(inB));
}
