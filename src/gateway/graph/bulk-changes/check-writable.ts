import { type AccessState, copyOf } from '../../../access/planning/access-state.ts';
import { applyChange } from '../../../access/planning/apply-change.ts';
import type { PlannedChange } from '../../../access/planning/change.ts';
import { ChangeError, UnwritableError } from '../../../access/planning/change-error.ts';
import { faultOf } from '../../../access/planning/writing-rules.ts';
import type { GraphContext } from '../context.ts';
import { offeredPermissions } from './offered-permissions.ts';

/** A change that breaks the rules of what can be written, and its place in the list. */
export interface UnwritableChange {
  readonly index: number;
  readonly message: string;
}

/** Finds the first change that cannot be written whatever is there. Takes a call if roles are given permissions. */
export async function firstUnwritable(
  changes: readonly PlannedChange[],
  context: GraphContext,
): Promise<UnwritableChange | null> {
  const givesPermissions = changes.some(
    (change) => change.kind === 'UPSERT_ROLE' && change.permissions !== null,
  );
  const offered = givesPermissions ? await offeredPermissions(context) : null;
  for (const [index, change] of changes.entries()) {
    const message = faultOf(change, offered);
    if (message !== null) return { index, message };
  }
  return null;
}

/**
 * Finds the first change that cannot be written in view of what is there and of those before it, as far as they can be
 * foretold: after one that fails for another reason, nothing can.
 *
 * @param state is not changed.
 */
export function firstUnwritableIn(
  state: AccessState,
  changes: readonly PlannedChange[],
): UnwritableChange | null {
  const then = copyOf(state);
  for (const [index, change] of changes.entries()) {
    try {
      applyChange(then, change);
    } catch (error) {
      if (error instanceof UnwritableError) return { index, message: error.message };
      if (error instanceof ChangeError) return null;
      throw error;
    }
  }
  return null;
}
