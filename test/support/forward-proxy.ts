import { once } from 'node:events';
import { createServer, type IncomingMessage, request as send } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream';

/** An HTTP proxy that takes every host for one on this machine, and records what it was asked for. */
export interface ForwardProxy {
  readonly url: string;
  /** Such as `CONNECT conductor.example.com:443`. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

/**
 * Starts a proxy on a free port.
 *
 * @param port of the server on this machine that every host stands for.
 * @param user `name:password` that it asks for.
 */
export async function startForwardProxy(port: number, user?: string): Promise<ForwardProxy> {
  const asked: string[] = [];
  const expected = user && `Basic ${Buffer.from(user).toString('base64')}`;
  const isKnown = ({ headers }: IncomingMessage) => headers['proxy-authorization'] === expected;
  const tunnels = new Set<Duplex>();
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (!isKnown(request)) return void response.writeHead(407).end();
    const { pathname, search } = new URL(request.url ?? '');
    const { method, headers } = request;
    const forwarded = send({ port, method, headers, path: pathname + search }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, response, () => {});
    });
    pipeline(request, forwarded, () => {});
  });
  server.on('connect', (request: IncomingMessage, client: Duplex) => {
    asked.push(`CONNECT ${request.url}`);
    if (!isKnown(request))
      return void client.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
    tunnels.add(client);
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    });
    pipeline(client, upstream, client, () => tunnels.delete(client));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://${user ? `${user}@` : ''}127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async stop() {
      for (const tunnel of tunnels) tunnel.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
