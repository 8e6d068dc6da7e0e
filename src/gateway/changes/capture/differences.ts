import type { Change, EntityKey, Snapshot } from '../journal/change.ts';
import { sayTheSame } from '../journal/records.ts';

/** What was found at some moment; null where it could not be read. */
export type Sight = readonly Snapshot[] | null;

/** What differs, without who, when and how. */
export type Difference = Omit<Change, 'source' | 'actor' | 'at'>;

/** Tells what became of each thing from one moment to a later one. */
export function differences(before: readonly Snapshot[], after: readonly Snapshot[]): Difference[] {
  const known = new Map(before.map((snapshot) => [keyOf(snapshot), snapshot]));
  const found: Difference[] = [];
  for (const snapshot of after) {
    const { record, ...thing } = snapshot;
    const previous = known.get(keyOf(snapshot));
    known.delete(keyOf(snapshot));
    if (!previous) found.push({ ...thing, action: 'CREATED', before: null, after: record });
    else if (!sayTheSame(thing.kind, previous.record, record)) {
      found.push({ ...thing, action: 'UPDATED', before: previous.record, after: record });
    }
  }
  for (const { record, ...thing } of known.values()) {
    found.push({ ...thing, action: 'DELETED', before: record, after: null });
  }
  return found;
}

/**
 * Tells what a write did to the things it was about, where one of the two moments, or both, could not be seen: that
 * they changed, and as much of it as is known.
 *
 * @param things what the write was about; of what else came along, nobody can tell.
 */
export function blindDifferences(things: readonly EntityKey[], before: Sight, after: Sight): Difference[] {
  return things.map((thing) => {
    const then = before?.find((snapshot) => keyOf(snapshot) === keyOf(thing));
    const now = after?.find((snapshot) => keyOf(snapshot) === keyOf(thing));
    return {
      ...(now ? withoutRecord(now) : then ? withoutRecord(then) : thing),
      action: after !== null && !now ? 'DELETED' : 'UPDATED',
      before: then?.record ?? null,
      after: now?.record ?? null,
    };
  });
}

/** Names a thing among those of all kinds. */
export function keyOf({ kind, id }: Pick<EntityKey, 'kind' | 'id'>): string {
  return `${kind} ${id}`;
}

function withoutRecord({ record: _, ...thing }: Snapshot): EntityKey {
  return thing;
}
