import type { IncomingHttpHeaders } from 'node:http';
import type { Credential } from '../upstream/credential.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { callerCredential, tokenOf, workflowCallerCredential, workflowTokenOf } from './caller.ts';
import { type ServiceKey, serviceCredential } from './service.ts';
import { type WorkflowServiceKey, workflowServiceCredential } from './workflow-service.ts';

/** Whose rights an operation has at each upstream: the caller's where it sent a token, else the gateway's own if it has any. */
export interface Credentials {
  /** @param headers of the caller's request. */
  authorization(headers: IncomingHttpHeaders): Credential;
  workflowEngine(headers: IncomingHttpHeaders): Credential;
}

/** The gateway's own keys, for callers who send no token; without them the upstream is asked all the same. */
export interface OwnKeys {
  readonly serviceKey?: ServiceKey | null;
  readonly workflowServiceKey?: WorkflowServiceKey | null;
  /** Milliseconds that signing in may take. */
  readonly limits: { readonly operationMs: number };
}

/** Makes what finds out on whose behalf an operation calls the upstreams. */
export function credentialsOf(
  authorizationApi: Upstream,
  workflowEngine: Upstream,
  { serviceKey, workflowServiceKey, limits }: OwnKeys,
): Credentials {
  const service = serviceKey && serviceCredential(authorizationApi, serviceKey, limits.operationMs);
  const workflowService =
    workflowServiceKey && workflowServiceCredential(workflowEngine, workflowServiceKey, limits.operationMs);

  return {
    authorization(headers) {
      const token = tokenOf(headers);
      return token === null && service ? service : callerCredential(token);
    },
    workflowEngine(headers) {
      const token = workflowTokenOf(headers);
      return token === null && workflowService ? workflowService : workflowCallerCredential(token);
    },
  };
}
