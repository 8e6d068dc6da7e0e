import { type Access, type AccessFacts, inOrder, keyOf } from '../facts/facts.ts';
import type { SubjectKey, TargetKey } from '../facts/keys.ts';
import { roleHolder } from '../facts/role-holder.ts';
import type { Scope } from '../facts/scope.ts';
import type { GrantChange, PlannedChange } from '../planning/change.ts';
import { factsAfter } from '../planning/facts-after.ts';
import { faultOf, STANDS_ALONE } from '../planning/writing-rules.ts';
import { linksOf, missingLinks, tagGrants } from './additions.ts';
import { type Addition, chooseAdditions, type Need, needsLeft } from './choose-additions.ts';
import { gained, permitted } from './difference.ts';
import { type EffectivePermission, effectivePermissions } from './effective-permissions.ts';

/** What makes one subject like another. */
export interface Likening {
  readonly changes: readonly PlannedChange[];
  /** Whether the two may do the same afterwards. No change takes ownership away, or gives a role's permissions. */
  readonly isEnough: boolean;
  /** Whether it is known that no fewer changes of these kinds would do. */
  readonly isSmallest: boolean;
}

type IsWanted = (access: Access, scope: Scope) => boolean;

/**
 * Finds the smallest set of changes to `b` that lets it do what `a` may do, and no more. It uses memberships and roles
 * that `a` has, or `a` itself where that is a group or role, and grants.
 *
 * What `b` has and must lose is settled link by link and grant by grant, for access is a union: what gives anything that
 * `a` may not do has to go, all else can stay. What is left to choose is which links of `a` to add, and on which tags to
 * grant, each in place of the grants that it saves.
 */
export function align(facts: AccessFacts, a: SubjectKey, b: SubjectKey): Likening {
  const wanted = effectivePermissions(facts, a);
  const isWanted = permitted(wanted);
  const removals = [...excessLinks(facts, b, wanted), ...excessGrants(facts, b, isWanted)];
  const start = factsAfter(facts, removals);
  const additions = [...missingLinks(start, a, b), ...tagGrants(start, isWanted)];
  const needs = needsOf(start, b, wanted, additions);
  const making = (choice: ReadonlySet<Addition>) => makingRoom(start, b, choice);
  const { chosen, isBest } = chooseAdditions(additions, needs, (choice) => making(choice).length);
  const changes = [
    ...removals,
    ...making(chosen),
    ...additionChanges(chosen, needs, b),
    ...grantsFor(needsLeft(chosen, needs), b),
  ];
  const then = effectivePermissions(factsAfter(facts, changes), b);
  const isEnough = gained(wanted, then).length + gained(then, wanted).length === 0;
  return { changes, isEnough, isSmallest: isBest };
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

/** A role that stands alone has to go before another one can come; it gives no access that is known here. */
function makingRoom(facts: AccessFacts, b: SubjectKey, choice: ReadonlySet<Addition>): PlannedChange[] {
  const isInTheWay =
    linksOf(facts, b).roles.includes(STANDS_ALONE) &&
    [...choice].some(({ link }) => link?.kind === 'ADD_ROLE');
  return isInTheWay ? [{ kind: 'REMOVE_ROLE', holder: roleHolder(b), roleId: STANDS_ALONE }] : [];
}

/** Lists what was granted to `b` and is not wanted, be it on the target itself or on something that bears the tag. */
function excessGrants(facts: AccessFacts, b: SubjectKey, isWanted: IsWanted): PlannedChange[] {
  return (facts.grants.get(keyOf(b)) ?? []).flatMap(({ target, access }) => {
    const reached = [target, ...bearersOf(facts, target)];
    const excess = access.filter(
      (one) => !reached.every((on) => isWanted(one, { kind: 'TARGET', target: on })),
    );
    const removal = grantChange('REMOVE_PERMISSIONS', b, target, excess);
    return faultOf(removal) === null ? [removal] : [];
  });
}

/** Lists what is wanted and not there. A grant on a tag that something bears is an addition, and no plain grant. */
function needsOf(
  facts: AccessFacts,
  b: SubjectKey,
  wanted: readonly EffectivePermission[],
  additions: readonly Addition[],
): Need[] {
  const has = permitted(effectivePermissions(facts, b));
  return wanted.flatMap(({ scope, access }) => {
    const isPlain =
      scope.kind === 'TARGET' &&
      bearersOf(facts, scope.target).length === 0 &&
      faultOf(grantChange('GRANT_PERMISSIONS', b, scope.target, access)) === null;
    return access
      .filter((one) => !has(one, scope))
      .map((one) => ({
        access: one,
        scope,
        target: isPlain ? keyOf(scope.target) : null,
        givenBy: new Set(additions.filter(({ gives }) => gives(one, scope))),
      }));
  });
}

/** Writes what was chosen: links as they are, and on tags what no link gives. */
function additionChanges(
  chosen: ReadonlySet<Addition>,
  needs: readonly Need[],
  b: SubjectKey,
): PlannedChange[] {
  const links = [...chosen].filter(({ link }) => link !== null);
  const left = needsLeft(new Set(links), needs);
  return [...chosen].flatMap(({ link, tag, gives }) => {
    if (link) return [link];
    const access = inOrder(left.filter((need) => gives(need.access, need.scope)).map((need) => need.access));
    return tag ? [grantChange('GRANT_PERMISSIONS', b, tag, access)] : [];
  });
}

/** Writes one grant for each target of which something is needed. */
function grantsFor(needs: readonly Need[], b: SubjectKey): PlannedChange[] {
  const byTarget = Map.groupBy(needs, ({ target }) => target);
  return [...byTarget.values()].flatMap((ofOne) => {
    const [first] = ofOne;
    if (first?.target === null || first?.scope.kind !== 'TARGET') return [];
    const access = inOrder(ofOne.map((need) => need.access));
    return [grantChange('GRANT_PERMISSIONS', b, first.scope.target, access)];
  });
}

function bearersOf({ bearers }: AccessFacts, { type, id }: TargetKey): TargetKey[] {
  return type === 'TAG' ? (bearers.get(id) ?? []).map(({ target }) => target) : [];
}

function grantChange(
  kind: GrantChange['kind'],
  subject: SubjectKey,
  target: TargetKey,
  access: readonly Access[],
): PlannedChange {
  return { kind, subject, target, access };
}
