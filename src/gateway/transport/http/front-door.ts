import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { HostGuard, type HostGuardOptions, MISDIRECTED } from '../../../http/host-guard.ts';
import { errorText } from './http-errors.ts';
import { withoutBase } from './public-url.ts';
import { requestIdOf } from './request-id.ts';

export interface FrontDoorOptions extends HostGuardOptions {
  /** The path below which clients find everything, with a slash at both ends. */
  readonly base: string;
  /** Milliseconds within which the headers of a request must arrive. */
  readonly headersMs: number;
  /** Milliseconds within which a whole request must arrive. */
  readonly requestMs: number;
}

/** A connection outlives the 60 s for which load balancers keep theirs, or they would now and then send into a closed one. */
const KEEP_ALIVE_MS = 72_000;

/**
 * Makes the server whose door every request comes through, upgrades to a WebSocket among them: hosts that are not ours are
 * refused, and the base is taken off. Every other upgrade is ignored, as RFC 9110 (section 7.8) lets us: what asks for
 * HTTP/2 in passing is answered in HTTP/1.1.
 */
export function openFrontDoor(options: FrontDoorOptions, answer: RequestListener): Server {
  const guard = new HostGuard(options);
  const enter = (request: IncomingMessage) => {
    request.url = withoutBase(request.url ?? '/', options.base);
  };
  return createServer(
    {
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: options.headersMs,
      requestTimeout: options.requestMs,
      connectionsCheckingInterval: Math.ceil(options.headersMs / 4),
      shouldUpgradeCallback(request) {
        // What is not let in comes round again as a request, and is refused there.
        const isUpgraded = asksForWebSocket(request) && guard.admits(request);
        if (isUpgraded) enter(request);
        return isUpgraded;
      },
    },
    (request, response) => {
      if (!guard.admits(request)) return refuse(request, response);
      enter(request);
      answer(request, response);
    },
  );
}

/** RFC 6455 has a handshake begin with a GET, and RFC 9110 no upgrade of HTTP/1.0. */
function asksForWebSocket({ method, httpVersion, headers }: IncomingMessage): boolean {
  return method === 'GET' && httpVersion === '1.1' && headers.upgrade?.trim().toLowerCase() === 'websocket';
}

function refuse(request: IncomingMessage, response: ServerResponse): void {
  const id = requestIdOf(request.headers);
  response
    .writeHead(421, {
      connection: 'close',
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': id,
    })
    .end(errorText(421, MISDIRECTED, id));
}
