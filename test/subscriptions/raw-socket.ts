import { once } from 'node:events';
import { WebSocket } from 'ws';

/** A message of the graphql-ws protocol, as it came. */
export interface Message {
  readonly type: string;
  readonly id?: string;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of what it asked for.
  readonly payload?: any;
}

export interface SocketOptions {
  readonly protocol?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A WebSocket without a client library, to say what no library would. */
export class RawSocket {
  readonly messages: Message[] = [];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly socket: WebSocket;
  #taken = 0;
  #arrived = Promise.withResolvers<void>();

  constructor(endpoint: string, { protocol = 'graphql-transport-ws', headers = {} }: SocketOptions = {}) {
    this.socket = new WebSocket(endpoint, protocol === null ? [] : [protocol], { headers });
    this.socket.on('message', (data) => {
      this.messages.push(JSON.parse(String(data)));
      this.#arrived.resolve();
    });
    this.socket.on('error', () => {});
    this.closed = once(this.socket, 'close').then(([code, reason]) => ({ code, reason: String(reason) }));
  }

  /** Opens one. */
  static async open(endpoint: string, options?: SocketOptions): Promise<RawSocket> {
    const opened = new RawSocket(endpoint, options);
    await once(opened.socket, 'open');
    return opened;
  }

  /** Opens one and says who it is. */
  static async init(endpoint: string, token: string, options?: SocketOptions): Promise<RawSocket> {
    const opened = await RawSocket.open(endpoint, options);
    opened.send({ type: 'connection_init', payload: { Authorization: `Bearer ${token}` } });
    await opened.next();
    return opened;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables?: Readonly<Record<string, unknown>>): void {
    this.send({ id, type: 'subscribe', payload: { query, ...(variables && { variables }) } });
  }

  /** The next message that was not taken yet. */
  async next(): Promise<Message> {
    for (;;) {
      const message = this.messages[this.#taken];
      if (message) {
        this.#taken += 1;
        return message;
      }
      this.#arrived = Promise.withResolvers<void>();
      await Promise.race([
        this.#arrived.promise,
        this.closed.then(() => Promise.reject(new Error('closed'))),
      ]);
    }
  }

  close(): void {
    this.socket.close();
  }
}

/** Tries to open a WebSocket that is refused before there is one, and gives the HTTP answer. */
export function refusedUpgrade(
  endpoint: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number | undefined; readonly body: unknown }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(endpoint, ['graphql-transport-ws'], { headers });
    socket.on('open', () => reject(new Error('it was not refused')));
    socket.on('error', () => {});
    socket.on('unexpected-response', async (_request, response) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      resolve({ status: response.statusCode, body: JSON.parse(text) });
    });
  });
}
