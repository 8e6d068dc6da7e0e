import { gained } from '../../../access/answers/difference.ts';
import {
  type EffectivePermission,
  effectivePermissions,
} from '../../../access/answers/effective-permissions.ts';
import { factsOf, listsOf } from '../../../access/facts/facts.ts';
import { grantedWindow } from '../access-requests/granted.ts';
import type { AccessRequestRecord } from '../access-requests/wire.ts';
import type { GraphContext } from '../context.ts';
import type { PendingAccessState } from '../generated/graphql.ts';
import { type AccessRequestRef, accessRequestRef, type RoleRef, roleRef } from '../references.ts';
import { Gathering } from './facts-loader.ts';
import type { PermissionList } from './permission-list.ts';

/** Access that a request for a role would give, or will. */
export interface PendingAccess {
  readonly request: AccessRequestRef;
  readonly role: RoleRef;
  readonly state: PendingAccessState;
  readonly startsAt: Date | null;
  readonly endsAt: Date | null;
  readonly permissions: readonly EffectivePermission[];
}

/**
 * Works out what requests for roles would add to the access of a user: those that wait, and those that were approved for
 * a time to come. Takes a call for the requests, and one for the grants of each role among them.
 */
export async function pendingAccess(
  list: PermissionList,
  context: GraphContext,
): Promise<readonly PendingAccess[]> {
  if (list.subject.type !== 'USER') return [];
  const user = await context.loaders.users.load(list.subject.id);
  if (!user?.uuid) return [];
  const requests = await context.loaders.accessRequests.linkedTo('user', user.uuid);
  const now = context.now();
  return Promise.all(
    requests
      .filter(({ targetUser }) => targetUser?.id === user.uuid)
      .flatMap((request) => {
        const state = stateOf(request, now);
        const roleId = request.requestedRole?.name;
        return state && roleId ? [pending(request, roleId, state, list, context)] : [];
      }),
  );
}

function stateOf(request: AccessRequestRecord, now: number): PendingAccessState | null {
  if (request.status === 'WAITING' && request.action !== 'REMOVE') return 'WAITING';
  const start = grantedWindow(request)?.start;
  return start && start.getTime() > now && request.revocation === null ? 'NOT_BEGUN' : null;
}

async function pending(
  request: AccessRequestRecord,
  roleId: string,
  state: PendingAccessState,
  { subject, facts, all }: PermissionList,
  context: GraphContext,
): Promise<PendingAccess> {
  const gathering = new Gathering(context);
  await gathering.allAbout({ type: 'ROLE', id: roleId });
  const [known, added] = [listsOf(facts), listsOf(gathering.facts())];
  const holding = [...known.users].map((user) =>
    user.id === subject.id ? { ...user, roleIds: [...user.roleIds, roleId] } : user,
  );
  const then = factsOf({ ...known, users: holding, grants: [...known.grants, ...added.grants] });
  const window = grantedWindow(request) ?? request.requested;
  return {
    request: accessRequestRef(request.id, request),
    role: roleRef(roleId),
    state,
    startsAt: window?.start ?? null,
    endsAt: window?.end ?? null,
    permissions: gained(all, effectivePermissions(then, subject)),
  };
}
