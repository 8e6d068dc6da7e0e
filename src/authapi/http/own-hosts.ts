import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { HostGuard, type HostGuardOptions, MISDIRECTED } from '../../http/host-guard.ts';
import { repeatedHeader } from '../../http/repeated-headers.ts';
import { ApiError } from '../api-error.ts';
import { bodyOf } from './error-handler.ts';

const LONGEST_REQUEST_MS = 30_000;
/** As long as Fastify's own servers, and longer than load balancers, which keep theirs for 60 s. */
const KEEP_ALIVE_MS = 72_000;

/**
 * Makes the server that answers requests to its own hosts only, so that no foreign page passes for ours. It refuses
 * headers that are sent twice, so that there is one reading of who asks.
 */
export function openServer(options: HostGuardOptions, answer: RequestListener): Server {
  const guard = new HostGuard(options);
  return createServer(
    { requestTimeout: LONGEST_REQUEST_MS, keepAliveTimeout: KEEP_ALIVE_MS },
    (request, response) => {
      const repeated = repeatedHeader(request);
      if (repeated) return refuse(response, new ApiError(repeated.statusCode, repeated.message));
      if (!guard.admits(request)) return refuse(response, new ApiError(421, MISDIRECTED));
      answer(request, response);
    },
  );
}

function refuse(response: ServerResponse, error: ApiError): void {
  response
    .writeHead(error.status, {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      connection: 'close',
    })
    .end(JSON.stringify(bodyOf(error)));
}
