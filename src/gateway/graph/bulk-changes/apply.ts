import type { PlannedChange } from '../../../access/planning/change.ts';
import type { GraphContext } from '../context.ts';
import type { AppliedChange, AppliedChanges, ApplyOptions } from './applied-changes.ts';
import { batchesOf } from './batches.ts';
import { firstUnwritableIn, type UnwritableChange } from './check-writable.ts';
import { AFTER_FAILURE, outcome } from './outcome.ts';
import { readStateFor } from './read-state.ts';
import { Run } from './run.ts';

/** Changes that an operation has calls enough for as it is: most take two, the deletion of an application five. */
const MOST_AT_ONCE = 100;

/**
 * Makes changes: reads what they are about, and writes what does not hold yet. Whatever interrupts it, the same list
 * leads to the same end when it is sent again.
 *
 * @throws {UpstreamError} what they are about cannot be read; nothing was written.
 */
export async function applyChanges(
  changes: readonly PlannedChange[],
  options: ApplyOptions,
  context: GraphContext,
): Promise<AppliedChanges> {
  if (changes.length > MOST_AT_ONCE) context.beginLongWork();
  const state = await readStateFor(changes, context);
  const unwritable = options.stopAtFirstFailure ? firstUnwritableIn(state, changes) : null;
  if (unwritable !== null) return { results: changes.map(refusedFor(unwritable)), undo: [], isFinal: false };
  const run = new Run(state, options, context);
  for (const batch of batchesOf(changes.map((change, index) => ({ index, change })))) await run.make(batch);
  const results = changes.map((change, index) => run.resultOf(index, change));
  return { results, undo: run.undo(), isFinal: results.every(isFinal) };
}

/** One change that can never be made is seen before anything is: nothing is left half done for it. */
function refusedFor({ index: faulty, message }: UnwritableChange) {
  return (change: PlannedChange, index: number): AppliedChange =>
    index === faulty
      ? { change, status: 'FAILED', message, code: 'INVALID_INPUT', lost: null }
      : {
          change,
          ...outcome('SKIPPED', `Nothing was made, for change ${faulty + 1} cannot be: ${message}`),
          lost: null,
        };
}

function isFinal({ status, message }: AppliedChange): boolean {
  return status === 'SKIPPED' ? message === AFTER_FAILURE : status !== 'OUTCOME_UNKNOWN';
}
