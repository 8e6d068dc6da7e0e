import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call that came by. */
export interface CountedCall {
  /** `METHOD /path`. */
  readonly call: string;
  /** `X-Authorization`, as sent. */
  readonly token: string;
  /** How many calls of the same token were under way when it came, itself among them. */
  readonly together: number;
}

/** A server between a gateway and its upstream that lets everything pass, and counts how much of it at once. */
export class CountingProxy {
  readonly url: string;
  readonly calls: CountedCall[] = [];
  readonly #target: URL;
  readonly #server: ReturnType<typeof createServer>;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #open = new Map<string, number>();
  /** Told of each call before it is passed on, which it may put off. */
  onCall: ((call: CountedCall) => Promise<void> | undefined) | null = null;

  static async start(target: string): Promise<CountingProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new CountingProxy(new URL(target), server);
  }

  private constructor(target: URL, server: ReturnType<typeof createServer>) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.#target = target;
    this.#server = server;
    server.on('request', (request, response) => void this.#pass(request, response));
  }

  /** The calls of one token. */
  of(token: string): readonly CountedCall[] {
    return this.calls.filter((call) => call.token === token);
  }

  /** Calls of one token that are under way. */
  open(token: string): number {
    return this.#open.get(token) ?? 0;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
    this.#agent.destroy();
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '', headers } = request;
    const token = String(headers['x-authorization'] ?? '');
    const together = this.open(token) + 1;
    this.#open.set(token, together);
    response.once('close', () => this.#open.set(token, this.open(token) - 1));
    const counted = { call: `${method} ${decodeURIComponent(url)}`, token, together };
    this.calls.push(counted);
    await this.onCall?.(counted);
    const { hostname, port } = this.#target;
    const passed = send({ hostname, port, method, path: url, headers, agent: this.#agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    response.once('close', () => passed.destroy());
    request.pipe(passed);
  }
}
