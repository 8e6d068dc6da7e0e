import { UpstreamError, type UpstreamErrorCode } from '../errors/upstream-error.ts';
import type { RestPath } from './path.ts';
import type { RestMethod } from './rest-call.ts';

/**
 * Why a REST call was made: for a field; to change something; for one of the records that were asked for together; for
 * all of those at once; not at all, since another operation was making it; or once more, since it failed.
 */
export type CallReason = 'READ' | 'WRITE' | 'SINGLE' | 'LIST_INSTEAD_OF_SINGLES' | 'SHARED' | 'REPEATED';

/** Records of one kind that were asked for together. */
export interface Batch {
  /** The kind of record, e.g. `users`. */
  readonly kind: string;
  /** How many were asked for, without those known already. */
  readonly records: number;
  readonly way: 'SINGLES' | 'LIST';
  /** Answers of its own calls that came so far, and their bytes. */
  answers: number;
  bytes: number;
}

/** What is told about a call when it starts. */
export interface CallStart {
  readonly method: RestMethod;
  readonly path: RestPath;
  readonly batch?: Batch | undefined;
}

/** A REST call as observers see it: neither ids nor tokens, headers or bodies. Times are those of `performance.now()`. */
export class ObservedCall {
  readonly upstream: string;
  readonly method: RestMethod;
  /** Its path without ids. */
  readonly route: string;
  readonly reason: CallReason;
  readonly batch: Batch | undefined;
  readonly startedAt = performance.now();
  /** NaN as long as it is under way. */
  endedAt = Number.NaN;
  /** HTTP status, or the code of the error that came in its place; null where another operation's call was shared. */
  status: number | UpstreamErrorCode | null = null;
  /** Headers that tell the upstream what the call belongs to. */
  headers: Readonly<Record<string, string>> | undefined;

  constructor(upstream: string, { method, path, batch }: CallStart, reason: CallReason) {
    this.upstream = upstream;
    this.method = method;
    this.route = path.route;
    this.reason = reason;
    this.batch = batch;
  }

  /** Milliseconds that it took, or has taken so far. */
  get ms(): number {
    return (Number.isNaN(this.endedAt) ? performance.now() : this.endedAt) - this.startedAt;
  }
}

/** Names what went wrong with a call. */
export function codeOf(error: unknown): UpstreamErrorCode {
  return error instanceof UpstreamError ? error.code : 'UPSTREAM_ERROR';
}
