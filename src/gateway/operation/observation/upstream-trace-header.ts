import type { IncomingHttpHeaders } from 'node:http';

/** With this header a client asks which REST calls are behind the answer. */
export const CALLS_HEADER = 'x-upstream-calls';

/** Tells whether a client asks for that. */
export function asksForCalls(headers: IncomingHttpHeaders): boolean {
  return headers[CALLS_HEADER] === '1';
}
