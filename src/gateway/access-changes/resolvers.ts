import type { PlannedChange } from '../../access/change.ts';
import type { OperationContext } from '../context.ts';
import type { Resolvers } from '../generated/graphql.ts';
import { mutate } from '../mutation.ts';
import { UserFault } from '../user-fault.ts';
import type { Answered } from './answered.ts';
import { type ApplyOptions, applyChanges } from './apply.ts';
import { changeOf } from './input.ts';

const MOST_ITEMS = 500;
const LONGEST_KEY = 255;

/** Lists of changes: made, or only tried. */
export const accessChangeResolvers: Resolvers = {
  Mutation: {
    applyAccessChanges: (_, { items, mode, dryRun, idempotencyKey: key }, context) =>
      mutate({ items }, async () => {
        if (items.length > MOST_ITEMS) {
          throw new UserFault('INVALID_INPUT', `There are more than ${MOST_ITEMS} items: send parts.`, [
            'items',
          ]);
        }
        const options = { stopAtFirstFailure: mode !== 'CONTINUE', dryRun: dryRun ?? false };
        const { applied, isReplay } = await applyOnce(items.map(changeOf), options, key ?? null, context);
        return { results: applied.results, undo: applied.undo, isReplay };
      }),
  },
};

async function applyOnce(
  changes: readonly PlannedChange[],
  options: ApplyOptions,
  key: string | null,
  context: OperationContext,
): Promise<Exclude<Answered, string>> {
  const apply = () => applyChanges(changes, options, context);
  if (key === null || options.dryRun) return { applied: await apply(), isReplay: false };
  if (key === '' || key.length > LONGEST_KEY) {
    const message = `An idempotency key has 1 to ${LONGEST_KEY} characters.`;
    throw new UserFault('INVALID_INPUT', message, ['idempotencyKey']);
  }
  const question = { question: JSON.stringify([changes, options]), size: changes.length };
  const answered = await context.answeredChanges.once(await context.callerKey(), key, question, apply);
  if (answered !== 'other question') return answered;
  const message = 'This key was used for other changes: choose a new one.';
  throw new UserFault('CONFLICT', message, ['idempotencyKey']);
}
