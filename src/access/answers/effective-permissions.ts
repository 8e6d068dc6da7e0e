import type { Reach } from '../facts/access-path.ts';
import { type Access, type AccessFacts, inOrder } from '../facts/facts.ts';
import type { SubjectKey } from '../facts/keys.ts';
import { covers, isWide, type Scope, scopeKey } from '../facts/scope.ts';
import { reachesOf } from './access-paths.ts';

/** All that a subject may do with one scope, and why. */
export interface EffectivePermission {
  readonly scope: Scope;
  readonly access: readonly Access[];
  /** Every path that gives some of it, with what it gives: narrow ones to this scope, and wide ones that cover it. */
  readonly reaches: readonly Reach[];
}

/**
 * Lists all that a subject may do: for each target that any of its paths names, and for each wide scope, every access
 * with all the paths that give it. Wide scopes come first, then targets by type and id.
 *
 * A target that is not listed may be reached all the same, by a wide scope that covers it.
 */
export function effectivePermissions(facts: AccessFacts, subject: SubjectKey): EffectivePermission[] {
  const reaches = reachesOf(facts, subject);
  const byScope = new Map<string, Reach[]>();
  for (const reach of reaches) {
    const key = scopeKey(reach.scope);
    const same = byScope.get(key);
    if (same) same.push(reach);
    else byScope.set(key, [reach]);
  }
  const wide = [...byScope.values()].filter(([reach]) => reach && isWide(reach.scope)).flat();
  return [...byScope]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, [first, ...rest]]) => {
      if (!first) return [];
      const covering = wide.filter(({ scope }) => scopeKey(scope) !== key && covers(scope, first.scope));
      return [permission(first.scope, [first, ...rest, ...covering])];
    });
}

function permission(scope: Scope, reaches: readonly Reach[]): EffectivePermission {
  return { scope, access: inOrder(reaches.flatMap(({ access }) => access)), reaches };
}
