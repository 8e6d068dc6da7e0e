import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** A client's own request id is kept if it is harmless in a log and a header. */
const REQUEST_ID = /^[\w.-]{1,64}$/;

/** Names a request: as its client does in `X-Request-Id`, or anew. */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  const sent = headers['x-request-id'];
  return typeof sent === 'string' && REQUEST_ID.test(sent) ? sent : randomUUID();
}
