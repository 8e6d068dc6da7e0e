import { givesPermissions } from '../../../access/description/description.ts';
import { type Difference, difference } from '../../../access/description/difference.ts';
import { readDescription } from '../../../access/description/read.ts';
import { compute } from '../computing/compute.ts';
import type { GraphContext } from '../context.ts';
import { currentUser } from '../users/rest.ts';
import { offeredPermissions } from './offered-permissions.ts';
import { readAllGrants, readRecords } from './read-all-state.ts';
import { readPairs } from './read-pairs.ts';

/** What messages call a description that came with an operation. */
const NAME = 'description';

/** What is read while everybody else waits: some tenths of a second. The command line reads larger ones by itself. */
const LIMITS = { characters: 256 * 1024, tokens: 50_000 };

/**
 * Works out what makes a description hold. Grants are read of everybody only where those that are not described are to
 * be pruned.
 *
 * @param text YAML or JSON.
 * @throws {DescriptionError} it cannot be used, or cannot be made to hold.
 * @throws {UpstreamError} something that it depends on cannot be read.
 */
export async function planFor(text: string, prune: boolean, context: GraphContext): Promise<Difference> {
  // Who calls is asked before anything is taken apart, which takes more time than an upstream's refusal.
  const caller = await currentUser(context.authorization);
  const { description, fail } = readDescription(text, NAME, LIMITS);
  context.beginLongWork();
  const state = await readRecords(context);
  const offered = givesPermissions(description) ? await offeredPermissions(context) : null;
  const options = { prune, caller: caller.id, offered };
  if (description.grants && prune) await readAllGrants(state, context);
  // Where all were read, those of roles may still be missing: the call that lists them is optional.
  const missing = difference(description, state, options).changes.flatMap((change) =>
    change.kind === 'GRANT_PERMISSIONS' && (!prune || change.subject.type === 'ROLE') ? [change] : [],
  );
  await readPairs(missing, state, context);
  const plan = difference(description, state, options);
  if (plan.faults.length > 0) throw fail(plan.faults);
  return plan;
}

/**
 * Describes all that holds, as YAML.
 *
 * @throws {UpstreamError} something of it cannot be read.
 */
export async function describeAll(context: GraphContext): Promise<string> {
  context.beginLongWork();
  const state = await readRecords(context);
  await readAllGrants(state, context);
  return compute('describe', { ...state, applications: [...state.applications.values()] }, state.grants.size);
}
