import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One REST call as the server got it. */
export interface Call {
  readonly method: string;
  /** Path and query, as sent: still percent-encoded. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A way to answer, good or bad. */
export type Behaviour = (response: ServerResponse, call: Call) => void | Promise<void>;

/** An upstream that answers as each test tells it to, on purpose badly, and records what it got. */
export class MisbehavingServer {
  readonly calls: Call[] = [];
  url = '';
  readonly #server = createServer();
  readonly #behaviours = new Map<string, Behaviour[]>();
  readonly #otherwise: Behaviour;
  readonly #arrivals: (() => void)[] = [];

  /**
   * Starts one on a free port of the loopback interface.
   * @param otherwise how it answers calls that no test has told about.
   */
  static async start(otherwise: Behaviour = notFound): Promise<MisbehavingServer> {
    const server = new MisbehavingServer(otherwise);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    server.url = `http://127.0.0.1:${(server.#server.address() as AddressInfo).port}`;
    return server;
  }

  private constructor(otherwise: Behaviour) {
    this.#otherwise = otherwise;
    this.#server.on('request', async (request, response) => {
      const { method = '', url: path = '', headers } = request;
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += chunk;
      const call = { method, path, headers, body };
      this.calls.push(call);
      for (const arrived of this.#arrivals.splice(0)) arrived();
      await this.#next(`${method} ${path}`)(response, call);
    });
  }

  /** The calls so far, as `GET /api/groups/eng`. */
  get log(): string[] {
    return this.calls.map(({ method, path }) => `${method} ${path}`);
  }

  /** Answers a call in these ways, one after the other; the last one stays. Others get a 404 as the API sends it. */
  on(call: string, ...behaviours: Behaviour[]): this {
    this.#behaviours.set(call, behaviours);
    return this;
  }

  /** Waits until this many calls have arrived. */
  async received(count: number): Promise<void> {
    while (this.calls.length < count) await new Promise<void>((resolve) => this.#arrivals.push(resolve));
  }

  /** Forgets calls and behaviours. */
  reset(): void {
    this.calls.length = 0;
    this.#behaviours.clear();
  }

  /** Closes the connections that it has. */
  hangUp(): void {
    this.#server.closeAllConnections();
  }

  async stop(): Promise<void> {
    this.hangUp();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #next(call: string): Behaviour {
    const behaviours = this.#behaviours.get(call) ?? [this.#otherwise];
    return (behaviours.length > 1 ? behaviours.shift() : behaviours[0]) ?? this.#otherwise;
  }
}

const notFound: Behaviour = (response, call) => {
  const id = decodeURIComponent(call.path.split('/').at(-1) ?? '');
  return json({ status: 404, message: `Nothing with id ${id}` }, 404)(response, call);
};

/** Answers well. */
export function json(
  value: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Behaviour {
  return text(JSON.stringify(value), 'application/json', status, headers);
}

/** Answers with any text. */
export function text(
  body: string,
  type: string,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Behaviour {
  return (response) => void response.writeHead(status, { 'content-type': type, ...headers }).end(body);
}
