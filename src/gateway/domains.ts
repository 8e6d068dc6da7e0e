import { linkResolvers } from './access-requests/link-resolvers.ts';
import { createAccessRequestLoader } from './access-requests/loaders.ts';
import { accessRequestResolvers } from './access-requests/resolvers.ts';
import { accessKeyResolvers } from './applications/access-key-resolvers.ts';
import { createApplicationLoader } from './applications/loaders.ts';
import { applicationResolvers } from './applications/resolvers.ts';
import { createGatewayAuthLoader } from './gateway-auth/loaders.ts';
import { gatewayAuthResolvers } from './gateway-auth/resolvers.ts';
import type { Resolvers } from './generated/graphql.ts';
import { grantResolvers } from './grants/resolvers.ts';
import { createGroupLoader } from './groups/loaders.ts';
import { groupResolvers } from './groups/resolvers.ts';
import { nodeResolvers } from './nodes/resolvers.ts';
import { createRoleWorkflowLoader } from './role-workflows/loaders.ts';
import { roleWorkflowResolvers } from './role-workflows/resolvers.ts';
import { snapshotResolvers } from './role-workflows/snapshot-resolvers.ts';
import { createRoleLoader } from './roles/loaders.ts';
import { roleResolvers } from './roles/resolvers.ts';
import { tokenResolvers } from './tokens/resolvers.ts';
import type { RestClient } from './upstream/client.ts';
import { createUserLoader } from './users/loaders.ts';
import { userResolvers } from './users/resolvers.ts';

export type Loaders = ReturnType<typeof createLoaders>;

/** Makes fresh loaders of every domain, for one operation. */
export function createLoaders(authorization: RestClient, workflowEngine: RestClient) {
  return {
    users: createUserLoader(authorization),
    groups: createGroupLoader(authorization),
    roles: createRoleLoader(authorization),
    applications: createApplicationLoader(authorization),
    gatewayAuthConfigs: createGatewayAuthLoader(authorization),
    roleWorkflows: createRoleWorkflowLoader(workflowEngine),
    accessRequests: createAccessRequestLoader(workflowEngine),
  };
}

/** The resolvers of every domain; this file is the only one that knows them all. */
export const resolvers: readonly Resolvers[] = [
  nodeResolvers,
  userResolvers,
  groupResolvers,
  roleResolvers,
  applicationResolvers,
  accessKeyResolvers,
  grantResolvers,
  tokenResolvers,
  gatewayAuthResolvers,
  roleWorkflowResolvers,
  accessRequestResolvers,
  snapshotResolvers,
  linkResolvers,
];
