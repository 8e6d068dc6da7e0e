import type { Caller } from '../http/authentication.ts';
import { can } from '../policy/can.ts';
import type { Principal } from '../policy/principal.ts';
import type { UserSnapshot } from '../policy/requests/role-workflow.ts';
import type { Database } from '../store/database.ts';
import { listEffectiveRoles } from '../store/principals.ts';
import { userSnapshot } from '../wire/workflow-engine/snapshots.ts';

/** Whoever calls the workflow engine, by the ids that it knows users and roles by. */
export interface EngineViewer {
  /** The `users.uuid`. */
  readonly id: string;
  readonly snapshot: UserSnapshot;
  readonly principal: Principal;
  /** Ids of the roles it holds, itself and through groups. */
  readonly roleIds: ReadonlySet<string>;
  readonly seesAll: boolean;
}

/** Tells a caller by the ids that the workflow engine goes by. */
export function viewerOf(database: Database, { user, principal }: Caller): EngineViewer {
  const roles = listEffectiveRoles(database, user);
  return {
    id: user.uuid,
    snapshot: userSnapshot(user),
    principal,
    roleIds: new Set(roles.map((role) => role.id)),
    seesAll: can(principal, 'readAllRequests').allowed,
  };
}
