import type { IncomingHttpHeaders } from 'node:http';

/** What an operation takes from the HTTP request that brought it. */
export interface OperationRequest {
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  /** Registers what to do when the client hangs up before its answer is written. */
  readonly whenClientLeaves: (leave: () => void) => void;
}
