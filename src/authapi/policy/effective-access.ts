import { ACCESSES, type Access, type TargetType } from './access.ts';
import { permissionsFor } from './permissions.ts';
import type { Principal } from './principal.ts';

/** What is known of a target before the question is asked. */
export interface TargetFacts {
  readonly type: TargetType;
  /** The `uuid` of whoever created it; null where this server does not know. */
  readonly ownerUuid: string | null;
  /** What the principal's subjects were granted on the target itself and on its tags. */
  readonly granted: readonly Access[];
}

/**
 * Works out all that a principal may do with one target (contract sections 3 and 8). ADMIN, the creator and, for
 * applications, APPLICATION_MANAGEMENT: everything. Else the union of grants and of permissions such as
 * `READ_WORKFLOW_DEF`. `CREATE_…` permissions do not count: they are about targets that are not there yet.
 *
 * `defaultAccess` of groups has no part in this: it is for definitions (workflows, tasks, schedules), which are
 * created in Conductor and never here. It is kept and given back.
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
