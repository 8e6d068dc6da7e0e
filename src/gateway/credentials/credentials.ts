import type { Credential } from '../upstream/client/credential.ts';
import type { Upstream } from '../upstream/upstream.ts';
import { callerCredential, NOBODY, workflowCallerCredential } from './caller.ts';
import type { SentCredential } from './sent-credential.ts';
import { type ServiceKey, serviceCredential } from './service.ts';
import { type WorkflowServiceKey, workflowServiceCredential } from './workflow-service.ts';

/** Whose rights an operation has at each upstream: the caller's, or the gateway's own if it has any and nothing was sent. */
export interface Credentials {
  authorization(sent: SentCredential): Credential;
  workflowEngine(sent: SentCredential): Credential;
}

/** The gateway's own keys, for callers who send nothing; without them the upstream is asked all the same. */
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
  const service = serviceKey ? serviceCredential(authorizationApi, serviceKey, limits.operationMs) : NOBODY;
  const workflowService = workflowServiceKey
    ? workflowServiceCredential(workflowEngine, workflowServiceKey, limits.operationMs)
    : NOBODY;

  return {
    authorization: (sent) => (sent ? callerCredential(sent.authorization) : service),
    workflowEngine: (sent) => (sent ? workflowCallerCredential(sent.workflowEngine) : workflowService),
  };
}

/** Lists what nobody may be told of the gateway's own keys. */
export function ownSecrets({
  serviceKey,
  workflowServiceKey,
}: Pick<OwnKeys, 'serviceKey' | 'workflowServiceKey'>): string[] {
  return [
    ...(serviceKey ? [serviceKey.keySecret] : []),
    ...(workflowServiceKey ? [workflowServiceKey.oauthClientSecret, workflowServiceKey.apiClientSecret] : []),
  ];
}
