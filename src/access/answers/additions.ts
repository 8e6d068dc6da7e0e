import { ACCESSES, type Access, type AccessFacts, keyOf } from '../facts/facts.ts';
import type { SubjectKey, TargetKey } from '../facts/keys.ts';
import { roleHolder } from '../facts/role-holder.ts';
import type { Scope } from '../facts/scope.ts';
import type { PlannedChange } from '../planning/change.ts';
import { without } from '../planning/members.ts';
import { STANDS_ALONE } from '../planning/writing-rules.ts';
import type { Addition } from './choose-additions.ts';
import { permitted } from './difference.ts';
import { effectivePermissions } from './effective-permissions.ts';
import { effectivePrincipalsOf } from './effective-principals.ts';

/** Lists the groups and roles that a subject is in, or holds, itself. */
export function linksOf(facts: AccessFacts, { type, id }: SubjectKey) {
  if (type === 'ROLE') return { groups: [], roles: [] };
  if (type === 'GROUP') return { groups: [], roles: facts.groups.get(id)?.roleIds ?? [] };
  const user = facts.users.get(id);
  return { groups: user?.groupIds ?? [], roles: user?.roleIds ?? [] };
}

/**
 * Lists the memberships and roles that `a` has, or is, and `b` could be given. A group cannot be put into a group, so it
 * is offered the roles that `a` has by whatever way; a user is offered the group instead, which gives all that its roles do.
 */
export function missingLinks(facts: AccessFacts, a: SubjectKey, b: SubjectKey): Addition[] {
  if (b.type === 'ROLE') return [];
  const ofB = linksOf(facts, b);
  const held = effectivePrincipalsOf(facts, a).filter(({ path }) => b.type === 'GROUP' || path.length < 2);
  const missing = (type: SubjectKey['type'], has: readonly string[]) =>
    without([...new Set(held.flatMap(({ subject }) => (subject.type === type ? [subject.id] : [])))], has);
  const groups = b.type === 'USER' ? missing('GROUP', ofB.groups) : [];
  const roles = missing('ROLE', ofB.roles);
  return [
    ...groups
      .filter((id) => facts.groups.has(id))
      .map((groupId) =>
        linkTo(facts, { type: 'GROUP', id: groupId }, { kind: 'ADD_USER_TO_GROUP', userId: b.id, groupId }),
      ),
    ...roles
      .filter((id) => facts.roles.has(id) && (id !== STANDS_ALONE || ofB.roles.length === 0))
      .map((roleId) =>
        linkTo(facts, { type: 'ROLE', id: roleId }, { kind: 'ADD_ROLE', holder: roleHolder(b), roleId }),
      ),
  ];
}

function linkTo(facts: AccessFacts, giver: SubjectKey, link: PlannedChange): Addition {
  return { link, tag: null, gives: permitted(effectivePermissions(facts, giver)) };
}

/** Lists the tags on which a grant would give what is wanted of all that bears them, and nothing else. */
export function tagGrants(
  facts: AccessFacts,
  isWanted: (access: Access, scope: Scope) => boolean,
): Addition[] {
  return [...facts.bearers].flatMap(([id, bearers]): Addition[] => {
    const tag: TargetKey = { type: 'TAG', id };
    const targets = [tag, ...bearers.map(({ target }) => target)];
    const keys = new Set(targets.map(keyOf));
    const access = new Set(
      ACCESSES.filter((one) => targets.every((target) => isWanted(one, { kind: 'TARGET', target }))),
    );
    if (access.size === 0) return [];
    const gives: Addition['gives'] = (one, scope) =>
      access.has(one) && scope.kind === 'TARGET' && keys.has(keyOf(scope.target));
    return [{ link: null, tag, gives }];
  });
}
