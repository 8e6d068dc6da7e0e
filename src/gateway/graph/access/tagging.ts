import type { Finding } from '../../../access/review/finding.ts';
import { taggable } from '../../../access/review/tagging.ts';
import { compute } from '../computing/compute.ts';
import type { GraphContext } from '../context.ts';
import type { GatheredExplanation } from './explanation.ts';
import { Gathering } from './facts-loader.ts';
import { allGrants } from './review.ts';
import type { GatheredWhatIf } from './what-if.ts';

/** Finds who could give a user an access that it does not have by tagging the target. */
export async function taggersFor(
  { userId, target, access, reaches }: GatheredExplanation,
  context: GraphContext,
): Promise<readonly Finding[]> {
  if (reaches.length > 0 || target.type !== 'APPLICATION') return [];
  const gathering = new Gathering(context);
  await Promise.all([
    gathering.allUsers(),
    gathering.allGroups(),
    gathering.allOn(target),
    gathering.allAbout({ type: 'USER', id: userId }),
  ]);
  return taggable(gathering.facts(), [target], [access]);
}

/** Finds who could open applications by tagging them after changes, and not before, or not as far. */
export async function taggersAfter(
  { proposed }: GatheredWhatIf,
  context: GraphContext,
): Promise<readonly Finding[]> {
  const gathering = new Gathering(context);
  await Promise.all([
    gathering.allUsers(),
    gathering.allGroups(),
    gathering.allRoles(),
    gathering.allApplications(),
  ]);
  await allGrants(gathering, [], context);
  const lists = gathering.lists();
  return compute('newTaggers', { lists, proposed }, lists.grants.length);
}
