import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** A server in front of another that keeps the headers of what passes. */
export interface HeaderProxy {
  readonly url: string;
  /** Of each call, in the order in which they arrived. */
  readonly headers: readonly IncomingHttpHeaders[];
  stop(): Promise<void>;
}

/** Starts one on a free port. */
export async function startHeaderProxy(target: string): Promise<HeaderProxy> {
  const seen: IncomingHttpHeaders[] = [];
  const server = createServer(async (request, response) => {
    seen.push(request.headers);
    const { 'x-authorization': token, 'content-type': type } = request.headers;
    const body = await buffer(request);
    const answer = await fetch(target + request.url, {
      method: request.method ?? 'GET',
      headers: { ...(token && { 'x-authorization': String(token) }), ...(type && { 'content-type': type }) },
      ...(body.length > 0 && { body }),
    });
    const headers = { 'content-type': answer.headers.get('content-type') ?? '' };
    response.writeHead(answer.status, headers).end(Buffer.from(await answer.arrayBuffer()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    headers: seen,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
