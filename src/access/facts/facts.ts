import type { SubjectKey, TargetKey } from './keys.ts';

/** What one may do with a target (contract section 11), in the order in which answers tell it. */
export const ACCESSES = ['CREATE', 'READ', 'UPDATE', 'EXECUTE', 'DELETE'] as const;
export type Access = (typeof ACCESSES)[number];

/** A user, with the roles and groups it has itself (contract section 8). */
export interface UserFact {
  readonly id: string;
  readonly roleIds: readonly string[];
  readonly groupIds: readonly string[];
}

/** A group, with the roles it gives its members and its default access (contract section 9). */
export interface GroupFact {
  readonly id: string;
  readonly roleIds: readonly string[];
  readonly defaultAccess: readonly {
    readonly targetType: string;
    readonly access: readonly Access[];
  }[];
}

/** A role, with the names of its permissions as the upstream spells them (contract section 12). */
export interface RoleFact {
  readonly id: string;
  readonly permissions: readonly string[];
  /** SYSTEM roles cannot be changed; null where the upstream does not tell. */
  readonly kind: string | null;
}

/** What one subject was granted on one target itself (contract section 11). */
export interface GrantFact {
  readonly subject: SubjectKey;
  readonly target: TargetKey;
  readonly access: readonly Access[];
}

/** A tag, as `key:value`, and something that bears it (contract section 6). */
export interface TagFact {
  readonly target: TargetKey;
  readonly tag: string;
  /** What of the tag is its key, for keys may hold colons too; absent where only the whole is told. */
  readonly key?: string;
}

/** Who created something, and so owns it (contract section 3). */
export interface OwnershipFact {
  readonly target: TargetKey;
  readonly userId: string;
}

/** Facts as they come, in any order; the same fact may come twice. */
export interface FactLists {
  readonly users: Iterable<UserFact>;
  readonly groups: Iterable<GroupFact>;
  readonly roles: Iterable<RoleFact>;
  readonly grants: Iterable<GrantFact>;
  readonly tags: Iterable<TagFact>;
  readonly ownerships: Iterable<OwnershipFact>;
}

/**
 * All that the engine knows of a world: nothing in it changes, and what is not in it is not so. Whoever gathers the
 * facts for a question sees to it that they are all there that the question needs.
 */
export interface AccessFacts {
  readonly users: ReadonlyMap<string, UserFact>;
  readonly groups: ReadonlyMap<string, GroupFact>;
  readonly roles: ReadonlyMap<string, RoleFact>;
  /** By `keyOf` of the subject; of one subject and target, one. */
  readonly grants: ReadonlyMap<string, readonly GrantFact[]>;
  /** By tag. */
  readonly bearers: ReadonlyMap<string, readonly TagFact[]>;
  /** By user id. */
  readonly owned: ReadonlyMap<string, readonly TargetKey[]>;
}

/** Writes a subject or target as one text, the same for equal ones. */
export function keyOf({ type, id }: SubjectKey | TargetKey): string {
  return `${type}:${id}`;
}

/** Puts accesses in the order of answers, each once. */
export function inOrder(accesses: Iterable<Access>): Access[] {
  const held = new Set(accesses);
  return ACCESSES.filter((access) => held.has(access));
}

/**
 * Reads words as accesses.
 * @throws {RangeError} for an unknown word: a view of rights must not quietly drop one.
 */
export function accessesOf(words: readonly string[]): readonly Access[] {
  return words.map((word) => {
    const access = ACCESSES.find((known) => known === word);
    if (!access) throw new RangeError(`not one of ${ACCESSES.join(', ')}: ${word}`);
    return access;
  });
}

/** Puts facts into order for the engine. Grants of one subject on one target become one. */
export function factsOf(lists: FactLists): AccessFacts {
  return {
    users: byId(lists.users),
    groups: byId(lists.groups),
    roles: byId(lists.roles),
    grants: grantsBySubject(lists.grants),
    bearers: bearersByTag(lists.tags),
    owned: ownedByUser(lists.ownerships),
  };
}

/** Takes facts apart again, to put them together with a change. */
export function listsOf(facts: AccessFacts): FactLists {
  const { users, groups, roles, grants, bearers, owned } = facts;
  return {
    users: users.values(),
    groups: groups.values(),
    roles: roles.values(),
    grants: [...grants.values()].flat(),
    tags: [...bearers.values()].flat(),
    ownerships: [...owned].flatMap(([userId, targets]) => targets.map((target) => ({ userId, target }))),
  };
}

function byId<F extends { readonly id: string }>(facts: Iterable<F>): ReadonlyMap<string, F> {
  return new Map([...facts].map((fact) => [fact.id, fact]));
}

function grantsBySubject(grants: Iterable<GrantFact>): ReadonlyMap<string, readonly GrantFact[]> {
  const bySubject = new Map<string, Map<string, GrantFact>>();
  for (const grant of grants) {
    const subject = keyOf(grant.subject);
    const byTarget = bySubject.get(subject) ?? new Map<string, GrantFact>();
    bySubject.set(subject, byTarget);
    const target = keyOf(grant.target);
    const access = inOrder([...grant.access, ...(byTarget.get(target)?.access ?? [])]);
    if (access.length > 0) byTarget.set(target, { ...grant, access });
  }
  return new Map([...bySubject].map(([subject, byTarget]) => [subject, [...byTarget.values()]]));
}

/** What bears a tag bears it once, unless it has two whose keys and values only come to the same text. */
function bearersByTag(facts: Iterable<TagFact>): ReadonlyMap<string, readonly TagFact[]> {
  const byBearer = Map.groupBy(facts, ({ tag, target }) => JSON.stringify([tag, keyOf(target)]));
  const told = [...byBearer.values()].flatMap((same) => {
    const exact = new Map(same.flatMap((fact) => (fact.key === undefined ? [] : [[fact.key, fact]])));
    return exact.size > 0 ? [...exact.values()] : same.slice(0, 1);
  });
  return Map.groupBy(told, ({ tag }) => tag);
}

function ownedByUser(facts: Iterable<OwnershipFact>): ReadonlyMap<string, readonly TargetKey[]> {
  const byUser = Map.groupBy(facts, ({ userId }) => userId);
  return new Map(
    [...byUser].map(([userId, owned]) => {
      const targets = new Map(owned.map(({ target }) => [keyOf(target), target]));
      return [userId, [...targets.values()]];
    }),
  );
}
