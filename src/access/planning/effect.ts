import type { PlannedChange } from './change.ts';

/** What a change did to a state. */
export interface Effect {
  /** False where what it says held already. */
  readonly changed: boolean;
  /** What takes the state back, in the order in which it must be carried out. */
  readonly undo: readonly PlannedChange[];
  /** What `undo` cannot bring back, in a sentence; null where it brings back everything. */
  readonly lost: string | null;
}

/** The effect of a change that says what holds already. */
export const UNCHANGED: Effect = { changed: false, undo: [], lost: null };

/** Makes the effect of a change that other changes take back wholly. */
export function undoneBy(...undo: readonly PlannedChange[]): Effect {
  return { changed: true, undo, lost: null };
}
