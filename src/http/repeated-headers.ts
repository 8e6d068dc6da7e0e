import type { IncomingMessage } from 'node:http';

/**
 * What decides who asks, and whom. Of two lines Node takes the first or puts both together, and a proxy in front may have
 * taken the other: there is to be one reading.
 */
const SINGLE = new Set(['authorization', 'x-authorization', 'host', 'origin', 'content-type']);

/** A request has a header twice that it may have once. */
export class RepeatedHeader extends Error {
  override readonly name = 'RepeatedHeader';
  /** Read by Fastify. */
  readonly statusCode = 400;

  constructor(header: string) {
    super(`The header ${header} was sent twice. Send it once.`);
  }
}

/**
 * Finds a header that is there twice and may not be.
 *
 * @returns null where there is none.
 */
export function repeatedHeader({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): RepeatedHeader | null {
  const seen = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    if (!SINGLE.has(name)) continue;
    if (seen.has(name)) return new RepeatedHeader(name);
    seen.add(name);
  }
  return null;
}
