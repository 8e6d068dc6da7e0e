import { reachesOf } from '../../../access/answers/access-paths.ts';
import { factsOf } from '../../../access/facts/facts.ts';
import type { SubjectKey, TargetKey } from '../../../access/facts/keys.ts';
import { covers } from '../../../access/facts/scope.ts';
import type { GraphContext } from '../context.ts';
import type { AccessWarning, AccessWarningCode } from '../generated/graphql.ts';
import { currentUser } from '../users/rest.ts';

/** Types of targets of which REST tells all that gives access: those of this graph, and tags themselves. */
const KNOWN_ORIGIN = new Set(['APPLICATION', 'USER', 'GROUP', 'ROLE', 'AUTH_CONFIG', 'TAG']);

const MESSAGES: Readonly<Record<AccessWarningCode, string>> = {
  ORIGIN_HIDDEN:
    'Which tags a definition bears is not read, and grants on its tags count. What creating it gave is listed only where ' +
    'the installation keeps it as grants.',
  ROLE_GRANTS_HIDDEN:
    'What was granted to roles is not listed by this installation, or not for you; access that comes by it is missing.',
  APPLICATIONS_HIDDEN:
    'You may not read all applications; access by their tags or to those who created them may be missing.',
  TARGET_UNKNOWN:
    'Nobody was granted anything on this id, and no list that is read here holds it: is it spelled right?',
  ROLE_WINDOWS_HIDDEN:
    'For how long users hold their roles is not known, since the workflow engine did not tell; what ends is missing.',
};

/** Writes warnings for people, in the order of the schema. */
export function warningsOf(codes: Iterable<AccessWarningCode>): AccessWarning[] {
  const hidden = new Set(codes);
  return Object.entries(MESSAGES).flatMap(([code, message]) =>
    hidden.has(code as AccessWarningCode) ? [{ code: code as AccessWarningCode, message }] : [],
  );
}

/** Tells whether access to a target may come from its origin, which REST does not tell. */
export function hidesOrigin({ type }: TargetKey): boolean {
  return !KNOWN_ORIGIN.has(type);
}

/** Tells whether the list of applications is whole for the caller: one call, and one more for a group of the caller. */
export async function seesAllApplications({ authorization, loaders }: GraphContext): Promise<boolean> {
  const caller = await currentUser(authorization);
  const [roles, groups] = await Promise.all([
    loaders.roles.list(),
    Promise.all(caller.groupIds.map((id) => loaders.groups.load(id))),
  ]);
  const facts = factsOf({
    users: [caller],
    groups: groups.flatMap((group) => (group ? [{ ...group, defaultAccess: [] }] : [])),
    roles,
    grants: [],
    tags: [],
    ownerships: [],
  });
  const subject: SubjectKey = { type: 'USER', id: caller.id };
  return reachesOf(facts, subject).some(
    ({ scope, access }) =>
      access.includes('READ') && covers(scope, { kind: 'TYPE', targetType: 'APPLICATION' }),
  );
}
