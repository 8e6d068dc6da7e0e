import { UpstreamError } from './upstream-error.ts';

/** An id that cannot be a part of a REST path, found before anything was sent. */
export class InvalidIdError extends UpstreamError {
  override readonly name = 'InvalidIdError';
  readonly code = 'BAD_USER_INPUT';

  /** @param reason what is wrong with the id, e.g. `is empty`. */
  constructor(reason: string) {
    super(`An id ${reason}.`);
  }
}
