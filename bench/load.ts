import { connect, type Socket } from 'node:net';
import { createAnswerReader } from './answer-reader.ts';

/** What one server did with one operation. */
export interface Measurement {
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** A request as text, without the header that carries the token. */
export interface LoadRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** How many clients a server is loaded with, unless one is to be alone. */
const CONNECTIONS = 32;

/**
 * Loads a server from some connections with one request, the tokens in turn: each connection sends its next request when
 * it has its answer. None is begun after `seconds`; those under way are waited for and counted, so that work and answers
 * belong together. A load generator of its own, since it shares a core with the upstream and must cost little.
 *
 * @throws if a single answer is not 200, or not as long as the first: speed without answers is no result.
 */
export async function load(
  origin: string,
  request: LoadRequest,
  tokens: readonly string[],
  seconds: number,
  connections = CONNECTIONS,
): Promise<Measurement> {
  const requests = tokens.map((token) => writeRequest(origin, request, token));
  const latencies: number[] = [];
  const started = performance.now();
  const deadline = started + seconds * 1000;
  let length: number | undefined;
  let turn = 0;

  const next = () => (performance.now() < deadline ? requests[turn++ % requests.length] : undefined);
  const arrived = (ms: number, status: number, bytes: number) => {
    length ??= bytes;
    if (status !== 200) throw new Error(`${origin} answers ${status} under load.`);
    if (bytes !== length) throw new Error(`${origin} answers ${bytes} bytes, and ${length} before.`);
    latencies.push(ms);
  };
  await Promise.all(Array.from({ length: connections }, () => runConnection(origin, next, arrived)));

  const elapsed = (performance.now() - started) / 1000;
  latencies.sort((a, b) => a - b);
  const percentile = (share: number) => latencies[Math.floor((latencies.length - 1) * share)] ?? Number.NaN;
  return {
    requests: latencies.length,
    requestsPerSecond: latencies.length / elapsed,
    p50: percentile(0.5),
    p99: percentile(0.99),
  };
}

function writeRequest(origin: string, { method, path, body }: LoadRequest, token: string): Buffer {
  return Buffer.from(
    [
      `${method} ${path} HTTP/1.1`,
      `host: ${new URL(origin).host}`,
      `authorization: Bearer ${token}`,
      'accept: application/json',
      ...(body ? ['content-type: application/json', `content-length: ${Buffer.byteLength(body)}`] : []),
      '',
      body,
    ].join('\r\n'),
  );
}

/** Sends one request after the other until there is none left. */
function runConnection(
  origin: string,
  next: () => Buffer | undefined,
  arrived: (ms: number, status: number, bytes: number) => void,
): Promise<void> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(Number(port), hostname);
    socket.setNoDelay(true);
    let sent = 0;
    const send = () => {
      const bytes = next();
      if (!bytes) {
        socket.end();
        resolve();
        return;
      }
      sent = performance.now();
      socket.write(bytes);
    };
    const read = createAnswerReader((status, bytes) => {
      arrived(performance.now() - sent, status, bytes);
      send();
    });
    socket.once('connect', send);
    socket.on('data', (chunk: Buffer) => {
      try {
        read(chunk);
      } catch (error) {
        socket.destroy();
        reject(error);
      }
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`${origin} closed a connection.`)));
  });
}
