import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { HostGuard, MISDIRECTED } from '../../../http/host-guard.ts';
import { repeatedHeader } from '../../../http/repeated-headers.ts';
import type { JournalState } from '../metrics/journal-metrics.ts';
import type { Readiness } from './readiness.ts';

/** Where the admin server listens. */
export interface AdminOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Hosts, besides that one, that requests may name. */
  readonly allowedHosts?: readonly string[];
}

export interface AdminParts {
  readonly readiness: Readiness;
  /** Told beside the readiness, which it does not decide: reads go on, and writes may. */
  readonly journal: () => JournalState;
  /** Writes the metrics in Prometheus' text format. */
  readonly metrics: () => Promise<string>;
  readonly logger: Logger;
}

/** A port for operators, apart from the one that clients reach. */
export interface AdminServer {
  /** Where it listens, without a path. */
  readonly url: string;
  close(): Promise<void>;
}

const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Starts the admin server: `/live` says that the process answers, `/ready` whether it should be sent requests, and
 * `/metrics` is for Prometheus.
 *
 * @throws if it cannot listen.
 */
export async function startAdminServer(options: AdminOptions, parts: AdminParts): Promise<AdminServer> {
  const { host, port } = options;
  const guard = new HostGuard({ ...options, logger: parts.logger });
  const server = createServer((request, response) => {
    const repeated = repeatedHeader(request);
    if (repeated) return send(response, 400, { status: 'BAD_REQUEST', message: repeated.message });
    if (!guard.admits(request))
      return send(response, 421, { status: 'MISDIRECTED_REQUEST', message: MISDIRECTED });
    const { pathname } = new URL(request.url ?? '/', 'http://admin');
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return send(response, 405, { status: 'METHOD_NOT_ALLOWED' });
    if (pathname === '/live') return send(response, 200, { status: 'OK' });
    if (pathname === '/ready') return answerReady(response, parts);
    if (pathname === '/metrics') return void answerMetrics(response, parts);
    return send(response, 404, { status: 'NOT_FOUND', paths: ['/live', '/ready', '/metrics'] });
  });
  // Workers of a cluster would be given the same port where it is 0.
  server.listen({ host, port, exclusive: true });
  await once(server, 'listening');
  const { port: chosen } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${chosen}`,
    async close() {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}

function answerReady(response: ServerResponse, { readiness, journal }: AdminParts): void {
  const { obstacle } = readiness;
  send(response, obstacle === null ? 200 : 503, { status: obstacle ?? 'OK', journal: journal() });
}

async function answerMetrics(response: ServerResponse, { metrics, logger }: AdminParts): Promise<void> {
  try {
    const text = await metrics();
    response.writeHead(200, { 'content-type': TEXT_FORMAT, 'cache-control': 'no-store' }).end(text);
  } catch (err) {
    logger.error({ err }, 'the metrics could not be written');
    send(response, 500, { status: 'FAILED' });
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    .end(`${JSON.stringify(body)}\n`);
}
