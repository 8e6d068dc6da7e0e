import type { Access } from '../facts/facts.ts';
import { covers, isWide, type Scope, scopeKey } from '../facts/scope.ts';
import type { EffectivePermission } from './effective-permissions.ts';

/**
 * Lists what somebody may do after a change and not before it, with the paths that now give it. What a wide scope gave
 * before is not gained when a narrow one gives it too, and what a wide scope gives now is not told again of narrow ones.
 * The other way round, it lists what is lost.
 */
export function gained(
  before: readonly EffectivePermission[],
  after: readonly EffectivePermission[],
): EffectivePermission[] {
  const had = permitted(before);
  const wide: EffectivePermission[] = [];
  // Wide scopes come first, everything before the targets of a type.
  return after.flatMap((permission) => {
    const { scope, reaches } = permission;
    const access = permission.access.filter(
      (one) =>
        !had(one, scope) && !wide.some((held) => held.access.includes(one) && covers(held.scope, scope)),
    );
    if (access.length === 0) return [];
    const givers = reaches.filter((reach) => reach.access.some((one) => access.includes(one)));
    const fresh = { scope, access, reaches: givers };
    if (isWide(scope)) wide.push(fresh);
    return [fresh];
  });
}

/** Makes the question whether permissions come to an access to a scope: to all of it, by one that covers it. */
export function permitted(
  permissions: readonly EffectivePermission[],
): (access: Access, scope: Scope) => boolean {
  const narrow = new Map(permissions.map(({ scope, access }) => [scopeKey(scope), access]));
  const wide = permissions.filter(({ scope }) => isWide(scope));
  return (access, scope) =>
    narrow.get(scopeKey(scope))?.includes(access) === true ||
    wide.some((held) => held.access.includes(access) && covers(held.scope, scope));
}
