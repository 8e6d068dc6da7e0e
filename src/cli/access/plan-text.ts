import type { Difference } from '../../access/description/difference.ts';
import type { AccessState } from '../../access/planning/access-state.ts';
import { newApplicationName, type PlannedChange } from '../../access/planning/change.ts';
import { summaryOf } from '../../access/planning/change-summary.ts';
import { withApplicationIds } from '../../access/planning/resolve-change.ts';

/** What a change does to what is there. */
type Sign = '+' | '~' | '-';

/** Counts of changes by what they do. */
export interface PlanCounts {
  readonly add: number;
  readonly change: number;
  readonly remove: number;
}

/** Counts what a plan adds, changes and removes. */
export function countsOf(changes: readonly PlannedChange[], state: AccessState): PlanCounts {
  const count = (sign: Sign) => changes.filter((change) => signOf(change, state) === sign).length;
  return { add: count('+'), change: count('~'), remove: count('-') };
}

/**
 * Writes a plan as one would paste it into a review: a line for each change, `+` for what is added, `~` for what is
 * changed and `-` for what is removed, and a line that counts them.
 *
 * @param state what the plan was made for; it tells the names of applications.
 */
export function planText({ changes, spared }: Difference, state: AccessState): string {
  const lines = changes.map((change) => `${signOf(change, state)} ${sentence(change, state)}`);
  const notes = spared.map((what) => `! left out: ${what}`);
  const { add, change, remove } = countsOf(changes, state);
  const summary =
    changes.length === 0
      ? 'No changes: everything already matches the file.'
      : `${changes.length} ${changes.length === 1 ? 'change' : 'changes'}: ${add} to add, ${change} to change, ${remove} to remove.`;
  return `${[...lines, ...notes, ...(lines.length + notes.length > 0 ? [''] : []), summary].join('\n')}\n`;
}

/** Says a change in words, with the names of applications beside their ids. */
export function sentence(change: PlannedChange, state: AccessState): string {
  return summaryOf(
    withApplicationIds(change, (id) => nameOf(id, state)),
    isThere(change, state),
  );
}

function nameOf(id: string, state: AccessState): string {
  const name = state.applications.get(id)?.name ?? newApplicationName(id);
  if (name === null) return id;
  return state.applications.named(name).length > 1 ? `${name} (${id})` : name;
}

function signOf(change: PlannedChange, state: AccessState): Sign {
  switch (change.kind) {
    case 'UPSERT_USER':
    case 'UPSERT_GROUP':
    case 'UPSERT_ROLE':
      return isThere(change, state) ? '~' : '+';
    case 'RENAME_APPLICATION':
      return '~';
    case 'SET_TAG': {
      const tags = state.applications.get(change.applicationId)?.tags ?? [];
      return tags.some(({ key }) => key === change.key) ? '~' : '+';
    }
    default:
      return /^(REMOVE|DELETE)_/.test(change.kind) ? '-' : '+';
  }
}

function isThere(change: PlannedChange, state: AccessState): boolean | null {
  switch (change.kind) {
    case 'UPSERT_USER':
      return state.users.has(change.id);
    case 'UPSERT_GROUP':
      return state.groups.has(change.id);
    case 'UPSERT_ROLE':
      return state.roles.has(change.id);
    default:
      return null;
  }
}
