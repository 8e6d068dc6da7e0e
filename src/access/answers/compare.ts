import type { AccessFacts } from '../facts/facts.ts';
import type { SubjectKey } from '../facts/keys.ts';
import { scopeKey } from '../facts/scope.ts';
import { gained, permitted } from './difference.ts';
import { type EffectivePermission, effectivePermissions } from './effective-permissions.ts';

/** How the access of two subjects differs, each with the paths of who has it. */
export interface Comparison {
  readonly onlyA: readonly EffectivePermission[];
  readonly onlyB: readonly EffectivePermission[];
  /** With the paths of both. */
  readonly both: readonly EffectivePermission[];
}

/** Compares what two subjects may do in effect. */
export function compare(facts: AccessFacts, a: SubjectKey, b: SubjectKey): Comparison {
  const [ofA, ofB] = [effectivePermissions(facts, a), effectivePermissions(facts, b)];
  return { onlyA: gained(ofB, ofA), onlyB: gained(ofA, ofB), both: shared(ofA, ofB) };
}

function shared(
  ofA: readonly EffectivePermission[],
  ofB: readonly EffectivePermission[],
): EffectivePermission[] {
  const [mayA, mayB] = [permitted(ofA), permitted(ofB)];
  const byScope = new Map<string, EffectivePermission>();
  for (const { scope, access, reaches } of [...ofA, ...ofB]) {
    const common = access.filter((one) => mayA(one, scope) && mayB(one, scope));
    if (common.length === 0) continue;
    const key = scopeKey(scope);
    const givers = reaches.filter((reach) => reach.access.some((one) => common.includes(one)));
    byScope.set(key, { scope, access: common, reaches: [...(byScope.get(key)?.reaches ?? []), ...givers] });
  }
  return [...byScope].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, permission]) => permission);
}
