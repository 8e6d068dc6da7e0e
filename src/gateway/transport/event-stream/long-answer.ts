import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { FormattedExecutionResult } from 'graphql';
import type { Progress } from '../../upstream/client/operation.ts';
import type { StreamFormat } from './stream-format.ts';

/** How often it is told how far the work is; proxies cut what is silent for much longer. */
const TELL_EVERY_MS = 1000;

/** The answer to an operation that does long work, as a stream: it begins with the work, and holds the one result. */
export class LongAnswer {
  readonly #response: ServerResponse;
  readonly #format: StreamFormat;
  #timer: NodeJS.Timeout | undefined;

  constructor(response: ServerResponse, format: StreamFormat) {
    this.#response = response;
    this.#format = format;
    response.once('close', () => clearInterval(this.#timer));
  }

  get hasBegun(): boolean {
    return this.#timer !== undefined;
  }

  /** Begins, and tells from now on how far the work is. */
  begin(headers: OutgoingHttpHeaders, progress: () => Progress): void {
    const response = this.#response;
    response.shouldKeepAlive = false;
    response.writeHead(200, {
      ...headers,
      'content-type': this.#format.contentType,
      'x-accel-buffering': 'no',
    });
    response.write(this.#format.opening);
    this.#timer = setInterval(() => {
      if (!response.writableNeedDrain) response.write(this.#format.progress(progress()));
    }, TELL_EVERY_MS);
  }

  /** Ends with the result. */
  end(result: FormattedExecutionResult): void {
    clearInterval(this.#timer);
    this.#response.end(this.#format.message(result) + this.#format.ending(null));
  }

  /** Ends without one. */
  fail(): void {
    this.#response.destroy();
  }
}
