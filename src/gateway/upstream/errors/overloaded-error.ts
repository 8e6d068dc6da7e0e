import { UpstreamError } from './upstream-error.ts';

/** More calls wait for the upstream than may; this one was not sent. */
export class OverloadedError extends UpstreamError {
  override readonly name = 'OverloadedError';
  readonly code = 'UPSTREAM_OVERLOADED';

  constructor(upstream: string) {
    super(`Too many calls wait for the ${upstream}. Try again in a moment.`);
  }
}
