import { storedUserId } from '../../access/facts/keys.ts';
import { listRequests } from '../graph/access-requests/rest.ts';
import type { AccessRequestRecord } from '../graph/access-requests/wire.ts';
import { findAccessKeys } from '../graph/applications/access-keys.ts';
import type { ApplicationRecord } from '../graph/applications/rest.ts';
import type { GraphContext } from '../graph/context.ts';
import { listGrantsOn } from '../graph/grants/rest.ts';
import { listWorkflows } from '../graph/role-workflows/rest.ts';
import { currentUserKey } from '../graph/role-workflows/role-store.ts';
import { rightsOfToken } from '../graph/tokens/rest.ts';
import { currentUser } from '../graph/users/rest.ts';
import { HttpError } from '../upstream/errors/http-error.ts';
import type { Change } from './journal/change.ts';
import type { ChangeKind } from './journal/records.ts';

/** Whether something can be read: it can, there is no such thing, or (as an error) it may not or could not be read. */
type Probe = (change: Change, context: GraphContext) => Promise<boolean>;

/**
 * Reads what a change is about with the follower's own token. False where that is not there (any more), which says
 * nothing about whether the follower might have read it.
 */
const READS: Readonly<Record<ChangeKind, Probe>> = {
  USER: async ({ id }, { loaders }) => (await loaders.users.load(id)) !== null,
  GROUP: async ({ id }, { loaders }) => (await loaders.groups.load(id)) !== null,
  // Both ends have to be readable: that somebody is in a group tells of both.
  MEMBERSHIP: async ({ subject, target }, { loaders }) => {
    const [user, group] = await Promise.all([
      loaders.users.load(subject?.id ?? ''),
      loaders.groups.load(target?.id ?? ''),
    ]);
    return user !== null && group !== null;
  },
  ROLE: async ({ id }, { loaders }) => (await loaders.roles.load(id)) !== null,
  APPLICATION: async ({ id }, { loaders }) => (await loaders.applications.load(id)) !== null,
  ACCESS_KEY: async ({ target }, { authorization }) =>
    (await findAccessKeys(authorization, target?.id ?? '')) !== null,
  GRANT: async ({ target }, { authorization }) => {
    if (target) await listGrantsOn(authorization, target);
    return target !== null;
  },
  GATEWAY_AUTH_CONFIG: async ({ id }, { loaders }) => (await loaders.gatewayAuthConfigs.load(id)) !== null,
  ROLE_WORKFLOW: async ({ id }, { loaders }) => (await loaders.roleWorkflows.load(id)) !== null,
  ACCESS_REQUEST: async ({ id }, { loaders }) => (await loaders.accessRequests.load(id)) !== null,
};

/**
 * Finds out whether the follower could read a thing that is no longer there, or of which the upstream says so: it answers
 * 404 to everybody, or 403. What is read instead takes the right to all things of that kind: the list of a kind does where
 * it is refused without that right, and not where it holds just what the caller may read.
 */
const READS_OF_GONE: Readonly<Record<ChangeKind, Probe>> = {
  USER: seesUsers,
  GROUP: seesGroups,
  MEMBERSHIP: async (change, context) =>
    (await seesUsers(change, context)) && (await seesGroups(change, context)),
  ROLE: async (_, { loaders }) => {
    await loaders.roles.list();
    return true;
  },
  APPLICATION: async (change, context) => {
    if (await seesApplications(change, context)) return true;
    // Of one that is there, its creator has read it; where even that is refused, nothing else is as good.
    if (change.action !== 'DELETED') return false;
    const creator = (change.before as ApplicationRecord | null)?.createdBy;
    return !!creator && (await currentUser(context.authorization)).id === storedUserId(creator);
  },
  ACCESS_KEY: seesApplications,
  GRANT: async () => false,
  GATEWAY_AUTH_CONFIG: async (_, { loaders }) => {
    await loaders.gatewayAuthConfigs.list();
    return true;
  },
  ROLE_WORKFLOW: async (_, { workflowEngine }) => {
    await listWorkflows(workflowEngine, 0, 1);
    return true;
  },
  ACCESS_REQUEST: async ({ before, after }, { workflowEngine }) => {
    const seesAll = await may(async () => {
      await listRequests(workflowEngine, 'all', 0, 1);
      return true;
    });
    if (seesAll) return true;
    const { requester, targetUser } = (before ?? after ?? {}) as Partial<AccessRequestRecord>;
    const own = await currentUserKey(workflowEngine);
    return requester?.id === own || targetUser?.id === own;
  },
};

/**
 * Tells whether a follower may see a change, by reading with its own token. What cannot be found out for certain is not
 * shown to it; what an upstream fails to answer is an error, for leaving it out would be a gap.
 *
 * @param context of the follower, made for this change.
 * @throws {UpstreamError} for everything but a refusal.
 */
export async function maySee(change: Change, context: GraphContext): Promise<boolean> {
  return may(
    async () => (await READS[change.kind](change, context)) || READS_OF_GONE[change.kind](change, context),
  );
}

/**
 * Gives who made a change, for a follower who may read that user, or is it. No REST call tells who did what, so the right
 * to the thing that was changed is not enough.
 *
 * @throws {UpstreamError} for everything but a refusal.
 */
export async function visibleActor(
  { actor }: Pick<Change, 'actor'>,
  context: GraphContext,
): Promise<string | null> {
  if (actor === null || actor === (await context.actor())) return actor;
  const isReadable = await may(async () => (await context.loaders.users.load(actor)) !== null);
  return isReadable ? actor : null;
}

async function may(read: () => Promise<boolean>): Promise<boolean> {
  try {
    return await read();
  } catch (error) {
    // 404 as well: some upstreams hide so what may not be read.
    if (error instanceof HttpError && (error.status === 403 || error.status === 404)) return false;
    throw error;
  }
}

/** Whatever gives the right to all applications (contract section 3), as the upstream tells what a token stands for. */
const EVERY_APPLICATION = [
  'role ADMIN',
  'role APPLICATION_MANAGER',
  'permission APPLICATION_MANAGEMENT',
  'permission READ_APPLICATION',
];

/** The list of applications is no question: it holds those that the caller may read, and is refused to nobody. */
async function seesApplications(_: Change, { authorization }: GraphContext): Promise<boolean> {
  const rights = await rightsOfToken(authorization);
  return EVERY_APPLICATION.some((right) => rights.has(right));
}

/** Whoever may read all users (contract section 3: an administrator) might have read any of them. */
async function seesUsers(_: Change, { loaders }: GraphContext): Promise<boolean> {
  await loaders.users.list();
  return true;
}

async function seesGroups(_: Change, { loaders }: GraphContext): Promise<boolean> {
  await loaders.groups.list();
  return true;
}
