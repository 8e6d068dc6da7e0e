import { DescriptionError } from '../../../access/description/description-error.ts';
import type { Difference } from '../../../access/description/difference.ts';
import type { PlannedChange } from '../../../access/planning/change.ts';
import { changeInput } from '../../../access/planning/change-input.ts';
import type { GraphContext } from '../context.ts';
import type { AccessChangeInput, Resolvers } from '../generated/graphql.ts';
import { badUserInput } from '../kit/errors.ts';
import { mutate } from '../kit/mutation.ts';
import { UserError } from '../kit/user-error.ts';
import type { ApplyOptions } from './applied-changes.ts';
import { applyChanges } from './apply.ts';
import { firstUnwritable } from './check-writable.ts';
import type { Answered } from './idempotency-store.ts';
import { changeOf } from './input.ts';
import { describeAll, planFor } from './plan.ts';

const MOST_ITEMS = 500;
const LONGEST_KEY = 255;

/** Lists of changes, and descriptions of what is to hold: made so, or only tried. */
export const accessChangeResolvers: Resolvers = {
  AccessPlan: { removals: ({ removals }) => removals.length },
  Query: {
    async accessPlan(_, { description, prune }, context) {
      try {
        return await planFor(description, prune ?? false, context);
      } catch (error) {
        throw error instanceof DescriptionError ? badUserInput(error.message) : error;
      }
    },
    accessDescription: (_, _args, context) => describeAll(context),
  },
  Mutation: {
    applyAccessChanges: (_, { items, mode, dryRun, idempotencyKey: key }, context) =>
      mutate({ items }, async () => {
        if (items.length > MOST_ITEMS) {
          throw new UserError('INVALID_INPUT', `There are more than ${MOST_ITEMS} items: send parts.`, [
            'items',
          ]);
        }
        const options = { stopAtFirstFailure: mode !== 'CONTINUE', dryRun: dryRun ?? false };
        const changes = items.map(changeOf);
        const unwritable = await firstUnwritable(changes, context);
        if (unwritable) {
          throw new UserError('INVALID_INPUT', unwritable.message, ['items', String(unwritable.index)]);
        }
        const { applied, isReplay } = await applyOnce(changes, options, key ?? null, context);
        return { results: applied.results, undo: applied.undo, isReplay };
      }),
    applyAccessDescription: (_, { description, prune, maxRemovals, dryRun }, context) =>
      mutate({ description }, async () => {
        const { changes, removals } = await planOrFault(description, prune ?? false, context);
        const options = { stopAtFirstFailure: true, dryRun: dryRun ?? false };
        if (!options.dryRun) refuseRemovals(removals.length, maxRemovals ?? Number.POSITIVE_INFINITY);
        const items = changes.map((change) => changeInput(change) as AccessChangeInput);
        const args = { items, dryRun: options.dryRun };
        const apply = () => applyChanges(changes, options, context);
        return { ...(await context.journaled(args, apply)), isReplay: false };
      }),
  },
};

async function applyOnce(
  changes: readonly PlannedChange[],
  options: ApplyOptions,
  key: string | null,
  context: GraphContext,
): Promise<Exclude<Answered, string>> {
  const apply = () => applyChanges(changes, options, context);
  if (key === null || options.dryRun) return { applied: await apply(), isReplay: false };
  if (key === '' || key.length > LONGEST_KEY) {
    const message = `An idempotency key has 1 to ${LONGEST_KEY} characters.`;
    throw new UserError('INVALID_INPUT', message, ['idempotencyKey']);
  }
  const question = { question: JSON.stringify([changes, options]), size: changes.length };
  const answered = await context.idempotencyStore.once(context.callerKey(), key, question, apply);
  if (answered !== 'other question') return answered;
  const message = 'This key was used for other changes: choose a new one.';
  throw new UserError('CONFLICT', message, ['idempotencyKey']);
}

/** Too much that is taken away is more often a file of a few lines than what somebody means. */
function refuseRemovals(count: number, most: number): void {
  if (count <= most) return;
  const message = `${count} changes take something away, and at most ${most} may: nothing was done. If all of it is meant, set maxRemovals.`;
  throw new UserError('INVALID_INPUT', message, ['maxRemovals']);
}

async function planOrFault(description: string, prune: boolean, context: GraphContext): Promise<Difference> {
  try {
    return await planFor(description, prune, context);
  } catch (error) {
    if (!(error instanceof DescriptionError)) throw error;
    throw new UserError('INVALID_INPUT', error.message, ['description']);
  }
}
