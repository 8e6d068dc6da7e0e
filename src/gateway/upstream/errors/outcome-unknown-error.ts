import { UpstreamError } from './upstream-error.ts';

/**
 * A write was sent, its answer was lost, and nothing proves whether the upstream did what it was asked. It did so once
 * or not at all.
 */
export class OutcomeUnknownError extends UpstreamError {
  override readonly name = 'OutcomeUnknownError';
  readonly code = 'OUTCOME_UNKNOWN';

  /** @param cause how the answer was lost. */
  constructor(upstream: string, cause: unknown) {
    super(`The ${upstream} may or may not have done this: its answer was lost. Look before you try again.`, {
      cause,
    });
  }
}
