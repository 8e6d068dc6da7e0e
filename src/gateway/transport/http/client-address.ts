import type { IncomingMessage } from 'node:http';
import proxyAddress from '@fastify/proxy-addr';

/**
 * Makes the function that finds the address of a client: of the connection, or where that is a trusted proxy's, the one
 * that the proxies name in `X-Forwarded-For`. What others write there counts for nothing.
 *
 * @param trusted addresses and networks (`10.0.0.0/8`) of the proxies in front.
 */
export function clientAddress(trusted: readonly string[]): (request: IncomingMessage) => string {
  if (trusted.length === 0) return ({ socket }) => socket.remoteAddress ?? '';
  const isTrusted = proxyAddress.compile([...trusted]);
  return (request) => proxyAddress(request, isTrusted);
}
