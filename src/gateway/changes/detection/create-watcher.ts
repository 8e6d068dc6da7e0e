import type { Logger } from 'pino';
import type { Credentials } from '../../credentials/credentials.ts';
import { RestClient } from '../../upstream/client/client.ts';
import { Operation, type OperationLimits } from '../../upstream/client/operation.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import type { Changes, WatchOptions } from '../changes.ts';
import { Watcher } from './watcher.ts';

/** The upstreams to watch, each null where the gateway has no credential of its own for it. */
export interface WatchedUpstreams {
  readonly authorizationApi: Upstream | null;
  readonly workflowEngine: Upstream | null;
}

/** No round takes longer, in milliseconds. */
const LONGEST_ROUND_MS = 600_000;

/**
 * Makes the watcher of changes that are made elsewhere.
 *
 * @param service the gateway's own credentials.
 */
export function createWatcher(
  changes: Changes,
  options: WatchOptions,
  { authorizationApi, workflowEngine }: WatchedUpstreams,
  service: Credentials,
  limits: OperationLimits,
  logger: Logger,
): Watcher {
  // What a round may cost, its own options bound.
  const bounds = { ...limits, restCalls: Number.MAX_SAFE_INTEGER, operationMs: LONGEST_ROUND_MS };
  return new Watcher(
    changes,
    options,
    (whenStopped) => {
      const operation = new Operation(bounds, whenStopped);
      return {
        authorization:
          authorizationApi && new RestClient(authorizationApi, operation, service.authorization(null)),
        workflowEngine:
          workflowEngine && new RestClient(workflowEngine, operation, service.workflowEngine(null)),
        forget: () => operation.wrote(),
      };
    },
    logger,
  );
}
