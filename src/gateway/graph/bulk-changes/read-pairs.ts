import { type AccessState, addGrantTo } from '../../../access/planning/access-state.ts';
import type { GrantChange } from '../../../access/planning/change.ts';
import type { RestClient } from '../../upstream/client/client.ts';
import { HttpError } from '../../upstream/errors/http-error.ts';
import type { GraphContext } from '../context.ts';
import { findGrantsOf, type GrantRecord, listGrantsOn } from '../grants/rest.ts';

type Pair = Pick<GrantChange, 'subject' | 'target'>;

/**
 * Reads what subjects have on targets: one call for each subject, or one for each target, whichever are fewer. Only
 * administrators may list what a user or group has, and not every server lists it of a role; the grants on a target
 * are open to all, and tell those of subjects that do not exist.
 */
export async function readPairs(
  pairs: readonly Pair[],
  state: AccessState,
  { authorization }: GraphContext,
): Promise<void> {
  const ofRoles = pairs.filter(({ subject }) => subject.type === 'ROLE');
  const others = pairs.filter(({ subject }) => subject.type !== 'ROLE');
  const bySubject = groupBy(others, ({ subject }) => subject);
  const targets = groupBy(others, ({ target }) => target);
  const covered = groupBy(ofRoles, ({ target }) => target);
  const uncovered = [...targets.keys()].filter((key) => !covered.has(key)).length;
  const left =
    bySubject.size < uncovered ? await readBySubject([...bySubject.values()], state, authorization) : others;
  const byTarget = groupBy([...ofRoles, ...left], ({ target }) => target);
  const onTargets = [...byTarget.values()].flatMap(([first]) => (first ? [first.target] : []));
  const grants = await authorization.forEach(onTargets, (target) => listGrantsOn(authorization, target));
  for (const grant of grants.flat()) addGrant(state, grant);
}

/** Reads by subject, and gives the pairs of those subjects of whom nothing is told. */
async function readBySubject(
  groups: readonly (readonly Pair[])[],
  state: AccessState,
  client: RestClient,
): Promise<readonly Pair[]> {
  const read = await client.forEach(groups, async (pairs) => {
    const [first] = pairs;
    const grants = first && (await findGrantsOf(client, first.subject).catch(nullIfForbidden));
    for (const grant of grants ?? []) addGrant(state, grant);
    return grants ? [] : pairs;
  });
  return read.flat();
}

function nullIfForbidden(error: unknown): null {
  if (error instanceof HttpError && error.status === 403) return null;
  throw error;
}

function groupBy(
  pairs: readonly Pair[],
  part: (pair: Pair) => { readonly type: string; readonly id: string },
) {
  return Map.groupBy(pairs, (pair) => JSON.stringify([part(pair).type, part(pair).id]));
}

/** Adds a direct grant; one through a tag is another grant, on the tag. */
export function addGrant(state: AccessState, { subject, target, access, viaTag }: GrantRecord): void {
  if (viaTag === null) addGrantTo(state, { subject, target, access });
}
