import { UpstreamError } from './upstream-error.ts';

/** There is no such upstream: whoever runs the gateway did not name one. */
export class UnconfiguredError extends UpstreamError {
  override readonly name = 'UnconfiguredError';
  readonly code = 'UPSTREAM_UNAVAILABLE';

  /** @param remedy what to configure, as a sentence. */
  constructor(upstream: string, remedy: string) {
    super(`No ${upstream} is configured. ${remedy}`);
  }
}
