import { errors, Pool } from 'undici';
import { NetworkError } from './errors/network-error.ts';
import { ShapeError } from './errors/shape-error.ts';
import { TimeoutError } from './errors/timeout-error.ts';
import type { RestPath } from './path.ts';

/** Which server to talk to, and within which bounds. */
export interface UpstreamOptions {
  /** What error messages call it, e.g. `authorization API`. */
  readonly name: string;
  /** Where it listens; a trailing `/api` is taken off, since paths bring it along (contract section 1). */
  readonly url: string;
  /** Most connections kept at once; further calls wait for a free one. */
  readonly connections: number;
  /** Most bytes of one answer. */
  readonly responseBytes: number;
}

export type RestMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** One REST call, ready to be sent. */
export interface RestCall {
  readonly method: RestMethod;
  readonly path: RestPath;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text, or null for no body at all. */
  readonly body: string | null;
  /** Ends the call early; the caller knows why. */
  readonly signal: AbortSignal;
}

/** What came back, whatever the status. */
export interface RestAnswer {
  readonly status: number;
  readonly contentType: string;
  /** The `Retry-After` header, as sent. */
  readonly retryAfter: string | undefined;
  readonly body: string;
}

/** One upstream server with its pool of connections; shared by all operations, and free of their data. */
export interface Upstream {
  readonly name: string;
  /**
   * Sends one call, once.
   *
   * @throws {NetworkError} if it could not be reached or hung up.
   * @throws {TimeoutError} if connecting took too long.
   * @throws {ShapeError} if the answer is larger than it may be.
   * @throws the signal's reason, once that is aborted.
   */
  send(call: RestCall): Promise<RestAnswer>;
  /** Waits for the calls under way, then closes the connections. */
  close(): Promise<void>;
}

/** A server that is up accepts a connection well within this; a host that drops packets never does. */
const CONNECT_MS = 1000;

/** Opens the pool of one upstream. Connections are made when they are first needed. */
export function openUpstream(options: UpstreamOptions): Upstream {
  const url = new URL(options.url);
  const prefix = url.pathname.replace(/\/+$/, '').replace(/\/api$/, '');
  const pool = new Pool(url.origin, {
    connections: options.connections,
    // One request at a time on a connection: an answer can never be taken for that of another caller.
    pipelining: 1,
    connect: { timeout: CONNECT_MS },
    // Deadlines belong to the call and the operation, and arrive as its signal.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: options.responseBytes,
  });

  return {
    name: options.name,
    async send({ method, path, headers, body, signal }) {
      try {
        const answer = await pool.request({ method, path: prefix + path, headers, body, signal });
        return {
          status: answer.statusCode,
          contentType: headerText(answer.headers['content-type']) ?? '',
          retryAfter: headerText(answer.headers['retry-after']),
          body: await answer.body.text(),
        };
      } catch (error) {
        throw signal.aborted ? signal.reason : meaning(error, options);
      }
    },
    close: () => pool.close(),
  };
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function meaning(error: unknown, { name, responseBytes }: UpstreamOptions): Error {
  if (error instanceof errors.ConnectTimeoutError) return new TimeoutError(name);
  if (error instanceof errors.ResponseExceededMaxSizeError) {
    return new ShapeError(`at most ${responseBytes} bytes`, error);
  }
  return new NetworkError(name, error);
}
