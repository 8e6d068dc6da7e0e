import type { GraphQLResolveInfo } from 'graphql';
import { findAccessKeys } from './applications/access-keys.ts';
import { listTags } from './applications/rest.ts';
import type { OperationContext } from './context.ts';
import { fieldsBelow } from './fields-below.ts';
import { findGrantsOf } from './grants/rest.ts';
import type { NodeType } from './node-id.ts';
import { userRef } from './references.ts';
import { currentUserKey } from './role-workflows/role-store.ts';
import { applicationUserId } from './users/rest.ts';

type ReadById = (id: string, context: OperationContext) => Promise<unknown>;
type Read = (context: OperationContext) => Promise<unknown>;

/** Fields whose REST call needs the id of their parent, and nothing that the parent's own record tells. */
const NEEDS_ID: Readonly<Record<string, ReadById>> = {
  'User.grants': (id, { authorization }) => findGrantsOf(authorization, { type: 'USER', id }),
  'Group.grants': (id, { authorization }) => findGrantsOf(authorization, { type: 'GROUP', id }),
  'Group.members': (id, { loaders }) => loaders.users.listOfGroup(id),
  'Role.grants': (id, { authorization }) => findGrantsOf(authorization, { type: 'ROLE', id }),
  'Application.accessKeys': (id, { authorization }) => findAccessKeys(authorization, id),
  'Application.roles': (id, { loaders }) => loaders.users.load(userRef(applicationUserId(id)).id),
  'Application.tags': (id, { authorization }) => listTags(authorization, id),
};

/** Fields that are answered from whole lists, whatever their parent is. */
const NEEDS_NOTHING: Readonly<Record<string, Read>> = {
  'Application.gatewayAuthConfigs': ({ loaders }) => loaders.gatewayAuthConfigs.list(),
  'Role.activeRequests': ({ loaders }) => loaders.accessRequests.list(),
  'Role.holders': ({ loaders }) => Promise.all([loaders.groups.list(), loaders.users.listWithApplications()]),
  'Role.pendingRequests': ({ loaders }) => loaders.accessRequests.list(),
  'Role.workflows': ({ loaders }) => loaders.roleWorkflows.list(),
  'RoleWorkflow.requests': ({ loaders }) => loaders.accessRequests.list(),
  'User.createdApplications': ({ loaders }) => loaders.applications.list(),
  'User.requests': ({ loaders }) => loaders.accessRequests.list(),
  'User.requestsToDecide': ({ workflowEngine }) => currentUserKey(workflowEngine),
  'UserSnapshot.user': ({ loaders }) => loaders.users.listWithApplications(),
};

/**
 * Starts, together with the read of a record, the reads of those fields selected on it that its id is enough for.
 * They cost no call more: each is read once in an operation, and the field finds it under way. Only where the record
 * turns out not to be there, they were for nothing.
 */
export function startReadsById(
  type: NodeType,
  id: string,
  context: OperationContext,
  info: GraphQLResolveInfo,
): void {
  for (const field of fieldsBelow(info).direct) {
    if (field.startsWith(`${type}.`)) start(() => NEEDS_ID[field]?.(id, context));
  }
}

/** Starts the reads that fields at any depth below a root field will need, whatever comes of the fields above them. */
export function startIndependentReads(context: OperationContext, info: GraphQLResolveInfo): void {
  for (const field of fieldsBelow(info).all) start(() => NEEDS_NOTHING[field]?.(context));
}

/** What becomes of a read is told to the field that asks for it. */
async function start(read: () => Promise<unknown> | undefined): Promise<void> {
  try {
    await read();
  } catch {}
}
