import type { Reach } from '../facts/access-path.ts';
import type { Access, AccessFacts } from '../facts/facts.ts';
import type { SubjectKey, TargetKey } from '../facts/keys.ts';
import { subjectsOf } from '../facts/subjects.ts';
import { reachesTo } from './access-paths.ts';

/** Somebody who has an access, and all by which it does. */
export interface Holder {
  readonly subject: SubjectKey;
  readonly reaches: readonly Reach[];
}

/**
 * Lists all users, groups and roles that have an access to a target. Groups and roles are expanded to people: a user is
 * listed with every path, also those through its groups and roles. It asks of everybody what `effectivePermissions`
 * tells of one, so each is the inverse of the other.
 */
export function whoCan(facts: AccessFacts, target: TargetKey, access: Access): Holder[] {
  return subjectsOf(facts).flatMap((subject) => {
    const reaches = reachesTo(facts, subject, target, access);
    return reaches.length > 0 ? [{ subject, reaches }] : [];
  });
}
