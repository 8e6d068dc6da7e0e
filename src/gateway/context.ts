import { createLoaders, type Loaders } from './domains.ts';
import { createRestClient, type RestClient } from './upstream/client.ts';
import type { Credential } from './upstream/credential.ts';
import type { Operation } from './upstream/operation.ts';
import type { Upstream } from './upstream/upstream.ts';

/**
 * What the resolvers of one operation work with. Nothing in it outlives the operation, so no caller ever sees what
 * was read for another.
 */
export interface OperationContext {
  /** Names the operation in the log and in every error. */
  readonly requestId: string;
  /** The authorization API, with the caller's credential. */
  readonly authorization: RestClient;
  readonly loaders: Loaders;
}

/** Makes the context of one operation. */
export function createContext(
  requestId: string,
  upstream: Upstream,
  operation: Operation,
  credential: Credential,
): OperationContext {
  const authorization = createRestClient(upstream, operation, credential);
  return { requestId, authorization, loaders: createLoaders(authorization) };
}
