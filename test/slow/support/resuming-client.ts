import { setTimeout } from 'node:timers/promises';
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client/core';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { textAt } from '../../support/graphql-answer.ts';

/** How apps subscribe, each by the client library of the field. */
export const WAYS = ['graphql-ws', 'graphql-sse', 'Apollo Client'] as const;
export type Way = (typeof WAYS)[number];

const FEED = `subscription Feed($after: String) {
  accessChanges(after: $after, filter: { kinds: [GROUP] }) { cursor target { id: rawId } }
}`;

/** How long to wait before an attempt to connect again. */
const PAUSE_MS = 50;

interface Observer {
  next(result: unknown): void;
  error(error: unknown): void;
  complete(): void;
}

/** One connection: subscribes, and gives what breaks it off. */
type Connect = (url: string, token: string, after: string | null, observer: Observer) => () => void;

/**
 * An app that follows all changes of groups: it notes each with its cursor, and connects again, after the last cursor,
 * whenever the connection ends or is broken off.
 */
export class ResumingClient {
  /** The ids of the groups that changed, as they came. */
  readonly got: string[] = [];
  connections = 0;
  #cursor: string | null;
  readonly #way: Way;
  readonly #urlOf: () => string;
  readonly #token: string;
  #breakOff = () => {};
  #isOver = false;
  readonly #running: Promise<void>;

  /** @param urlOf chooses where to connect, each time. */
  constructor(way: Way, urlOf: () => string, token: string, cursor: string | null) {
    this.#way = way;
    this.#urlOf = urlOf;
    this.#token = token;
    this.#cursor = cursor;
    this.#running = this.#run();
  }

  /** Drops the connection in the middle of whatever it does. */
  reconnect(): void {
    this.#breakOff();
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.#breakOff();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      this.connections += 1;
      await this.#follow();
      if (!this.#isOver) await setTimeout(PAUSE_MS);
    }
  }

  /** Follows over one connection, to its end. */
  #follow(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    let isOver = false;
    const end = () => {
      isOver = true;
      resolve();
    };
    const leave = CONNECT[this.#way](this.#urlOf(), this.#token, this.#cursor, {
      next: (result) => {
        // An app that has broken off does not listen any more.
        if (!isOver) this.#note(result, end);
      },
      error: end,
      complete: end,
    });
    this.#breakOff = () => {
      end();
      leave();
    };
    return promise.finally(leave);
  }

  #note(result: unknown, end: () => void): void {
    if (!Object(result).data) {
      end();
      return;
    }
    this.#cursor = textAt(result, 'data', 'accessChanges', 'cursor');
    this.got.push(textAt(result, 'data', 'accessChanges', 'target', 'id'));
  }
}

/** Breaking off a connection that is only being made is an error to `ws`, which nobody listens to any more. */
class QuietSocket extends WebSocket {
  constructor(url: string, protocol: string) {
    super(url, protocol);
    this.on('error', () => {});
  }
}

const CONNECT: Readonly<Record<Way, Connect>> = {
  'graphql-ws'(url, token, after, observer) {
    const client = createWsClient({
      url: url.replace('http', 'ws'),
      webSocketImpl: QuietSocket,
      connectionParams: { Authorization: `Bearer ${token}` },
      retryAttempts: 0,
    });
    client.subscribe({ query: FEED, variables: { after } }, observer);
    return () => client.terminate();
  },
  'graphql-sse'(url, token, after, observer) {
    const client = createSseClient({ url, headers: { authorization: `Bearer ${token}` }, retryAttempts: 0 });
    client.subscribe({ query: FEED, variables: { after } }, observer);
    return () => client.dispose();
  },
  'Apollo Client'(url, token, after, observer) {
    const client = new ApolloClient({
      cache: new InMemoryCache(),
      link: new HttpLink({ uri: url, headers: { authorization: `Bearer ${token}` } }),
    });
    const subscription = client
      .subscribe({ query: gql(FEED), variables: { after }, fetchPolicy: 'no-cache' })
      .subscribe(observer);
    return () => {
      subscription.unsubscribe();
      client.stop();
    };
  },
};
