import type { SubjectKey, TargetKey } from '../../access/change.ts';
import { type AccessFacts, keyOf } from '../../access/facts.ts';
import {
  type EndingRoleFact,
  FINDING_KINDS,
  type Finding,
  type FindingKind,
  type KeyFact,
} from '../../access/review/finding.ts';
import { review } from '../../access/review/review.ts';
import { isTimeBoxed } from '../access-requests/role-holders.ts';
import { findAccessKeys } from '../applications/access-keys.ts';
import type { OperationContext } from '../context.ts';
import { badUserInput } from '../errors.ts';
import type { AccessWarningCode } from '../generated/graphql.ts';
import { UpstreamError } from '../upstream/errors/upstream-error.ts';
import { Gathering } from './gathering.ts';
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
  context: OperationContext,
): Promise<GatheredReview> {
  const [keyAge, endingWithin] = [keyAgeDays ?? 90, endingWithinDays ?? 14];
  if (keyAge < 0 || endingWithin < 0) throw badUserInput('Days must not be negative.');
  const wanted = new Set(kinds ?? FINDING_KINDS);
  const wants = (...some: FindingKind[]) => some.some((kind) => wanted.has(kind));
  const gathering = new Gathering(context);
  await Promise.all([
    gathering.allUsers(),
    gathering.allGroups(),
    gathering.allRoles(),
    gathering.allApplications(),
  ]);
  const listed = wants('DANGLING_SUBJECT', 'DANGLING_TARGET')
    ? await listedTargets(gathering.facts(), context)
    : [];
  const [keys, endingRoles] = await Promise.all([
    wants('OLD_ACCESS_KEY', 'INACTIVE_ACCESS_KEY', 'ORPHANED_ACCESS_KEY') ? keysOfAll(context) : [],
    wants('ENDING_ROLE') ? rolesThatEnd(context) : [],
    wants('DANGLING_SUBJECT', 'DANGLING_TARGET', 'REDUNDANT_GRANT', 'TAGGABLE_BY') &&
      allGrants(gathering, listed),
  ]);
  const now = context.now();
  const found = review(
    {
      access: gathering.facts(),
      existing: new Set(listed.map(keyOf)),
      keys,
      endingRoles: endingRoles ?? [],
      keysOldBefore: new Date(now - keyAge * DAY),
      rolesEndingBefore: new Date(now + endingWithin * DAY),
    },
    wanted,
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
export async function allGrants(gathering: Gathering, listed: readonly TargetKey[]): Promise<void> {
  const { users, groups, roles } = gathering.facts();
  const subjects: SubjectKey[] = [
    ...[...users.keys()].map((id): SubjectKey => ({ type: 'USER', id })),
    ...[...groups.keys()].map((id): SubjectKey => ({ type: 'GROUP', id })),
    ...[...roles.keys()].map((id): SubjectKey => ({ type: 'ROLE', id })),
  ];
  await Promise.all(subjects.map((subject) => gathering.grantsTo(subject)));
  if (listed.length === 0 && !gathering.hidden.has('ROLE_GRANTS_HIDDEN')) return;
  const { grants, bearers } = gathering.facts();
  const granted = [...grants.values()].flat().map(({ target }) => target);
  const tags = [...bearers.keys()].map((id): TargetKey => ({ type: 'TAG', id }));
  const targets = new Map([...granted, ...listed, ...tags].map((target) => [keyOf(target), target]));
  await Promise.all([...targets.values()].map((target) => gathering.grantsOn(target)));
}

/** Lists every target of a type that this graph holds records of. */
async function listedTargets(
  { users, groups, roles }: AccessFacts,
  { loaders }: OperationContext,
): Promise<TargetKey[]> {
  const configs = await loaders.gatewayAuthConfigs.list();
  const applications = await loaders.applications.list();
  const named = (type: string, ids: Iterable<string>) => [...ids].map((id): TargetKey => ({ type, id }));
  return [
    ...named('USER', users.keys()),
    ...named('GROUP', groups.keys()),
    ...named('ROLE', roles.keys()),
    ...applications.map(({ id }): TargetKey => ({ type: 'APPLICATION', id })),
    ...configs.map(({ id }): TargetKey => ({ type: 'AUTH_CONFIG', id })),
  ];
}

async function keysOfAll({ authorization, loaders }: OperationContext): Promise<KeyFact[]> {
  const applications = await loaders.applications.list();
  const keys = await Promise.all(applications.map(({ id }) => findAccessKeys(authorization, id)));
  return keys.flatMap((ofOne) => (ofOne ?? []).map((key) => ({ ...key, isActive: key.status === 'ACTIVE' })));
}

/** Reads which roles end, and when; null if the workflow engine does not tell. A review goes on without it. */
async function rolesThatEnd({ loaders }: OperationContext): Promise<EndingRoleFact[] | null> {
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
