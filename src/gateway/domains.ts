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

/** Fresh loaders of every domain, for one operation. Each is made when it is first asked for: most are not. */
export class Loaders {
  readonly #authorization: RestClient;
  readonly #workflowEngine: RestClient;
  #users: ReturnType<typeof createUserLoader> | undefined;
  #groups: ReturnType<typeof createGroupLoader> | undefined;
  #roles: ReturnType<typeof createRoleLoader> | undefined;
  #applications: ReturnType<typeof createApplicationLoader> | undefined;
  #gatewayAuthConfigs: ReturnType<typeof createGatewayAuthLoader> | undefined;
  #roleWorkflows: ReturnType<typeof createRoleWorkflowLoader> | undefined;
  #accessRequests: ReturnType<typeof createAccessRequestLoader> | undefined;

  constructor(authorization: RestClient, workflowEngine: RestClient) {
    this.#authorization = authorization;
    this.#workflowEngine = workflowEngine;
  }

  get users() {
    this.#users ??= createUserLoader(this.#authorization);
    return this.#users;
  }

  get groups() {
    this.#groups ??= createGroupLoader(this.#authorization);
    return this.#groups;
  }

  get roles() {
    this.#roles ??= createRoleLoader(this.#authorization);
    return this.#roles;
  }

  get applications() {
    this.#applications ??= createApplicationLoader(this.#authorization);
    return this.#applications;
  }

  get gatewayAuthConfigs() {
    this.#gatewayAuthConfigs ??= createGatewayAuthLoader(this.#authorization);
    return this.#gatewayAuthConfigs;
  }

  get roleWorkflows() {
    this.#roleWorkflows ??= createRoleWorkflowLoader(this.#workflowEngine);
    return this.#roleWorkflows;
  }

  get accessRequests() {
    this.#accessRequests ??= createAccessRequestLoader(this.#workflowEngine);
    return this.#accessRequests;
  }
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
