import { UpstreamError } from './upstream-error.ts';

/** The gateway stops, and does not wait for long work; the call was not sent. */
export class StoppingError extends UpstreamError {
  override readonly name = 'StoppingError';
  readonly code = 'SERVER_SHUTDOWN';

  constructor() {
    super('The gateway stops, and does not finish long work. Ask again.');
  }
}
