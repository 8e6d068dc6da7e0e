import { credentialsOf } from '../../src/gateway/credentials/credentials.ts';
import { IdempotencyStore } from '../../src/gateway/graph/bulk-changes/idempotency-store.ts';
import type { SharedParts } from '../../src/gateway/operation/context.ts';
import { Observation } from '../../src/gateway/operation/observation/observation.ts';
import type { OperationLimits } from '../../src/gateway/upstream/client/operation.ts';
import type { Upstream } from '../../src/gateway/upstream/upstream.ts';

/** What the operations of a gateway share that nobody observes, that keeps no changes and limits no sign-ins. */
export function sharedParts(
  authorizationApi: Upstream,
  workflowEngine: Upstream,
  limits: OperationLimits,
  overrides: Partial<SharedParts> = {},
): SharedParts {
  return {
    limits,
    authorizationApi,
    workflowEngine,
    credentials: credentialsOf(authorizationApi, workflowEngine, { limits }),
    observation: new Observation([]),
    idempotencyStore: new IdempotencyStore(),
    changes: null,
    signIns: { take: () => 0 },
    now: Date.now,
    wrote: () => {},
    ...overrides,
  };
}
