import type { GraphQLResolveInfo } from 'graphql';
import type { Keyed } from '../upstream/reading/read.ts';
import type { RecordLoader } from '../upstream/reading/record-loader.ts';
import type { GraphContext } from './context.ts';
import type { GlobalType, NodeType } from './kit/node-id.ts';
import { startReadsById } from './prefetch.ts';
import {
  accessRequestRef,
  applicationRef,
  gatewayAuthConfigRef,
  groupRef,
  type Reference,
  roleRef,
  roleWorkflowRef,
  targetOfKey,
  userRef,
} from './references.ts';

const FIND = {
  User: finder((context) => context.loaders.users, userRef),
  Group: finder((context) => context.loaders.groups, groupRef),
  Role: finder((context) => context.loaders.roles, roleRef),
  Application: finder((context) => context.loaders.applications, applicationRef),
  GatewayAuthConfig: finder((context) => context.loaders.gatewayAuthConfigs, gatewayAuthConfigRef),
  RoleWorkflow: finder((context) => context.loaders.roleWorkflows, roleWorkflowRef),
  AccessRequest: finder((context) => context.loaders.accessRequests, accessRequestRef),
};

/**
 * Links to something only if it is there: what a root field answers, where null means that there is none.
 * The record that was read to know comes along. What is selected on it and needs no more than its id is read at the same
 * time.
 */
export function findReference<T extends NodeType>(
  type: T,
  id: string,
  context: GraphContext,
  info: GraphQLResolveInfo,
): ReturnType<(typeof FIND)[T]> {
  return FIND[type](id, context, info) as ReturnType<(typeof FIND)[T]>;
}

function finder<T extends NodeType, R extends Keyed>(
  loader: (context: GraphContext) => RecordLoader<R>,
  refer: (id: string, record: R | null) => Reference<T, R>,
) {
  return async (
    id: string,
    context: GraphContext,
    info: GraphQLResolveInfo,
  ): Promise<Reference<T, R> | null> => {
    const reference = refer(id, null);
    startReadsById(reference.__typename, reference.id, context, info);
    const record = await loader(context).load(reference.id);
    return record && refer(record.id, record);
  };
}

/** Links to what a global key names. A target lives elsewhere, and nothing tells whether there is one. */
export function findNode(type: GlobalType, id: string, context: GraphContext, info: GraphQLResolveInfo) {
  return type === 'Target' ? targetOfKey(id) : findReference(type, id, context, info);
}
