import type { IncomingHttpHeaders } from 'node:http';

/** Apollo Sandbox calls from here when it is opened on Apollo's own site. */
const SANDBOX_ORIGIN = 'https://studio.apollographql.com';

/** Lists the origins whose pages may call: Apollo Sandbox, and those that are configured. */
export function allowedOrigins(configured: readonly string[]): string[] {
  return [SANDBOX_ORIGIN, ...configured];
}

/**
 * Tells whether a stream may be opened for the page that asks. Browsers let every page open WebSockets to everywhere, so
 * unlike with plain requests it is for us to refuse. Our own pages may, and programs, which send no origin.
 */
export function mayStream({ origin, host }: IncomingHttpHeaders, allowed: readonly string[]): boolean {
  if (origin === undefined || allowed.includes(origin)) return true;
  return URL.parse(origin)?.host === host;
}
