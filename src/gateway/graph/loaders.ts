import type { RestClient } from '../upstream/client/client.ts';
import { createAccessRequestLoader } from './access-requests/loaders.ts';
import { createRoleHolderLoader } from './access-requests/role-holder-loader.ts';
import { createApplicationLoader } from './applications/loaders.ts';
import { createGatewayAuthLoader } from './gateway-auth/loaders.ts';
import { createGroupLoader } from './groups/loaders.ts';
import { createRoleWorkflowLoader } from './role-workflows/loaders.ts';
import { createRoleLoader } from './roles/loaders.ts';
import { createUserLoader } from './users/loaders.ts';

/** The upstreams of one operation; each is asked for when something is read from it. */
interface Clients {
  readonly authorization: RestClient;
  readonly workflowEngine: RestClient;
}

/** Fresh loaders of every domain, for one operation. Each is made when it is first asked for: most are not. */
export class Loaders {
  readonly #clients: Clients;
  #users: ReturnType<typeof createUserLoader> | undefined;
  #groups: ReturnType<typeof createGroupLoader> | undefined;
  #roles: ReturnType<typeof createRoleLoader> | undefined;
  #applications: ReturnType<typeof createApplicationLoader> | undefined;
  #gatewayAuthConfigs: ReturnType<typeof createGatewayAuthLoader> | undefined;
  #roleWorkflows: ReturnType<typeof createRoleWorkflowLoader> | undefined;
  #accessRequests: ReturnType<typeof createAccessRequestLoader> | undefined;
  #roleHolders: ReturnType<typeof createRoleHolderLoader> | undefined;

  constructor(clients: Clients) {
    this.#clients = clients;
  }

  get users() {
    this.#users ??= createUserLoader(this.#clients.authorization);
    return this.#users;
  }

  get groups() {
    this.#groups ??= createGroupLoader(this.#clients.authorization);
    return this.#groups;
  }

  get roles() {
    this.#roles ??= createRoleLoader(this.#clients.authorization);
    return this.#roles;
  }

  get applications() {
    this.#applications ??= createApplicationLoader(this.#clients.authorization);
    return this.#applications;
  }

  get gatewayAuthConfigs() {
    this.#gatewayAuthConfigs ??= createGatewayAuthLoader(this.#clients.authorization);
    return this.#gatewayAuthConfigs;
  }

  get roleWorkflows() {
    this.#roleWorkflows ??= createRoleWorkflowLoader(this.#clients.workflowEngine);
    return this.#roleWorkflows;
  }

  get accessRequests() {
    this.#accessRequests ??= createAccessRequestLoader(this.#clients.workflowEngine);
    return this.#accessRequests;
  }

  get roleHolders() {
    this.#roleHolders ??= createRoleHolderLoader(this.#clients.workflowEngine);
    return this.#roleHolders;
  }
}
