import type { GraphContext } from '../context.ts';
import type { Resolvers } from '../generated/graphql.ts';
import type { PageArguments } from '../kit/connection.ts';
import { offsetConnection, pagesOf } from '../kit/offset-connection.ts';
import { accessRequestRef, roleWorkflowRef, type UserRef } from '../references.ts';
import { currentUserKey } from '../role-workflows/role-store.ts';
import { gave, isActive } from './granted.ts';
import { isTimeBoxed } from './role-holders.ts';
import { waitsFor } from './waits-for.ts';
import type { AccessRequestRecord } from './wire.ts';

/** From users and roles to the requests and workflows that concern them: users by `uuid`, roles by name. */
export const linkResolvers: Resolvers = {
  User: {
    async requests(user, { status, ...page }, context) {
      const requests = await requestsOf(user, context);
      return requests && pageOf(requests, (request) => !status || request.status === status, page);
    },
    async requestsToDecide(user, page, context) {
      const [uuid, caller] = await Promise.all([
        uuidOf(user, context),
        currentUserKey(context.workflowEngine),
      ]);
      if (uuid === null) return null;
      const { accessRequests, roleHolders } = context.loaders;
      if (uuid === caller)
        return offsetConnection(accessRequests.pages('active_approvals', null), page, toRef);
      // The engine lists what waits for its caller only; of others, it tells what they hold.
      const [holder, requests] = await Promise.all([
        roleHolders.load(uuid),
        accessRequests.linkedTo('status', 'WAITING'),
      ]);
      if (!holder) return null;
      const roleKeys = new Set(holder.roles.map(({ role }) => role.id));
      return pageOf(requests, (request) => waitsFor(request, uuid, roleKeys), page);
    },
    async timeBoxedRoles(user, _args, context) {
      const uuid = await uuidOf(user, context);
      const holder = uuid === null ? null : await context.loaders.roleHolders.load(uuid);
      return holder?.roles.filter(isTimeBoxed) ?? null;
    },
  },
  TimeBoxedRole: {
    async request({ role, window, userKey }, _args, { loaders }) {
      const requests = await loaders.accessRequests.linkedTo('user', userKey);
      const found = requests.findLast(
        (request) =>
          request.targetUser?.id === userKey &&
          request.requestedRole?.id === role.id &&
          gave(request, window),
      );
      return found ? toRef(found) : null;
    },
  },
  Role: {
    async workflows({ id }, { action }, { loaders }) {
      const workflows = await loaders.roleWorkflows.list();
      return workflows
        .filter(({ targetRoles }) => targetRoles.some((role) => role.name === id && !role.isDeleted))
        .filter((workflow) => !action || workflow.action === action || workflow.action === 'BOTH')
        .map((workflow) => roleWorkflowRef(workflow.id, workflow));
    },
    async pendingRequests({ id }, page, { loaders }) {
      const requests = await loaders.accessRequests.linkedTo('role', id);
      return pageOf(requests, ({ status }) => status === 'WAITING', page);
    },
    async activeRequests({ id }, page, context) {
      const requests = await context.loaders.accessRequests.linkedTo('role', id);
      const at = context.now();
      return pageOf(requests, (request) => isActive(request, at), page);
    },
  },
};

/** The engine's user id is the user's `uuid`. Null for a user that is gone, or has none. */
async function uuidOf({ id, record }: UserRef, { loaders }: GraphContext): Promise<string | null> {
  return (record ?? (await loaders.users.load(id)))?.uuid ?? null;
}

async function requestsOf(
  user: UserRef,
  context: GraphContext,
): Promise<readonly AccessRequestRecord[] | null> {
  const uuid = await uuidOf(user, context);
  return uuid === null ? null : context.loaders.accessRequests.linkedTo('user', uuid);
}

function pageOf(
  requests: readonly AccessRequestRecord[],
  isWanted: (request: AccessRequestRecord) => boolean,
  page: PageArguments,
) {
  return offsetConnection(pagesOf(requests.filter(isWanted)), page, toRef);
}

function toRef(request: AccessRequestRecord) {
  return accessRequestRef(request.id, request);
}
