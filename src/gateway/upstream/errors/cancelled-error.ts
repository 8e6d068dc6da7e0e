import { UpstreamError } from './upstream-error.ts';

/** The client left, so the read that it wanted was dropped. Nobody is there to see this error. */
export class CancelledError extends UpstreamError {
  override readonly name = 'CancelledError';
  readonly code = 'CANCELLED';

  constructor() {
    super('The client left before the operation was done.');
  }
}
