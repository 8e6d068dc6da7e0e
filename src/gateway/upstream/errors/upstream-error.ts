/** The `extensions.code` of a failed REST call; what each means is in `gateway/graph/kit/error-codes.ts`. */
export type UpstreamErrorCode =
  | 'BAD_USER_INPUT'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'RATE_LIMITED'
  | 'UPSTREAM_ERROR'
  | 'UPSTREAM_UNAVAILABLE'
  | 'UPSTREAM_OVERLOADED'
  | 'UPSTREAM_TIMEOUT'
  | 'UPSTREAM_INVALID_RESPONSE'
  | 'UPSTREAM_BUDGET_EXCEEDED'
  | 'OUTCOME_UNKNOWN'
  | 'SERVER_SHUTDOWN'
  | 'CANCELLED';

/**
 * Base of everything that can go wrong with a REST call. The message is written for the client of the
 * gateway: it never holds a URL, a body or a token.
 */
export abstract class UpstreamError extends Error {
  abstract readonly code: UpstreamErrorCode;
  /** The HTTP status that the upstream answered with, if it did. */
  readonly status: number | undefined = undefined;
  /** Seconds after which it is worth trying again, if anybody told. */
  readonly retryAfterSeconds: number | undefined = undefined;
}
