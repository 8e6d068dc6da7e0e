import { ACCESSES, type Access, type TargetType } from './access.ts';
import { permissionsFor } from './permissions.ts';
import type { Principal } from './principal.ts';

/** What is known of a target before the question is asked. */
export interface TargetFacts {
  readonly type: TargetType;
  /** The `uuid` of whoever created an application; null for all other targets. */
  readonly ownerUuid: string | null;
  /** What the principal's subjects were granted on the target itself and on its tags. */
  readonly granted: readonly Access[];
}

/**
 * Works out all that a principal may do with one target (contract sections 3, 8 and 25). ADMIN and, for applications, the
 * creator and APPLICATION_MANAGEMENT: everything. Else the union of grants, among them what creating a definition gave,
 * and of permissions such as `READ_WORKFLOW_DEF`. `CREATE_…` permissions do not count: they are about targets that are
 * not there yet.
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
  return new Set([...target.granted, ...byPermission]);
}
