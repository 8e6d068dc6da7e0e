import { UpstreamError, type UpstreamErrorCode } from './upstream-error.ts';

/** What an upstream said about a call that it refused, as far as clients may see it. */
export interface HttpRefusal {
  readonly status: number;
  /** The upstream's own sentence, if it sent one. */
  readonly message: string;
  /** The upstream's own word, e.g. `EXPIRED_TOKEN`. */
  readonly upstreamCode?: string | undefined;
  /** Path of the faulty member, where the upstream named one. */
  readonly field?: readonly string[] | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** The upstream answered, but not with success. A redirect counts: the gateway follows none. */
export class HttpError extends UpstreamError {
  override readonly name = 'HttpError';
  readonly code: UpstreamErrorCode;
  override readonly status: number;
  readonly field: readonly string[] | undefined;
  override readonly retryAfterSeconds: number | undefined;

  constructor(refusal: HttpRefusal) {
    super(refusal.message);
    this.status = refusal.status;
    this.code = codeOf(refusal);
    this.field = refusal.field;
    this.retryAfterSeconds = refusal.retryAfterSeconds;
  }
}

const CODE_BY_STATUS: Readonly<Record<number, UpstreamErrorCode>> = {
  400: 'BAD_USER_INPUT',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  422: 'BAD_USER_INPUT',
  429: 'RATE_LIMITED',
};

/** Contract section 1: these two words mean token trouble, on a 403 as well as on a 401. */
const TOKEN_TROUBLE = new Set(['EXPIRED_TOKEN', 'INVALID_TOKEN']);

function codeOf({ status, upstreamCode }: HttpRefusal): UpstreamErrorCode {
  if (status === 403 && upstreamCode && TOKEN_TROUBLE.has(upstreamCode)) return 'UNAUTHENTICATED';
  return CODE_BY_STATUS[status] ?? 'UPSTREAM_ERROR';
}
