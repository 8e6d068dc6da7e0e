import type { GraphContext } from '../../graph/context.ts';
import type { EntityKey, Snapshot } from '../journal/change.ts';

/**
 * How the changes that a mutation makes are found: by looking at what it writes about before and after. Both looks go
 * through the loaders of the operation, so that a payload which selects the same finds it read already.
 */
export interface ChangeCapture {
  /** The things that are written about. Those whose id the upstream chooses are known from the payload only. */
  things(args: object, payload: object | null): readonly EntityKey[];
  look(args: object, context: GraphContext, payload: object | null): Promise<readonly Snapshot[]>;
  /** What to look at before, where that is more than after. */
  lookBefore?(args: object, context: GraphContext): Promise<readonly Snapshot[]>;
  /** CREATES: where it succeeds, there was nothing before. DELETES: where it succeeds, there is nothing after. */
  readonly does?: 'CREATES' | 'DELETES';
  /** Whether a write of it changes things besides those it names, as a deleted role is taken from all its holders. */
  readonly reachesFurther?: true;
  /** Whether it writes nothing this time. */
  isDry?(args: object): boolean;
}
