import { Client } from 'undici';
import { connectorWithin } from './connector.ts';

/** How connections to one server are made, and how long an answer may be. */
export interface ConnectionOptions {
  /** Milliseconds in which a connection must stand: a server that is up accepts it, a host that drops packets never does. */
  readonly connectMs: number;
  /** Most bytes of one answer. */
  readonly responseBytes: number;
}

/**
 * The connections to one server. One is made when no other is free; whoever sends calls bounds how many are under way,
 * and decides who is next: a pool behind that would queue, and search for a free connection, once more.
 *
 * There is one request at a time on a connection: an answer can never be taken for that of another caller.
 */
export class Connections {
  readonly #origin: string;
  readonly #options: Client.Options;
  readonly #all: Client[] = [];
  /** The one used last comes first: those that are not needed are closed when they were idle for long enough. */
  readonly #free: Client[] = [];
  #isClosed = false;

  constructor(origin: string, { connectMs, responseBytes }: ConnectionOptions) {
    this.#origin = origin;
    this.#options = {
      pipelining: 1,
      connect: connectorWithin(connectMs),
      // Deadlines belong to the call and the operation, which end it from outside.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize: responseBytes,
    };
  }

  /** Takes a connection, which is to be given back when its answer has ended. */
  take(): Client {
    return this.#free.pop() ?? this.#open();
  }

  give(connection: Client): void {
    this.#free.push(connection);
  }

  /** Waits for the answers under way; whatever is sent afterwards fails. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#all.map((connection) => connection.close()));
  }

  #open(): Client {
    const connection = new Client(this.#origin, this.#options);
    this.#all.push(connection);
    if (this.#isClosed) void connection.close();
    return connection;
  }
}
