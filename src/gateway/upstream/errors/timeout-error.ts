import { UpstreamError } from './upstream-error.ts';

/** The upstream did not answer before the deadline of the call or of the operation. */
export class TimeoutError extends UpstreamError {
  override readonly name = 'TimeoutError';
  readonly code = 'UPSTREAM_TIMEOUT';

  /** @param cause what there was no time for, if it is known. */
  constructor(upstream: string, cause?: unknown) {
    super(`The ${upstream} did not answer in time.`, { cause });
  }
}
