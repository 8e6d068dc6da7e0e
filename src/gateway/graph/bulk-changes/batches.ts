import type { PlannedChange } from '../../../access/planning/change.ts';

/** Changes by their place in the list they came in. */
export interface Item {
  readonly index: number;
  readonly change: PlannedChange;
}

/** What of a change decides which others it may be made with. */
interface Family {
  /** Only changes of one family stand in a batch. */
  readonly family: string;
  /** What the change is about. */
  readonly about: string;
  /** Changes about the same stand in a batch only if they go the same way; null: never. */
  readonly way: string | null;
}

/**
 * Cuts a list of changes into batches: of neighbours that are of one family, and that come to the same in whatever
 * order. So those that one call can make need not stand side by side, and calls can run at once.
 */
export function batchesOf(items: readonly Item[]): Item[][] {
  const batches: Item[][] = [];
  let batch: Item[] = [];
  let batchFamily: string | null = null;
  let ways = new Map<string, string | null>();
  for (const item of items) {
    const { family, about, way } = familyOf(item.change);
    const fits = !ways.has(about) || (way !== null && ways.get(about) === way);
    if (family !== batchFamily || !fits) {
      batch = [];
      batchFamily = family;
      ways = new Map();
      batches.push(batch);
    }
    ways.set(about, way);
    batch.push(item);
  }
  return batches;
}

function familyOf(change: PlannedChange): Family {
  switch (change.kind) {
    case 'GRANT_PERMISSIONS':
    case 'REMOVE_PERMISSIONS':
      return { family: 'grants', about: key(change.subject, change.target), way: change.kind };
    case 'ADD_USER_TO_GROUP':
    case 'REMOVE_USER_FROM_GROUP':
      return { family: 'memberships', about: key(change.groupId, change.userId), way: change.kind };
    case 'ADD_ROLE':
    case 'REMOVE_ROLE': {
      const { holder, kind, roleId } = change;
      // Each role of an application is a call of its own, and USER_READ_ONLY must not meet another one on the way.
      const about = holder.type === 'APPLICATION' ? key(holder) : key(holder, roleId);
      return { family: 'roles', about, way: kind };
    }
    case 'SET_TAG':
    case 'REMOVE_TAG':
      return { family: 'tags', about: key(change.applicationId, change.key), way: null };
    case 'CREATE_APPLICATION':
      return { family: change.kind, about: change.name, way: null };
    default:
      return { family: change.kind, about: change.id, way: null };
  }
}

function key(...parts: readonly unknown[]): string {
  return JSON.stringify(parts);
}

/** Gives together the changes of a batch that one REST call makes. */
export function callsOf(batch: readonly Item[]): (readonly [Item, ...Item[]])[] {
  const groups = Map.groupBy(batch, ({ change }) => callKey(change)).values();
  return [...groups].flatMap(([first, ...others]) => (first ? [[first, ...others] as const] : []));
}

function callKey(change: PlannedChange): string {
  switch (change.kind) {
    case 'GRANT_PERMISSIONS':
    case 'REMOVE_PERMISSIONS':
      return key(change.kind, change.subject, change.target);
    case 'ADD_USER_TO_GROUP':
    case 'REMOVE_USER_FROM_GROUP':
      return key(change.kind, change.groupId);
    case 'ADD_ROLE':
    case 'REMOVE_ROLE':
      return change.holder.type === 'APPLICATION' ? key(change) : key(change.holder);
    case 'SET_TAG':
    case 'REMOVE_TAG':
      return key(change.kind, change.applicationId);
    default:
      return key(change);
  }
}
