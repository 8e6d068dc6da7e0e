import { ownReaches } from '../answers/access-paths.ts';
import { permitted } from '../answers/difference.ts';
import { effectivePermissions } from '../answers/effective-permissions.ts';
import { ACCESSES, type Access, type AccessFacts, inOrder, keyOf } from '../facts/facts.ts';
import { applicationIdOfUser, type SubjectKey, type TargetKey } from '../facts/keys.ts';
import { covers, type Scope, typeOf } from '../facts/scope.ts';
import { subjectsOf } from '../facts/subjects.ts';
import { type Finder, type Finding, finding } from './finding.ts';

/** Finds who can open applications by tagging them. */
export const taggableApplications: Finder = ({ access }) => taggable(access, applicationsOf(access));

/** Lists the applications of a world, as targets: those that act as a user. */
export function applicationsOf({ users }: AccessFacts): TargetKey[] {
  return [...users.keys()].flatMap((userId) => {
    const id = applicationIdOfUser(userId);
    return id === null ? [] : [{ type: 'APPLICATION', id }];
  });
}

/**
 * Finds who can open targets to others, or to itself, by tagging them: managing tags is part of UPDATE, and a grant on a
 * tag gives its access on all that bears it (contract section 24). Whoever has full access is not found, for it may
 * share the target anyway. Found are users, groups and roles that have UPDATE themselves, not all who have it by them.
 *
 * @param wanted the accesses of which it is asked who can open them.
 */
export function taggable(
  facts: AccessFacts,
  targets: readonly TargetKey[],
  wanted: readonly Access[] = ACCESSES,
): Finding[] {
  const may = rightsIn(facts);
  const taggers = taggersIn(facts, new Set(targets.map(({ type }) => type)));
  // A grant to somebody who does not exist opens nothing, as long as it is so.
  const grants = subjectsOf(facts).flatMap((subject) =>
    (facts.grants.get(keyOf(subject)) ?? []).filter(({ target }) => target.type === 'TAG'),
  );
  return targets.flatMap((target) => {
    const scope: Scope = { kind: 'TARGET', target };
    const able = taggers.flatMap(({ subject, reaches }) => {
      const covering = reaches.filter((reach) => covers(reach.scope, scope));
      const shares = covering.length > 0 && ACCESSES.every((access) => may(subject)(access, scope));
      return covering.length > 0 && !shares ? [{ subject, reaches: covering }] : [];
    });
    if (able.length === 0) return [];
    const opening = grants.flatMap(({ subject, target: tag, access }) => {
      const opened = access.filter((one) => wanted.includes(one) && !may(subject)(one, scope));
      return opened.length > 0 ? [{ tag: tag.id, opened }] : [];
    });
    if (opening.length === 0) return [];
    const access = inOrder(opening.flatMap(({ opened }) => opened));
    const tags = [...new Set(opening.map(({ tag }) => tag))].sort();
    return able.map(({ subject, reaches }) =>
      finding('TAGGABLE_BY', { subject, target, access, tags, reaches }),
    );
  });
}

/** Makes the question what subjects may do; what one may is worked out once. */
function rightsIn(facts: AccessFacts): (subject: SubjectKey) => (access: Access, scope: Scope) => boolean {
  const known = new Map<string, (access: Access, scope: Scope) => boolean>();
  return (subject) => {
    const key = keyOf(subject);
    const may = known.get(key) ?? permitted(effectivePermissions(facts, subject));
    known.set(key, may);
    return may;
  };
}

/** Lists who has UPDATE on anything of some types, itself; most have none, so targets need not look at them. */
function taggersIn(facts: AccessFacts, types: ReadonlySet<string>) {
  return subjectsOf(facts).flatMap((subject) => {
    const reaches = ownReaches(facts, subject).filter(({ access, scope }) => {
      const type = typeOf(scope);
      return access.includes('UPDATE') && (type === null || types.has(type));
    });
    return reaches.length > 0 ? [{ subject, reaches }] : [];
  });
}
