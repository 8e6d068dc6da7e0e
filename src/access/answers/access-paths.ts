import type { Reach, Rule } from '../facts/access-path.ts';
import { type Access, type AccessFacts, keyOf } from '../facts/facts.ts';
import type { SubjectKey, TargetKey } from '../facts/keys.ts';
import { covers } from '../facts/scope.ts';
import { administration } from '../rules/administration.ts';
import { defaultAccess } from '../rules/default-access.ts';
import { grants } from '../rules/grants.ts';
import { ownership } from '../rules/ownership.ts';
import { permissions } from '../rules/permissions.ts';
import { effectivePrincipalsOf } from './effective-principals.ts';

/** All rules by which a subject has access itself. Each is documented where it is defined. */
const RULES: readonly Rule[] = [administration, ownership, permissions, defaultAccess, grants];

/** Facts never change, so what a subject has itself is worked out once, however many have it through that subject. */
const known = new WeakMap<AccessFacts, Map<string, readonly Reach[]>>();

/** Lists all that a subject reaches, itself and through groups and roles: each path once. */
export function reachesOf(facts: AccessFacts, subject: SubjectKey): Reach[] {
  return effectivePrincipalsOf(facts, subject).flatMap(({ subject: standing, path }) =>
    ownReaches(facts, standing).map((reach) =>
      path.length === 0 ? reach : { ...reach, path: [...path, ...reach.path] },
    ),
  );
}

/** Lists all by which a subject has one access to one target. Empty: it does not have it. */
export function reachesTo(
  facts: AccessFacts,
  subject: SubjectKey,
  target: TargetKey,
  access: Access,
): Reach[] {
  const wanted = { kind: 'TARGET', target } as const;
  return effectivePrincipalsOf(facts, subject).flatMap(({ subject: standing, path }) =>
    ownReaches(facts, standing)
      .filter((reach) => reach.access.includes(access) && covers(reach.scope, wanted))
      .map((reach) => ({ ...reach, path: [...path, ...reach.path] })),
  );
}

/** Lists all that a subject reaches itself, without groups and roles. */
export function ownReaches(facts: AccessFacts, subject: SubjectKey): readonly Reach[] {
  const reaches = known.get(facts) ?? new Map<string, readonly Reach[]>();
  known.set(facts, reaches);
  const key = keyOf(subject);
  const own = reaches.get(key) ?? RULES.flatMap((rule) => rule(facts, subject));
  reaches.set(key, own);
  return own;
}
