import { type Connection, type ConnectOptions, opener } from './opener.ts';

export type ConnectionOptions = ConnectOptions;

/** Milliseconds for which a connection is used. The next one finds the upstream's address anew, as when it has moved. */
export const LIFETIME_MS = 60_000;

/**
 * The connections to one server. One is made when no other is free; whoever sends calls bounds how many are under way,
 * and decides who is next: a pool behind that would queue, and search for a free connection, once more.
 *
 * There is one request at a time on a connection: an answer can never be taken for that of another caller.
 */
export class Connections {
  readonly #open: () => Connection;
  readonly #now: () => number;
  /** When each was opened. */
  readonly #all = new Map<Connection, number>();
  /** The one used last comes first: those that are not needed are closed when they were idle for long enough. */
  readonly #free: Connection[] = [];
  #isClosed = false;

  /** @param now the clock, in milliseconds. */
  constructor(origin: string, options: ConnectionOptions, now: () => number = () => performance.now()) {
    this.#open = opener(origin, options);
    this.#now = now;
  }

  /** How many there are, those that are being made among them. */
  get count(): number {
    return this.#all.size;
  }

  /** Takes a connection, which is to be given back when its answer has ended, or dropped. */
  take(): Connection {
    return this.#free.pop() ?? this.#make();
  }

  /** Takes a connection back; nothing happens if it was dropped. */
  give(connection: Connection): void {
    const openedAt = this.#all.get(connection);
    if (openedAt === undefined) return;
    if (this.#now() - openedAt < LIFETIME_MS) this.#free.push(connection);
    else this.#retire(connection);
  }

  /** Ends a connection that is still being made for a call which nobody waits for any more. */
  drop(connection: Connection): void {
    this.#all.delete(connection);
    connection.cut();
  }

  /** Waits for the answers under way; whatever is sent afterwards fails. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#all.keys()].map((connection) => connection.dispatcher.close()));
  }

  #make(): Connection {
    const connection = this.#open();
    this.#all.set(connection, this.#now());
    if (this.#isClosed) void connection.dispatcher.close();
    // The server, or undici after some idle seconds, has closed it.
    connection.dispatcher.on('disconnect', () => {
      const index = this.#free.indexOf(connection);
      if (index < 0) return;
      this.#free.splice(index, 1);
      this.#retire(connection);
    });
    return connection;
  }

  #retire(connection: Connection): void {
    this.#all.delete(connection);
    if (!this.#isClosed) void connection.dispatcher.close();
  }
}
