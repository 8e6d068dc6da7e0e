import { onTestFinished } from 'vitest';
import { callerCredential } from '../../src/gateway/credentials/caller.ts';
import { RestClient } from '../../src/gateway/upstream/client/client.ts';
import type { Credential } from '../../src/gateway/upstream/client/credential.ts';
import { Operation, type OperationLimits } from '../../src/gateway/upstream/client/operation.ts';
import type { GuardOptions } from '../../src/gateway/upstream/resilience/guard.ts';
import { openUpstream, type Upstream } from '../../src/gateway/upstream/upstream.ts';
import { LONG_WORK_LIMITS } from '../support/long-work-limits.ts';

export interface ClientOptions {
  /** Appended to the server's URL. */
  readonly basePath?: string;
  readonly limits?: Partial<OperationLimits>;
  /** Of the upstream: nothing is repeated and nothing paused unless a test is about that. */
  readonly guard?: Partial<GuardOptions>;
  readonly connectMs?: number;
  readonly responseBytes?: number;
  readonly memoryBytes?: number;
  readonly shareReads?: boolean;
  readonly credential?: Credential;
  readonly clientGone?: AbortSignal;
  /** Whether the operation does long work. */
  readonly longWork?: boolean;
}

/** Opens an upstream for one test. */
export function upstreamFor(url: string, options: ClientOptions = {}): Upstream {
  const upstream = openUpstream({
    name: 'authorization API',
    url: url + (options.basePath ?? ''),
    connectMs: options.connectMs ?? 1000,
    callMs: 5000,
    repeats: 0,
    pauseMs: 0,
    connections: 8,
    queuedCalls: 1000,
    ...LONG_WORK_LIMITS,
    ...options.guard,
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
  const limits = { restCalls: 500, operationMs: 10_000, ...LONG_WORK_LIMITS, ...options.limits };
  const operation = new Operation(limits, (leave) => {
    if (options.clientGone?.aborted) leave();
    else options.clientGone?.addEventListener('abort', leave);
  });
  if (options.longWork) operation.beginLongWork();
  return new RestClient(upstream, operation, options.credential ?? callerCredential(null));
}
