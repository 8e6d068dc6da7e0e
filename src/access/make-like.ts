import type { PlannedChange, SubjectKey, TargetKey } from './change.ts';
import { type AddableLink, chooseLinks, type Need } from './choose-links.ts';
import { gained, permitted } from './difference.ts';
import { type EffectivePermission, effectivePermissions } from './effective-permissions.ts';
import { type Access, type AccessFacts, keyOf } from './facts.ts';
import { factsAfter } from './facts-after.ts';
import { roleHolder } from './role-holder.ts';

/** What makes one subject like another. */
export interface Likening {
  readonly changes: readonly PlannedChange[];
  /** Whether the two may do the same afterwards. No change takes ownership away, or gives a role's permissions. */
  readonly isEnough: boolean;
  /** Whether it is known that no fewer changes of these kinds would do. */
  readonly isSmallest: boolean;
}

/**
 * Finds the smallest set of changes to `b` that lets it do what `a` may do, and no more. It uses memberships and roles
 * that `a` has, or `a` itself where that is a group or role, and grants.
 *
 * What `b` has and must lose is settled link by link, for access is a union: a membership or role that gives anything
 * which `a` may not do has to go, any other can stay. What is left to choose is which of the links of `a` to add, each in
 * place of the grants that it saves.
 */
export function makeLike(facts: AccessFacts, a: SubjectKey, b: SubjectKey): Likening {
  const wanted = effectivePermissions(facts, a);
  const removals = excessLinks(facts, b, wanted);
  const start = factsAfter(facts, removals);
  const addable = missingLinks(start, a, b);
  const needs = needsOf(start, b, wanted, addable);
  const { chosen, isBest } = chooseLinks(addable, needs);
  const added = addable.filter((link) => chosen.has(link)).map(({ change }) => change);
  const grants = grantChanges(factsAfter(start, added), b, wanted);
  const changes = [...removals, ...added, ...grants];
  const then = effectivePermissions(factsAfter(facts, changes), b);
  const isEnough = gained(wanted, then).length + gained(then, wanted).length === 0;
  return { changes, isEnough, isSmallest: isBest };
}

/** Lists what is wanted and not there. What a grant on a tag will bring to all that bears it needs nothing more. */
function needsOf(
  facts: AccessFacts,
  b: SubjectKey,
  wanted: readonly EffectivePermission[],
  addable: readonly AddableLink[],
): Need[] {
  const has = permitted(effectivePermissions(facts, b));
  const given = addable.map((link) => ({ link, may: permitted(effectivePermissions(facts, link.giver)) }));
  const isWanted = permitted(wanted);
  return wanted.flatMap(({ scope, access }) => {
    const tags = scope.kind === 'TARGET' ? tagsOn(facts, scope.target) : [];
    const comesByTag = (one: Access) => tags.some((tag) => isWanted(one, { kind: 'TARGET', target: tag }));
    return access
      .filter((one) => !has(one, scope) && !comesByTag(one))
      .map((one) => ({
        target: scope.kind === 'TARGET' ? keyOf(scope.target) : null,
        givenBy: new Set(given.filter(({ may }) => may(one, scope)).map(({ link }) => link)),
      }));
  });
}

function tagsOn({ bearers }: AccessFacts, target: TargetKey): TargetKey[] {
  const bears = (targets: readonly TargetKey[]) => targets.some((one) => keyOf(one) === keyOf(target));
  return [...bearers].flatMap(([tag, targets]) => (bears(targets) ? [{ type: 'TAG', id: tag }] : []));
}

/** Lists the memberships and roles of `b` that give something which is not wanted. */
function excessLinks(
  facts: AccessFacts,
  b: SubjectKey,
  wanted: readonly EffectivePermission[],
): PlannedChange[] {
  const { groups, roles } = linksOf(facts, b);
  const isExcess = (giver: SubjectKey) => gained(wanted, effectivePermissions(facts, giver)).length > 0;
  return [
    ...groups
      .filter((id) => isExcess({ type: 'GROUP', id }))
      .map((groupId): PlannedChange => ({ kind: 'REMOVE_USER_FROM_GROUP', userId: b.id, groupId })),
    ...roles
      .filter((id) => isExcess({ type: 'ROLE', id }))
      .map((roleId): PlannedChange => ({ kind: 'REMOVE_ROLE', holder: roleHolder(b), roleId })),
  ];
}

/** Lists the memberships and roles that `a` has, or is, and `b` could have. */
function missingLinks(facts: AccessFacts, a: SubjectKey, b: SubjectKey): AddableLink[] {
  if (b.type === 'ROLE') return [];
  const [ofA, ofB] = [linksOf(facts, a), linksOf(facts, b)];
  const groups = a.type === 'GROUP' ? [a.id] : ofA.groups;
  const roles = a.type === 'ROLE' ? [a.id] : ofA.roles;
  return [
    ...(b.type === 'USER' ? groups : [])
      .filter((id) => !ofB.groups.includes(id))
      .map(
        (groupId): AddableLink => ({
          giver: { type: 'GROUP', id: groupId },
          change: { kind: 'ADD_USER_TO_GROUP', userId: b.id, groupId },
        }),
      ),
    ...roles
      .filter((id) => !ofB.roles.includes(id))
      .map(
        (roleId): AddableLink => ({
          giver: { type: 'ROLE', id: roleId },
          change: { kind: 'ADD_ROLE', holder: roleHolder(b), roleId },
        }),
      ),
  ];
}

function linksOf(facts: AccessFacts, { type, id }: SubjectKey) {
  if (type === 'ROLE') return { groups: [], roles: [] };
  if (type === 'GROUP') return { groups: [], roles: facts.groups.get(id)?.roleIds ?? [] };
  const user = facts.users.get(id);
  return { groups: user?.groupIds ?? [], roles: user?.roleIds ?? [] };
}

/**
 * Lists the grants to give `b` and to take from it, given its memberships and roles: at most one of each for a target.
 * Tags come first, since a grant on one reaches all that bears it.
 */
function grantChanges(
  facts: AccessFacts,
  b: SubjectKey,
  wanted: readonly EffectivePermission[],
): PlannedChange[] {
  const may = permitted(wanted);
  const removals = (facts.grants.get(keyOf(b)) ?? []).flatMap(({ target, access }) => {
    const excess = access.filter((one) => !may(one, { kind: 'TARGET', target }));
    return excess.length > 0 ? [grantChange('REMOVE_PERMISSIONS', b, target, excess)] : [];
  });
  const targets = wanted.flatMap(({ scope, access }) =>
    scope.kind === 'TARGET' ? [{ target: scope.target, access }] : [],
  );
  const onTags = grantsFor(
    factsAfter(facts, removals),
    b,
    targets.filter(({ target }) => isTag(target)),
  );
  const then = factsAfter(facts, [...removals, ...onTags]);
  return [
    ...removals,
    ...onTags,
    ...grantsFor(
      then,
      b,
      targets.filter(({ target }) => !isTag(target)),
    ),
  ];
}

function grantsFor(
  facts: AccessFacts,
  b: SubjectKey,
  targets: readonly { readonly target: TargetKey; readonly access: readonly Access[] }[],
): PlannedChange[] {
  const may = permitted(effectivePermissions(facts, b));
  return targets.flatMap(({ target, access }) => {
    const needed = access.filter((one) => !may(one, { kind: 'TARGET', target }));
    return needed.length > 0 ? [grantChange('GRANT_PERMISSIONS', b, target, needed)] : [];
  });
}

function grantChange(
  kind: 'GRANT_PERMISSIONS' | 'REMOVE_PERMISSIONS',
  subject: SubjectKey,
  target: TargetKey,
  access: readonly Access[],
): PlannedChange {
  return { kind, subject, target, access };
}

function isTag({ type }: TargetKey): boolean {
  return type === 'TAG';
}
