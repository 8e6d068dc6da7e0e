import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Calls that a client must make at the same time, percent-decoded; their order does not matter. */
export type Wave = readonly string[];

/** A server in front of another that answers calls in waves. */
export interface WaveProxy {
  readonly url: string;
  /**
   * Says which calls come next. No call of a wave is answered before all of it have arrived, so a client that waits
   * for one of them before it sends another waits in vain, whatever the speed of the machine.
   */
  expect(...waves: readonly Wave[]): void;
  /** Calls that arrived when they were not expected. */
  readonly unexpected: readonly string[];
  /** Waves that have not been complete yet. */
  readonly left: readonly Wave[];
  stop(): Promise<void>;
}

interface Held {
  readonly call: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Starts a proxy of reads. */
export async function startWaveProxy(target: string): Promise<WaveProxy> {
  let waves: Wave[] = [];
  let held: Held[] = [];
  const unexpected: string[] = [];

  const server = createServer((request, response) => {
    const call = decodeURIComponent(`${request.method} ${request.url}`);
    if (!waves[0]?.includes(call)) {
      unexpected.push(call);
      response.writeHead(500).end();
      return;
    }
    held.push({ call, request, response });
    if (held.length < waves[0].length) return;
    const complete = held;
    held = [];
    waves = waves.slice(1);
    for (const one of complete) void forward(target, one);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    unexpected,
    get left() {
      return waves;
    },
    expect(...next) {
      waves = [...next];
      held = [];
      unexpected.length = 0;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function forward(target: string, { request, response }: Held): Promise<void> {
  const { authorization, 'x-authorization': token } = request.headers;
  const headers = {
    ...(authorization && { authorization }),
    ...(token && { 'x-authorization': String(token) }),
  };
  const answer = await fetch(target + request.url, { headers });
  const body = Buffer.from(await answer.arrayBuffer());
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(body);
}
