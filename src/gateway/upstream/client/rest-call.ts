import type { OpenCall } from './open-call.ts';
import type { RestPath } from './path.ts';

export type RestMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** One REST call, ready to be sent. */
export interface RestCall {
  readonly method: RestMethod;
  readonly path: RestPath;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text, or null for no body at all. */
  readonly body: string | null;
  /** A body that the answer may turn out to repeat, byte for byte; then the answer holds this very buffer. */
  readonly expected?: Buffer | undefined;
}

/** What came back, whatever the status. */
export interface RestAnswer {
  readonly status: number;
  readonly contentType: string;
  /** The `Retry-After` header, as sent. */
  readonly retryAfter: string | undefined;
  readonly body: Buffer;
}

/** A call that was given to a connection. */
export interface SentCall extends OpenCall<RestAnswer> {
  /** Whether it went out on a connection, so that the upstream may have got it. */
  readonly isSent: boolean;
}
