import type { PlannedChange } from '../../../access/planning/change.ts';
import type { Outcome } from './outcome.ts';

/** How a list of changes is made. */
export interface ApplyOptions {
  readonly stopAtFirstFailure: boolean;
  /** Whether nothing is written, and only told what would be. */
  readonly dryRun: boolean;
}

/** What became of a list of changes. */
export interface AppliedChanges {
  /** In the order of the list. */
  readonly results: readonly AppliedChange[];
  /** What brings back what was, in the order in which it must be carried out. */
  readonly undo: readonly PlannedChange[];
  /** Whether nothing is left open: no outcome unknown, and nothing skipped but after a failure. */
  readonly isFinal: boolean;
}

/** One of them, and what became of it. */
export interface AppliedChange extends Outcome {
  readonly change: PlannedChange;
  /** What `undo` cannot bring back of it. */
  readonly lost: string | null;
}
