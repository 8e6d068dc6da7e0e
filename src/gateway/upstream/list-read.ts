import { deepFreeze } from './deep-freeze.ts';
import type { Read } from './read.ts';
import { passOnLeftOut, readableItems } from './readable-items.ts';
import type { Keyed } from './record-loader.ts';
import { items } from './shape.ts';
import { parseInSlices, SLICE_BYTES } from './sliced-list.ts';

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
  return Object.assign((body: unknown) => readItems(items(body, where)), {
    async inSlices(json: Buffer, pause: () => Promise<void>) {
      const runs: T[][] = [];
      for (const part of parseInSlices(json, SLICE_BYTES)) {
        const run = readItems(part);
        for (const record of run) deepFreeze(record);
        runs.push(sort(run));
        await pause();
      }
      const merged = await mergeRuns(runs, pause);
      for (const run of runs) passOnLeftOut(run, merged);
      return Object.freeze(merged);
    },
  });
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
