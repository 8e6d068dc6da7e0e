import { newApplicationId, type PlannedChange } from './change.ts';
import type { Effect } from './effect.ts';
import { withApplicationIds } from './resolve-change.ts';

/**
 * Gives what takes back changes, in the order in which it must be carried out: the last one first. An application that
 * was deleted comes back under another id, so by its name in all that follows.
 *
 * @param made the changes and what they did, in their order.
 */
export function undoOf(
  made: readonly { readonly change: PlannedChange; readonly effect: Effect }[],
): readonly PlannedChange[] {
  const names = new Map<string, string>();
  return made.toReversed().flatMap(({ change, effect }) => {
    const [first] = effect.undo;
    if (change.kind === 'DELETE_APPLICATION' && first?.kind === 'CREATE_APPLICATION') {
      names.set(change.id, newApplicationId(first.name));
    }
    return effect.undo.map((back) => withApplicationIds(back, (id) => names.get(id) ?? id));
  });
}
