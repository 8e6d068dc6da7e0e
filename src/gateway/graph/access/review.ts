import { keyOf } from '../../../access/facts/facts.ts';
import type { SubjectKey, TargetKey } from '../../../access/facts/keys.ts';
import {
  type EndingRoleFact,
  FINDING_KINDS,
  type Finding,
  type FindingKind,
  type KeyFact,
} from '../../../access/review/finding.ts';
import { UpstreamError } from '../../upstream/errors/upstream-error.ts';
import { isTimeBoxed } from '../access-requests/role-holders.ts';
import { findAccessKeys } from '../applications/access-keys.ts';
import { compute } from '../computing/compute.ts';
import type { GraphContext } from '../context.ts';
import type { AccessWarningCode } from '../generated/graphql.ts';
import { badUserInput } from '../kit/errors.ts';
import { type GatheredLists, Gathering } from './facts-loader.ts';
import { seesAllApplications } from './warnings.ts';

const DAY = 24 * 60 * 60 * 1000;

/** What a review found, and what may be missing. */
export interface GatheredReview {
  readonly findings: readonly Finding[];
  readonly hidden: ReadonlySet<AccessWarningCode>;
}

/** What to look for. */
export interface ReviewArguments {
  readonly kinds?: readonly FindingKind[] | null;
  readonly keyAgeDays?: number | null;
  readonly endingWithinDays?: number | null;
}

/**
 * Reviews access. Lists are read whatever is looked for; grants, keys and the times of roles only if they matter.
 *
 * @throws {GraphQLError} `BAD_USER_INPUT` for a negative number of days.
 */
export async function gatherReview(
  { kinds, keyAgeDays, endingWithinDays }: ReviewArguments,
  context: GraphContext,
): Promise<GatheredReview> {
  const [keyAge, endingWithin] = [keyAgeDays ?? 90, endingWithinDays ?? 14];
  if (keyAge < 0 || endingWithin < 0) throw badUserInput('Days must not be negative.');
  const wanted = new Set(kinds ?? FINDING_KINDS);
  const wants = (...some: FindingKind[]) => some.some((kind) => wanted.has(kind));
  context.beginLongWork();
  const gathering = new Gathering(context);
  await Promise.all([
    gathering.allUsers(),
    gathering.allGroups(),
    gathering.allRoles(),
    gathering.allApplications(),
  ]);
  const listed = wants('DANGLING_SUBJECT', 'DANGLING_TARGET')
    ? await listedTargets(gathering.lists(), context)
    : [];
  const [keys, endingRoles] = await Promise.all([
    wants('OLD_ACCESS_KEY', 'INACTIVE_ACCESS_KEY', 'ORPHANED_ACCESS_KEY') ? keysOfAll(context) : [],
    wants('ENDING_ROLE') ? rolesThatEnd(context) : [],
    wants('DANGLING_SUBJECT', 'DANGLING_TARGET', 'REDUNDANT_GRANT', 'TAGGABLE_BY') &&
      allGrants(gathering, listed, context),
  ]);
  const now = context.now();
  const lists = gathering.lists();
  const found = await compute(
    'review',
    {
      lists,
      kinds: wanted,
      existing: new Set(listed.map(keyOf)),
      keys,
      endingRoles: endingRoles ?? [],
      keysOldBefore: new Date(now - keyAge * DAY),
      rolesEndingBefore: new Date(now + endingWithin * DAY),
    },
    lists.grants.length,
  );
  const hidden = new Set(gathering.hidden);
  if (endingRoles === null) hidden.add('ROLE_WINDOWS_HIDDEN');
  if (!(await seesAllApplications(context))) hidden.add('APPLICATIONS_HIDDEN');
  return { findings: found, hidden };
}

/**
 * Reads what everybody was granted. Grants to nobody are found on targets, those of the others and what is listed
 * besides, and so are those to roles where they are not listed by role: a grant that a role makes needless is found by
 * them whatever else is looked for.
 */
export async function allGrants(
  gathering: Gathering,
  listed: readonly TargetKey[],
  { authorization }: GraphContext,
): Promise<void> {
  const { users, groups, roles } = gathering.lists();
  const subjects: SubjectKey[] = [
    ...users.map(({ id }): SubjectKey => ({ type: 'USER', id })),
    ...groups.map(({ id }): SubjectKey => ({ type: 'GROUP', id })),
    ...roles.map(({ id }): SubjectKey => ({ type: 'ROLE', id })),
  ];
  await authorization.forEach(subjects, (subject) => gathering.grantsTo(subject));
  if (listed.length === 0 && !gathering.hidden.has('ROLE_GRANTS_HIDDEN')) return;
  const lists = gathering.lists();
  const granted = lists.grants.map(({ target }) => target);
  const tags = lists.tags.map(({ tag }): TargetKey => ({ type: 'TAG', id: tag }));
  const targets = new Map([...granted, ...listed, ...tags].map((target) => [keyOf(target), target]));
  await authorization.forEach([...targets.values()], (target) => gathering.grantsOn(target));
}

/** Lists every target of a type that this graph holds records of. */
async function listedTargets(
  { users, groups, roles }: GatheredLists,
  { loaders }: GraphContext,
): Promise<TargetKey[]> {
  const configs = await loaders.gatewayAuthConfigs.list();
  const applications = await loaders.applications.list();
  const named = (type: string, records: readonly { readonly id: string }[]) =>
    records.map(({ id }): TargetKey => ({ type, id }));
  return [
    ...named('USER', users),
    ...named('GROUP', groups),
    ...named('ROLE', roles),
    ...named('APPLICATION', applications),
    ...named('AUTH_CONFIG', configs),
  ];
}

async function keysOfAll({ authorization, loaders }: GraphContext): Promise<KeyFact[]> {
  const applications = await loaders.applications.list();
  const keys = await authorization.forEach(applications, ({ id }) => findAccessKeys(authorization, id));
  return keys.flatMap((ofOne) => (ofOne ?? []).map((key) => ({ ...key, isActive: key.status === 'ACTIVE' })));
}

/** Reads which roles end, and when; null if the workflow engine does not tell. A review goes on without it. */
async function rolesThatEnd({ loaders }: GraphContext): Promise<EndingRoleFact[] | null> {
  const users = await loaders.users.list();
  const holders = users.map(async ({ id, uuid }) => {
    const holder = uuid ? await loaders.roleHolders.load(uuid) : null;
    return (holder?.roles ?? [])
      .filter(isTimeBoxed)
      .flatMap(({ role, window }) =>
        role.name && window.end ? [{ userId: id, roleId: role.name, end: window.end }] : [],
      );
  });
  try {
    return (await Promise.all(holders)).flat();
  } catch (error) {
    if (error instanceof UpstreamError) return null;
    throw error;
  }
}
