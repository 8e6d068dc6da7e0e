import type { GraphQLResolveInfo } from 'graphql';
import { Gathering } from './access/facts-loader.ts';
import { findAccessKeys } from './applications/access-keys.ts';
import { listTags } from './applications/rest.ts';
import type { GraphContext } from './context.ts';
import { findGrantsOf } from './grants/rest.ts';
import { type FieldsBelow, fieldsBelow } from './kit/fields-below.ts';
import type { NodeType } from './kit/node-id.ts';
import { userRef } from './references.ts';
import { currentUserKey } from './role-workflows/role-store.ts';
import { applicationUserId } from './users/rest.ts';

type ReadById = (id: string, context: GraphContext) => Promise<unknown>;
type Read = (context: GraphContext) => Promise<unknown>;

/** Fields whose REST call needs the id of their parent, and nothing that the parent's own record tells. */
const NEEDS_ID: Readonly<Record<string, ReadById>> = {
  'User.grants': (id, { authorization }) => findGrantsOf(authorization, { type: 'USER', id }),
  'Group.grants': (id, { authorization }) => findGrantsOf(authorization, { type: 'GROUP', id }),
  'Group.members': (id, { loaders }) => loaders.users.listOfGroup(id),
  'Role.grants': (id, { authorization }) => findGrantsOf(authorization, { type: 'ROLE', id }),
  'Application.accessKeys': (id, { authorization }) => findAccessKeys(authorization, id),
  'Application.roles': (id, { loaders }) => loaders.users.load(userRef(applicationUserId(id)).id),
  'Application.tags': (id, { authorization }) => listTags(authorization, id),
  'User.effectivePermissions': (id, context) => new Gathering(context).allAbout({ type: 'USER', id }),
  'Group.effectivePermissions': (id, context) => new Gathering(context).allAbout({ type: 'GROUP', id }),
  'Role.effectivePermissions': (id, context) => new Gathering(context).allAbout({ type: 'ROLE', id }),
  'Application.effectivePermissions': (id, context) =>
    new Gathering(context).allAbout({ type: 'USER', id: userRef(applicationUserId(id)).id }),
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

/** The reads that can start early for what is selected below a field. */
interface EarlyReads {
  readonly byId: readonly { readonly typeName: string; readonly read: ReadById }[];
  readonly independent: readonly Read[];
}

/** Found once for each field of each document, as the selections are. */
const known = new WeakMap<FieldsBelow, EarlyReads>();

function earlyReadsOf(info: GraphQLResolveInfo): EarlyReads {
  const fields = fieldsBelow(info);
  const found = known.get(fields) ?? {
    byId: [...fields.direct].flatMap((field) => {
      const read = NEEDS_ID[field];
      return read ? [{ typeName: field.slice(0, field.indexOf('.')), read }] : [];
    }),
    independent: [...fields.all].flatMap((field) => NEEDS_NOTHING[field] ?? []),
  };
  known.set(fields, found);
  return found;
}

/**
 * Starts, together with the read of a record, the reads of those fields selected on it that its id is enough for.
 * They cost no call more: each is read once in an operation, and the field finds it under way. Only where the record
 * turns out not to be there, they were for nothing.
 */
export function startReadsById(
  type: NodeType,
  id: string,
  context: GraphContext,
  info: GraphQLResolveInfo,
): void {
  for (const { typeName, read } of earlyReadsOf(info).byId) {
    if (typeName === type) start(() => read(id, context));
  }
}

/** Starts the reads that fields at any depth below a root field will need, whatever comes of the fields above them. */
export function startIndependentReads(context: GraphContext, info: GraphQLResolveInfo): void {
  for (const read of earlyReadsOf(info).independent) start(() => read(context));
}

/** What becomes of a read is told to the field that asks for it. */
async function start(read: () => Promise<unknown>): Promise<void> {
  try {
    await read();
  } catch {}
}
