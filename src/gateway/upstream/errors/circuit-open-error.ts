import { UpstreamError } from './upstream-error.ts';

/** The circuit to an upstream is open, since it kept failing; the call was not sent. */
export class CircuitOpenError extends UpstreamError {
  override readonly name = 'CircuitOpenError';
  readonly code = 'UPSTREAM_UNAVAILABLE';
  override readonly retryAfterSeconds: number;

  constructor(upstream: string, retryAfterSeconds: number) {
    super(`The circuit to the ${upstream} is open; it is retried in ${retryAfterSeconds} s.`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
