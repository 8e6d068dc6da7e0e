import type { IncomingHttpHeaders } from 'node:http';
import type { GatewayOptions } from '../options.ts';
import type { Credential } from '../upstream/credential.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { callerCredential, tokenOf, workflowCallerCredential, workflowTokenOf } from './caller.ts';
import { serviceCredential } from './service.ts';
import { workflowServiceCredential } from './workflow-service.ts';

/** Whose rights an operation has at each upstream. */
export interface Credentials {
  readonly authorization: Credential;
  readonly workflowEngine: Credential;
}

/**
 * Makes the function that finds out on whose behalf an operation calls the upstreams: the caller's where it sent a
 * token, else the gateway's own where it has any.
 */
export function credentialsOf(
  authorizationApi: Upstream,
  workflowEngine: Upstream,
  { serviceKey, workflowServiceKey, limits }: GatewayOptions,
): (headers: IncomingHttpHeaders) => Credentials {
  const service = serviceKey && serviceCredential(authorizationApi, serviceKey, limits.operationMs);
  const workflowService =
    workflowServiceKey && workflowServiceCredential(workflowEngine, workflowServiceKey, limits.operationMs);

  return (headers) => {
    const token = tokenOf(headers);
    const workflowToken = workflowTokenOf(headers);
    return {
      authorization: token === null && service ? service : callerCredential(token),
      workflowEngine:
        workflowToken === null && workflowService ? workflowService : workflowCallerCredential(workflowToken),
    };
  };
}
