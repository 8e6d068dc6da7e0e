import { onTestFinished } from 'vitest';
import { callerCredential } from '../../src/gateway/credentials/caller.ts';
import { createRestClient, type RestClient } from '../../src/gateway/upstream/client.ts';
import type { Credential } from '../../src/gateway/upstream/credential.ts';
import { type OperationLimits, startOperation } from '../../src/gateway/upstream/operation.ts';
import { openUpstream, type Upstream } from '../../src/gateway/upstream/upstream.ts';

export interface ClientOptions {
  /** Appended to the server's URL. */
  readonly basePath?: string;
  readonly limits?: Partial<OperationLimits>;
  readonly responseBytes?: number;
  readonly connections?: number;
  readonly memoryBytes?: number;
  readonly shareReads?: boolean;
  readonly credential?: Credential;
  readonly clientGone?: AbortSignal;
}

/** Opens an upstream for one test. */
export function upstreamFor(url: string, options: ClientOptions = {}): Upstream {
  const upstream = openUpstream({
    name: 'authorization API',
    url: url + (options.basePath ?? ''),
    connections: options.connections ?? 8,
    responseBytes: options.responseBytes ?? 1024 * 1024,
    memoryBytes: options.memoryBytes ?? 1024 * 1024,
    shareReads: options.shareReads ?? true,
  });
  onTestFinished(() => upstream.close());
  return upstream;
}

/** Makes the client of one operation, with its own upstream, for one test. */
export function clientFor(url: string, options: ClientOptions = {}): RestClient {
  return clientOf(upstreamFor(url, options), options);
}

/** Makes the client of one operation on an upstream that is open already. */
export function clientOf(upstream: Upstream, options: ClientOptions = {}): RestClient {
  const limits = { restCalls: 500, callMs: 5000, operationMs: 10_000, ...options.limits };
  const operation = startOperation(limits, (leave) => {
    if (options.clientGone?.aborted) leave();
    else options.clientGone?.addEventListener('abort', leave);
  });
  return createRestClient(upstream, operation, options.credential ?? callerCredential(null));
}
