import type { TargetKey } from './change.ts';
import { gained } from './difference.ts';
import { type EffectivePermission, effectivePermissions } from './effective-permissions.ts';
import { type AccessFacts, keyOf } from './facts.ts';

/** What a change means for one user. */
export interface UserDifference {
  readonly userId: string;
  /** What it may do then and not now, with the paths that will give it. */
  readonly gains: readonly EffectivePermission[];
  /** What it may do now and not then, with the paths that give it. */
  readonly losses: readonly EffectivePermission[];
}

/** Of whom and of what all facts are there; of other users on other targets nothing is said. */
export interface Known {
  readonly users: ReadonlySet<string>;
  /** By `keyOf`. */
  readonly targets: ReadonlySet<string>;
}

/** Lists every user whose access differs between two states of a world, with what is gained and lost. */
export function whatIf(before: AccessFacts, after: AccessFacts, known: Known): UserDifference[] {
  const users = new Set([...before.users.keys(), ...after.users.keys()]);
  return [...users].flatMap((userId) => {
    const [now, then] = [heldBy(userId, before, known), heldBy(userId, after, known)];
    const [gains, losses] = [gained(now, then), gained(then, now)];
    return gains.length + losses.length > 0 ? [{ userId, gains, losses }] : [];
  });
}

function heldBy(userId: string, facts: AccessFacts, known: Known): EffectivePermission[] {
  if (!facts.users.has(userId)) return [];
  const held = effectivePermissions(facts, { type: 'USER', id: userId });
  if (known.users.has(userId)) return held;
  return held.filter(({ scope }) => scope.kind !== 'TARGET' || isKnown(scope.target, known));
}

function isKnown(target: TargetKey, { targets }: Known): boolean {
  return targets.has(keyOf(target));
}
