import { UpstreamError } from './upstream-error.ts';

/**
 * What answers at an upstream's URL is another server: what it says is not there may well be there. So it is never taken
 * for "there is none", nor for a write that has nothing left to do. A write was not done.
 */
export class ForeignServerError extends UpstreamError {
  override readonly name = 'ForeignServerError';
  readonly code = 'UPSTREAM_ERROR';
  override readonly status: number;

  /** @param status what it answered. */
  constructor(upstream: string, status: number) {
    super(
      `There is no ${upstream} at this URL: the server there is another one, or sends elsewhere (status ${status}). ` +
        'Whoever runs the gateway should check the URL that it was given.',
    );
    this.status = status;
  }
}
