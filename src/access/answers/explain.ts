import type { Reach } from '../facts/access-path.ts';
import type { Access, AccessFacts } from '../facts/facts.ts';
import type { SubjectKey, TargetKey } from '../facts/keys.ts';
import type { Link, Path } from '../facts/link.ts';
import type { Scope } from '../facts/scope.ts';
import { reachesTo } from './access-paths.ts';

/** A link that is not there, and the path that would give the access if it were. */
export interface NearMiss {
  readonly missing: Link;
  /** The missing link first, and then links that are there. */
  readonly path: Path;
}

/** Why a user has an access, or why not. */
export interface Explanation {
  readonly userId: string;
  readonly target: TargetKey;
  readonly access: Access;
  /** All by which it has the access. Empty: it does not have it. */
  readonly reaches: readonly Reach[];
  /** Single links that would give it the access, those that give the least besides first. Empty where it has it. */
  readonly nearest: readonly NearMiss[];
}

/**
 * Explains whether a user has an access to a target. Where it has not, the nearest links are those of which one is
 * enough: being in a group that has the access, holding a role that does, or a grant of its own.
 */
export function explain(facts: AccessFacts, userId: string, target: TargetKey, access: Access): Explanation {
  const user: SubjectKey = { type: 'USER', id: userId };
  const reaches = reachesTo(facts, user, target, access);
  const nearest = reaches.length > 0 ? [] : nearMisses(facts, user, target, access);
  return { userId, target, access, reaches, nearest };
}

const BREADTH: Readonly<Record<Scope['kind'], number>> = {
  TARGET: 0,
  CREATED_BY_MEMBERS: 1,
  TYPE: 2,
  EVERYTHING: 3,
};

function nearMisses(facts: AccessFacts, user: SubjectKey, target: TargetKey, access: Access): NearMiss[] {
  const through = (subject: SubjectKey, missing: Link) =>
    reachesTo(facts, subject, target, access).map(({ scope, path }) => ({
      breadth: BREADTH[scope.kind],
      missing,
      path: [missing, ...path],
    }));
  const groups = [...facts.groups.keys()].flatMap((groupId) =>
    through({ type: 'GROUP', id: groupId }, { kind: 'MEMBERSHIP', userId: user.id, groupId }),
  );
  const roles = [...facts.roles.keys()].flatMap((roleId) =>
    through({ type: 'ROLE', id: roleId }, { kind: 'ROLE', holder: user, roleId }),
  );
  const grant: Link = { kind: 'GRANT', grant: { subject: user, target, access: [access] } };
  return [...groups, { breadth: BREADTH.TARGET, missing: grant, path: [grant] }, ...roles]
    .sort((a, b) => a.breadth - b.breadth)
    .map(({ missing, path }) => ({ missing, path }));
}
