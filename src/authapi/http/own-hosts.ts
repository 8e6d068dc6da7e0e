import { createServer, type RequestListener, type Server } from 'node:http';
import { HostGuard, type HostGuardOptions, MISDIRECTED } from '../../http/host-guard.ts';
import { ApiError } from '../api-error.ts';
import { bodyOf } from './error-handler.ts';

const LONGEST_REQUEST_MS = 30_000;
/** As long as Fastify's own servers, and longer than load balancers, which keep theirs for 60 s. */
const KEEP_ALIVE_MS = 72_000;

/** Makes the server that answers to its own hosts only, whatever the path, lest pages of others pass for ours. */
export function openServer(options: HostGuardOptions, answer: RequestListener): Server {
  const guard = new HostGuard(options);
  return createServer(
    { requestTimeout: LONGEST_REQUEST_MS, keepAliveTimeout: KEEP_ALIVE_MS },
    (request, response) => {
      if (guard.admits(request)) return answer(request, response);
      response
        .writeHead(421, {
          'content-type': 'application/json; charset=utf-8',
          'cache-control': 'no-store',
          connection: 'close',
        })
        .end(JSON.stringify(bodyOf(new ApiError(421, MISDIRECTED))));
    },
  );
}
