import type { IncomingHttpHeaders } from 'node:http';

/** What an operation takes from the HTTP request that brought it. */
export interface OperationRequest {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  /** Aborted when the client hangs up. */
  readonly clientGone: AbortSignal;
}
