import { UpstreamError } from './upstream-error.ts';

/** The upstream could not be reached, or hung up before its answer was complete. */
export class NetworkError extends UpstreamError {
  override readonly name = 'NetworkError';
  readonly code = 'UPSTREAM_UNAVAILABLE';

  constructor(upstream: string, cause: unknown) {
    super(`The ${upstream} cannot be reached.`, { cause });
  }
}
