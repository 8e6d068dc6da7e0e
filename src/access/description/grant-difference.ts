import { type GrantState, grantKey } from '../access-state.ts';
import type { PlannedChange } from '../change.ts';
import { union, without } from '../members.ts';
import type { Comparison } from './comparison.ts';

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
  const removed = [...actual.grants].flatMap(([key, { subject, target, access }]): PlannedChange[] => {
    const goesAlong =
      comparison.deletes(subject) ||
      (target.type === 'APPLICATION' && comparison.deletesApplication(target.id));
    const surplus = goesAlong ? [] : without(access, wanted.get(key)?.access ?? []);
    return surplus.length > 0 ? [{ kind: 'REMOVE_PERMISSIONS', subject, target, access: surplus }] : [];
  });
  return [...granted, ...removed];
}

/** Reads the described grants, those of one subject on one target together. */
function describedGrants(comparison: Comparison): Map<string, GrantState> {
  const grants = new Map<string, GrantState>();
  for (const [index, { to, on, access }] of (comparison.description.grants ?? []).entries()) {
    const subject = comparison.subject(to, ['grants', index, 'to']);
    const target = comparison.target(on, ['grants', index, 'on']);
    if (comparison.deletes(subject)) {
      comparison.fault(['grants', index, 'to'], 'it is not described, so pruning would delete it');
    }
    if (target.type === 'APPLICATION' && comparison.deletesApplication(target.id)) {
      comparison.fault(['grants', index, 'on'], 'it is not described, so pruning would delete it');
    }
    const key = grantKey(subject, target);
    grants.set(key, { subject, target, access: union(grants.get(key)?.access ?? [], access) });
  }
  return grants;
}
