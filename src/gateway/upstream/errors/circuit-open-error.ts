import { UpstreamError } from './upstream-error.ts';

/** The upstream kept failing, so it is left alone for a moment; the call was not sent. */
export class CircuitOpenError extends UpstreamError {
  override readonly name = 'CircuitOpenError';
  readonly code = 'UPSTREAM_UNAVAILABLE';
  override readonly retryAfterSeconds: number;

  constructor(upstream: string, retryAfterSeconds: number) {
    super(`The ${upstream} keeps failing, so it is left alone for a moment.`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
