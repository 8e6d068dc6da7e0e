import type { AccessFacts } from '../facts/facts.ts';
import type { SubjectKey } from '../facts/keys.ts';
import type { Path } from '../facts/link.ts';

/** A subject whose access counts for another one, and the links that lead there. */
export interface EffectivePrincipal {
  readonly subject: SubjectKey;
  readonly path: Path;
}

/**
 * Lists the subjects whose access counts for a subject: itself, its groups, its roles, and the roles of its groups
 * (contract section 3: "A caller's roles are its own plus those of its groups; access is the union"). Groups hold no
 * groups, and roles hold nothing. Who holds a role twice stands there twice, once for each way.
 */
export function effectivePrincipalsOf(facts: AccessFacts, subject: SubjectKey): EffectivePrincipal[] {
  const itself: EffectivePrincipal = { subject, path: [] };
  if (subject.type === 'ROLE') return [itself];
  if (subject.type === 'GROUP') {
    return [itself, ...rolesFrom(itself, facts.groups.get(subject.id)?.roleIds ?? [])];
  }
  const user = facts.users.get(subject.id);
  const groups = (user?.groupIds ?? []).map(
    (groupId): EffectivePrincipal => ({
      subject: { type: 'GROUP', id: groupId },
      path: [{ kind: 'MEMBERSHIP', userId: subject.id, groupId }],
    }),
  );
  return [
    itself,
    ...rolesFrom(itself, user?.roleIds ?? []),
    ...groups,
    ...groups.flatMap((group) => rolesFrom(group, facts.groups.get(group.subject.id)?.roleIds ?? [])),
  ];
}

function rolesFrom({ subject, path }: EffectivePrincipal, roleIds: readonly string[]): EffectivePrincipal[] {
  return roleIds.map((roleId) => ({
    subject: { type: 'ROLE', id: roleId },
    path: [...path, { kind: 'ROLE', holder: subject, roleId }],
  }));
}
