import type { AccessState } from '../planning/access-state.ts';
import type { PlannedChange } from '../planning/change.ts';
import { checkChanges } from './check-changes.ts';
import { Comparison, type DifferenceOptions } from './comparison.ts';
import { deletions } from './deletions.ts';
import type { AccessDescription, DescriptionFault } from './description.ts';
import { grantDifference } from './grant-difference.ts';
import { memberships, roleAssignments, tags } from './link-differences.ts';
import { recordDifference } from './record-difference.ts';
import { removalsAmong } from './removals.ts';

/** What makes a description hold. */
export interface Difference {
  /** In an order that works: records before what refers to them, deletions last. */
  readonly changes: readonly PlannedChange[];
  /** Those of the changes that take something away. */
  readonly removals: readonly PlannedChange[];
  /** Removals that pruning skips, because they would lock the caller out. Each is a sentence. */
  readonly spared: readonly string[];
  /** Why the description cannot be made to hold. If there are any, the changes mean nothing. */
  readonly faults: readonly DescriptionFault[];
}

/**
 * Works out the changes that make a description hold.
 *
 * Without pruning nothing is ever taken away: what is described is created and written, lists only grow. With pruning,
 * lists become what they are described to be, and what a section leaves out is deleted: users, groups, custom roles,
 * applications, direct grants. What is not described at all, be it a section or a member, is never touched.
 *
 * @param actual all that the description and the pruning are about.
 */
export function difference(
  description: AccessDescription,
  actual: AccessState,
  options: DifferenceOptions = {},
): Difference {
  const comparison = new Comparison(description, actual, options);
  const changes = [
    ...recordDifference(comparison),
    ...roleAssignments(comparison),
    ...memberships(comparison),
    ...tags(comparison),
    ...grantDifference(comparison),
    ...deletions(comparison),
  ];
  const kept = changes.filter((change) => !comparison.spares(change));
  // What is wrong with the description itself is told first: it would be told twice.
  if (comparison.faults.length === 0) checkChanges(comparison, kept, options.offered ?? null);
  return {
    changes: kept,
    removals: removalsAmong(kept, actual),
    spared: comparison.spared,
    faults: comparison.faults,
  };
}
