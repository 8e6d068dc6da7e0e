import type { HttpError } from './http-error.ts';
import { UpstreamError, type UpstreamErrorCode } from './upstream-error.ts';

/**
 * The gateway could not sign in with a key of its own, for somebody who sent no token. It is told in our own words, since
 * upstreams quote what they refuse; and it is no answer to what was asked, so nothing is taken not to be there.
 */
export class SignInError extends UpstreamError {
  override readonly name = 'SignInError';
  readonly code: UpstreamErrorCode;
  override readonly status: number;
  override readonly retryAfterSeconds: number | undefined;

  constructor(upstream: string, { status, retryAfterSeconds }: HttpError) {
    super(`The gateway cannot sign in to the ${upstream} with its own key (status ${status}).`);
    this.code = CODE_BY_STATUS[status] ?? 'UPSTREAM_ERROR';
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** How servers say that a key is wrong (contract sections 2 and 16), or that there were too many attempts. */
const CODE_BY_STATUS: Readonly<Record<number, UpstreamErrorCode>> = {
  400: 'UNAUTHENTICATED',
  401: 'UNAUTHENTICATED',
  403: 'UNAUTHENTICATED',
  429: 'RATE_LIMITED',
};
