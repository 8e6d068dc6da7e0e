import { UpstreamError } from './upstream-error.ts';

/**
 * The upstream reported success, but its body is not what it promised. Not a refusal: the call may well
 * have done its work.
 */
export class ShapeError extends UpstreamError {
  override readonly name = 'ShapeError';
  readonly code = 'UPSTREAM_INVALID_RESPONSE';

  /** @param expected what was promised and where, e.g. `a list at users`; never the value that came. */
  constructor(expected: string, cause?: unknown) {
    super(`An upstream's answer cannot be read: expected ${expected}.`, { cause: withoutQuote(cause) });
  }
}

/** What a parser says quotes the body, which may hold a secret; the log writes causes out. */
function withoutQuote(cause: unknown): unknown {
  if (!(cause instanceof SyntaxError)) return cause;
  const [position = 'somewhere'] = /position \d+/.exec(cause.message) ?? [];
  return new SyntaxError(`no JSON (${position})`);
}
