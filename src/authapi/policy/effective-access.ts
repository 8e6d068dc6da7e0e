import { ACCESSES, type Access, type TargetType } from './access.ts';
import { permissionsFor } from './permissions.ts';
import type { Principal } from './principal.ts';

/** What a group gets on definitions of one type that its members create. */
export interface DefaultAccess {
  readonly groupId: string;
  readonly access: readonly Access[];
}

/** What is known of a target before the question is asked. */
export interface TargetFacts {
  readonly type: TargetType;
  /** The `uuid` of whoever created it; null where this server does not know. */
  readonly ownerUuid: string | null;
  /** What the groups of its creator get on such a definition, as groups and members are now. */
  readonly defaultAccess: readonly DefaultAccess[];
  /** What the principal's subjects were granted on the target itself and on its tags. */
  readonly granted: readonly Access[];
}

/**
 * Works out all that a principal may do with one target (contract sections 3 and 8). ADMIN, the creator and, for
 * applications, APPLICATION_MANAGEMENT: everything. Else the union of grants, of the default access of groups that
 * the creator is in too, and of permissions such as `READ_WORKFLOW_DEF`. `CREATE_…` permissions do not count: they are
 * about targets that are not there yet.
 *
 * Ownership and default access are rules, no grants: they are in no list of grants, where nobody could revoke them, and
 * a change of members or of a group's `defaultAccess` counts at once.
 */
export function effectiveAccess(principal: Principal, target: TargetFacts): ReadonlySet<Access> {
  const everything =
    principal.isAdmin ||
    target.ownerUuid === principal.uuid ||
    (target.type === 'APPLICATION' && principal.permissions.has('APPLICATION_MANAGEMENT'));
  if (everything) return new Set(ACCESSES);
  const byPermission = ACCESSES.filter(
    (access) =>
      access !== 'CREATE' &&
      permissionsFor(access, target.type).some((name) => principal.permissions.has(name)),
  );
  const byDefault = target.defaultAccess
    .filter(({ groupId }) => principal.subjects.some(({ type, id }) => type === 'GROUP' && id === groupId))
    .flatMap(({ access }) => access);
  return new Set([...target.granted, ...byDefault, ...byPermission]);
}
