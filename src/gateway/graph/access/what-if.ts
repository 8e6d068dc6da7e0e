import type { UserDifference } from '../../../access/answers/what-if.ts';
import { type AccessFacts, keyOf } from '../../../access/facts/facts.ts';
import type { SubjectKey, TargetKey } from '../../../access/facts/keys.ts';
import { newApplicationName, type PlannedChange } from '../../../access/planning/change.ts';
import { impactOf, type Touched } from '../../../access/planning/impact.ts';
import { withApplicationIds } from '../../../access/planning/resolve-change.ts';
import { stateOf } from '../../../access/planning/state-of-facts.ts';
import { firstUnwritable, firstUnwritableIn, type UnwritableChange } from '../bulk-changes/check-writable.ts';
import { compute } from '../computing/compute.ts';
import type { ProposedChanges } from '../computing/tasks.ts';
import type { GraphContext } from '../context.ts';
import type { AccessWarningCode } from '../generated/graphql.ts';
import { badUserInput } from '../kit/errors.ts';
import { currentUser } from '../users/rest.ts';
import { Gathering } from './facts-loader.ts';
import { hidesOrigin, seesAllApplications } from './warnings.ts';

const MOST_CHANGES = 500;

/** What changes would mean, and what may be missing. */
export interface GatheredWhatIf {
  readonly changes: readonly PlannedChange[];
  readonly differences: readonly UserDifference[];
  readonly proposed: ProposedChanges;
  readonly hidden: ReadonlySet<AccessWarningCode>;
}

/**
 * Works out what changes would mean, by reads alone.
 *
 * @throws {GraphQLError} `BAD_USER_INPUT` for more than 500 changes, and for one that cannot be written: whatever is
 *   there, or beside it.
 */
export async function gatherWhatIf(
  changes: readonly PlannedChange[],
  context: GraphContext,
): Promise<GatheredWhatIf> {
  if (changes.length > MOST_CHANGES) {
    throw badUserInput(`Give at most ${MOST_CHANGES} changes at once; these are ${changes.length}.`);
  }
  refuse(await firstUnwritable(changes, context));
  context.beginLongWork();
  const { authorization } = context;
  const gathering = new Gathering(context);
  await Promise.all([
    gathering.allUsers(),
    gathering.allGroups(),
    gathering.allRoles(),
    gathering.allApplications(),
  ]);
  const names = await applicationNames(context);
  const byName = Map.groupBy(names.keys(), (id) => names.get(id));
  const resolved = changes.map((change) => withApplicationIds(change, (id) => idNamedBy(id, byName)));
  refuse(firstUnwritableIn(stateOf(gathering.facts(), names), resolved));
  const touched = impactOf(gathering.facts(), resolved);
  const users = touched.users.map((id): SubjectKey => ({ type: 'USER', id }));
  await authorization.forEach([...users, ...touched.givers, ...touched.spreading], (subject) =>
    gathering.allAbout(subject),
  );
  const targets = targetsOf(touched, gathering.facts());
  await authorization.forEach(targets, (target) => gathering.allOn(target));
  const lists = gathering.lists();
  const creates = changes.some(({ kind }) => kind === 'CREATE_APPLICATION');
  const callerId = creates ? (await currentUser(authorization)).id : null;
  const known = { users: new Set(touched.users), targets: new Set(targets.map(keyOf)) };
  const proposed = { changes: resolved, context: { callerId, applicationNames: names } };
  const differences = await compute('whatIf', { lists, proposed, known }, lists.grants.length);
  const hidden = new Set(gathering.hidden);
  if (targets.some(hidesOrigin) || touched.users.length > 0) hidden.add('ORIGIN_HIDDEN');
  return { changes, differences, proposed, hidden };
}

/** Lists what may be missing from what changes would mean. Whether the caller sees all applications takes a call. */
export async function hiddenFromWhatIf(
  { hidden }: GatheredWhatIf,
  context: GraphContext,
): Promise<Set<AccessWarningCode>> {
  const codes = new Set(hidden);
  if (!(await seesAllApplications(context))) codes.add('APPLICATIONS_HIDDEN');
  return codes;
}

function refuse(unwritable: UnwritableChange | null): void {
  if (unwritable) throw badUserInput(`Change ${unwritable.index + 1}: ${unwritable.message}`);
}

/** Lists the names of applications by id. */
async function applicationNames({ loaders }: GraphContext): Promise<ReadonlyMap<string, string>> {
  const applications = await loaders.applications.list();
  return new Map(applications.flatMap(({ id, name }) => (name === null ? [] : [[id, name]])));
}

/** Finds the one application that goes by `new:<name>` since it is there already; else the id as it is. */
function idNamedBy(id: string, byName: ReadonlyMap<string | undefined, readonly string[]>): string {
  const [found, ...others] = byName.get(newApplicationName(id) ?? undefined) ?? [];
  return found !== undefined && others.length === 0 ? found : id;
}

/** Lists the targets of which everybody's access may change: those named, those of what spreads, and bearers of tags. */
function targetsOf({ targets, spreading }: Touched, facts: AccessFacts): TargetKey[] {
  const granted = spreading.flatMap((subject) => facts.grants.get(keyOf(subject)) ?? []);
  const named = [...targets, ...granted.map(({ target }) => target)];
  const bearing = named.flatMap(({ type, id }) =>
    type === 'TAG' ? (facts.bearers.get(id) ?? []).map(({ target }) => target) : [],
  );
  return [...new Map([...named, ...bearing].map((target) => [keyOf(target), target])).values()];
}
