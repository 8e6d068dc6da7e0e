import { type AccessFacts, keyOf } from '../../../access/facts/facts.ts';
import { storedUserId, type TargetKey } from '../../../access/facts/keys.ts';
import { UpstreamError } from '../../upstream/errors/upstream-error.ts';
import type { GraphContext } from '../context.ts';
import type { AccessWarningCode } from '../generated/graphql.ts';
import { Gathering } from './facts-loader.ts';

/**
 * Adds to what may be missing from an answer that nothing is known of its target, if that is so: nobody was granted
 * anything on it, and no list holds it. An id with a slip in it is answered like any other else.
 *
 * @param facts what was gathered for the answer, the grants on the target among it. Only where it has none, a list may
 *   have to be read: one call.
 */
export async function withUnknownTarget(
  hidden: ReadonlySet<AccessWarningCode>,
  target: TargetKey,
  facts: AccessFacts,
  context: GraphContext,
): Promise<Set<AccessWarningCode>> {
  const codes = new Set(hidden);
  if (!hasGrants(facts, target) && !(await isListed(target, facts, context))) codes.add('TARGET_UNKNOWN');
  return codes;
}

/** Tells what may be wrong with a question that the installation answers: one call, and one more as above. */
export async function warningsOfCheck(
  target: TargetKey,
  context: GraphContext,
): Promise<Set<AccessWarningCode>> {
  const gathering = new Gathering(context);
  await gathering.grantsOn(target);
  return withUnknownTarget(new Set(), target, gathering.facts(), context);
}

function hasGrants({ grants }: AccessFacts, target: TargetKey): boolean {
  return [...grants.values()].some((ofOne) => ofOne.some((grant) => keyOf(grant.target) === keyOf(target)));
}

async function isListed(
  { type, id }: TargetKey,
  { users, groups, roles }: AccessFacts,
  { loaders }: GraphContext,
): Promise<boolean> {
  try {
    switch (type) {
      case 'USER': {
        const userId = storedUserId(id);
        return users.has(userId) || (await loaders.users.load(userId)) !== null;
      }
      case 'GROUP':
        return groups.has(id) || (await loaders.groups.load(id)) !== null;
      case 'ROLE':
        return roles.has(id) || (await loaders.roles.load(id)) !== null;
      case 'APPLICATION':
        return (await loaders.applications.list()).some((application) => application.id === id);
      case 'TAG': {
        const applications = await loaders.applications.list();
        return applications.some(({ tags }) => tags?.some(({ key, value }) => `${key}:${value}` === id));
      }
      case 'AUTH_CONFIG':
        return (await loaders.gatewayAuthConfigs.list()).some((config) => config.id === id);
      default:
        return false;
    }
  } catch (error) {
    // Who may not read the list does not learn from it that something is not there.
    if (error instanceof UpstreamError) return true;
    throw error;
  }
}
