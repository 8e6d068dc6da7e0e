import type { IncomingHttpHeaders } from 'node:http';

/** Names under which a client may give its tokens when it opens a socket: those of the headers, in any case. */
const TOKEN_HEADERS = new Set(['authorization', 'x-authorization']);

/**
 * Puts the tokens of `connectionParams` in the place of those in the headers of the upgrade: browsers cannot set those.
 *
 * @returns null where a token is not a text.
 */
export function headersWithParams(
  headers: IncomingHttpHeaders,
  params: Readonly<Record<string, unknown>> = {},
): IncomingHttpHeaders | null {
  const tokens: Record<string, string> = {};
  for (const [name, value] of Object.entries(params)) {
    const header = name.toLowerCase();
    if (!TOKEN_HEADERS.has(header) || value === null) continue;
    if (typeof value !== 'string') return null;
    tokens[header] = value;
  }
  // Who gives any token here means these, and not another one that came along with the upgrade.
  const { authorization: _, 'x-authorization': __, ...rest } = headers;
  return Object.keys(tokens).length === 0 ? headers : { ...rest, ...tokens };
}
