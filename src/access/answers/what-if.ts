import type { Reach } from '../facts/access-path.ts';
import { type AccessFacts, keyOf } from '../facts/facts.ts';
import type { SubjectKey, TargetKey } from '../facts/keys.ts';
import { ownReaches } from './access-paths.ts';
import { gained } from './difference.ts';
import { type EffectivePermission, effectivePermissions } from './effective-permissions.ts';
import { effectivePrincipalsOf } from './effective-principals.ts';

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
  const isTouched = touching(before, after);
  return [...users].flatMap((userId) => {
    if (!isTouched(userId)) return [];
    const [now, then] = [heldBy(userId, before, known), heldBy(userId, after, known)];
    const [gains, losses] = [gained(now, then), gained(then, now)];
    return gains.length + losses.length > 0 ? [{ userId, gains, losses }] : [];
  });
}

/**
 * Makes the question whether anything is different for a user: the subjects that count for it, or what one of them reaches.
 * Most users are in none of the groups and hold none of the roles that change; comparing all of theirs would take long.
 */
function touching(before: AccessFacts, after: AccessFacts): (userId: string) => boolean {
  const compared = new Map<string, boolean>();
  const isSame = (subject: SubjectKey) => {
    const known = compared.get(keyOf(subject));
    if (known !== undefined) return known;
    const same = shapeOf(ownReaches(before, subject)) === shapeOf(ownReaches(after, subject));
    compared.set(keyOf(subject), same);
    return same;
  };
  return (userId) => {
    if (!before.users.has(userId) || !after.users.has(userId)) return true;
    const user: SubjectKey = { type: 'USER', id: userId };
    const [now, then] = [effectivePrincipalsOf(before, user), effectivePrincipalsOf(after, user)];
    return (
      now.length !== then.length ||
      now.some(({ subject }, index) => {
        const other = then[index]?.subject;
        return !other || keyOf(other) !== keyOf(subject) || !isSame(subject);
      })
    );
  };
}

function shapeOf(reaches: readonly Reach[]): string {
  return reaches.length === 0 ? '' : JSON.stringify(reaches.map(({ scope, access }) => [scope, access]));
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
