import { ACCESSES } from '../facts/facts.ts';
import type { TargetKey } from '../facts/keys.ts';
import { TARGET_TYPES } from '../facts/target-types.ts';
import { type GrantState, grantKey } from '../planning/access-state.ts';
import type { GrantChange, PlannedChange } from '../planning/change.ts';
import { both, union, without } from '../planning/members.ts';
import type { Comparison } from './comparison.ts';
import type { DescriptionFault } from './description.ts';

/** Access that is to be granted and, with pruning, removed. What goes with its subject or application is not told. */
export function grantDifference(comparison: Comparison): PlannedChange[] {
  const { description, actual, prune } = comparison;
  if (!description.grants) return [];
  const wanted = describedGrants(comparison);
  const granted = [...wanted].flatMap(([key, { subject, target, access }]): PlannedChange[] => {
    const missing = without(access, actual.grants.get(key)?.access ?? []);
    return missing.length > 0 ? [{ kind: 'GRANT_PERMISSIONS', subject, target, access: missing }] : [];
  });
  if (!prune) return granted;
  const removed = [...actual.grants].flatMap(([key, grant]): PlannedChange[] => {
    const { subject, target, access } = grant;
    const goesAlong =
      comparison.deletes(subject) ||
      (target.type === 'APPLICATION' && comparison.deletesApplication(target.id));
    const surplus = goesAlong ? [] : without(access, wanted.get(key)?.access ?? []);
    // Words of a later version cannot be written, and are not to keep the others from it.
    return [both(surplus, ACCESSES), without(surplus, ACCESSES)].flatMap((part): GrantChange[] =>
      part.length > 0 ? [{ kind: 'REMOVE_PERMISSIONS', subject, target, access: part }] : [],
    );
  });
  return [...granted, ...removed];
}

/** Reads the described grants, those of one subject on one target together, and notes what is wrong with them. */
function describedGrants(comparison: Comparison): Map<string, GrantState> {
  const grants = new Map<string, GrantState>();
  const nowhere: DescriptionFault[] = [];
  for (const [index, { to, on, access }] of (comparison.description.grants ?? []).entries()) {
    const path = ['grants', index];
    const subject = comparison.subject(to, [...path, 'to']);
    const target = comparison.target(on, [...path, 'on']);
    if (comparison.deletes(subject)) {
      comparison.fault([...path, 'to'], 'it is not described, so pruning would delete it');
    }
    if (comparison.deletesTarget(target)) {
      comparison.fault([...path, 'on'], 'it is not described, so pruning would delete it');
    }
    const key = grantKey(subject, target);
    comparison.grantPlaces.set(key, index);
    const missing = without(access, comparison.actual.grants.get(key)?.access ?? []);
    if (missing.length > 0) {
      checkWords(comparison, target, missing, path, access);
      const message = (type: string, id: string) => `there is no ${type.toLowerCase()} ${id}: describe it`;
      if (!comparison.exists(subject))
        nowhere.push({ path: [...path, 'to'], message: message(to.type, to.id) });
      if (!comparison.existsTarget(target)) {
        nowhere.push({ path: [...path, 'on'], message: message(on.type, on.id) });
      }
    }
    grants.set(key, { subject, target, access: union(grants.get(key)?.access ?? [], access) });
  }
  // Somebody may be missing only because of what is wrong elsewhere.
  if (comparison.faults.length === 0) comparison.faults.push(...nowhere);
  return grants;
}

/** Notes words that nobody here can write: those of a later version may stand where they hold already. */
function checkWords(
  comparison: Comparison,
  { type }: TargetKey,
  missing: readonly string[],
  path: readonly (string | number)[],
  access: readonly string[],
): void {
  if (!TARGET_TYPES.some((known) => known === type)) {
    const message = `expected a kind of target, one of ${TARGET_TYPES.join(', ')}, not ${type}`;
    comparison.fault([...path, 'on'], message);
  }
  for (const word of without(missing, ACCESSES)) {
    const allowed = ACCESSES.map((one) => `"${one}"`).join('|');
    comparison.fault([...path, 'access', access.indexOf(word)], `expected one of ${allowed}`);
  }
}
