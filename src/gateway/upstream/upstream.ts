import { MissingCalls } from './client/missing-calls.ts';
import type { RestCall, SentCall } from './client/rest-call.ts';
import { type AnswerBounds, AnswerReader } from './connection/answer-reader.ts';
import { type ConnectionOptions, Connections } from './connection/connections.ts';
import { createLongReads, type LongReads } from './reading/long-reads.ts';
import { ReadCosts } from './reading/read-costs.ts';
import { Guard, type GuardOptions } from './resilience/guard.ts';
import { createResponseReuse, type ResponseReuse } from './response-reuse/response-reuse.ts';
import { createSharedReads, NOTHING_SHARED, type SharedReads } from './response-reuse/shared-reads.ts';

/** Which server to talk to, and within which bounds. */
export interface UpstreamOptions extends ConnectionOptions, GuardOptions {
  /** What error messages call it, e.g. `authorization API`. */
  readonly name: string;
  /** Where it listens; a trailing `/api` is taken off, since paths bring it along (contract section 1). */
  readonly url: string;
  /** Bytes of answers that are remembered, so that equal ones are not parsed again; 0 for none. */
  readonly memoryBytes: number;
  /** Whether operations with the same credential may share a read under way. */
  readonly shareReads: boolean;
}

/** One upstream server with its connections; shared by all operations. */
export interface Upstream {
  readonly name: string;
  readonly memory: ResponseReuse;
  readonly sharedReads: SharedReads;
  readonly missingCalls: MissingCalls;
  readonly readCosts: ReadCosts;
  readonly longReads: LongReads;
  /** What protects the calls from its failing, and it from them. */
  readonly guard: Guard;
  /**
   * Sends one call, once. Its answer fails with
   * `NetworkError` if the server could not be reached or hung up,
   * `TimeoutError` if connecting took too long,
   * `ShapeError` if the answer is larger than it may be.
   */
  send(call: RestCall): SentCall;
  /** Waits for the calls under way, then closes the connections. */
  close(): Promise<void>;
}

/** Opens one upstream. Connections are made when they are first needed. */
export function openUpstream(options: UpstreamOptions): Upstream {
  const url = new URL(options.url);
  const prefix = url.pathname.replace(/\/+$/, '').replace(/\/api$/, '');
  const bounds: AnswerBounds = options;
  const connections = new Connections(url.origin, options);

  return {
    name: options.name,
    memory: createResponseReuse(options.memoryBytes),
    readCosts: new ReadCosts(),
    missingCalls: new MissingCalls(),
    sharedReads: options.shareReads ? createSharedReads() : NOTHING_SHARED,
    longReads: createLongReads(),
    guard: new Guard(options.name, options),
    send({ method, path, headers, body, expected }) {
      const connection = connections.take();
      const reader = new AnswerReader(bounds, expected, {
        ended: () => connections.give(connection),
        abandoned: () => connections.drop(connection),
      });
      connection.dispatcher.dispatch(
        { origin: url.origin, method, path: prefix + path.text, headers, body },
        reader,
      );
      return reader;
    },
    close: () => connections.close(),
  };
}
