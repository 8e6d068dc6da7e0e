import { RawSocket } from './raw-socket.ts';
import { EVENT_STREAM, MULTIPART, RawStream } from './raw-stream.ts';

/** The three ways to subscribe. */
export const TRANSPORTS = ['WebSocket', 'server-sent events', 'multipart'] as const;
export type Transport = (typeof TRANSPORTS)[number];

export interface Endpoints {
  readonly endpoint: string;
  readonly socketEndpoint: string;
}

/** One subscription, in whichever way, so that one test says what holds for all. */
export interface Follower {
  /** The next result; null when the stream has ended. */
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape of what it asked for.
  next(): Promise<any>;
  /** Waits for the end, and gives the `extensions` of the error that it came with. */
  ended(): Promise<Readonly<Record<string, unknown>> | null>;
  leave(): void;
}

/** Subscribes. */
export function follow(
  transport: Transport,
  front: Endpoints,
  token: string,
  query: string,
): Promise<Follower> {
  if (transport === 'WebSocket') return followBySocket(front, token, query);
  return followByStream(front, token, query, transport === 'multipart' ? MULTIPART : EVENT_STREAM);
}

async function followBySocket(front: Endpoints, token: string, query: string): Promise<Follower> {
  const socket = await RawSocket.init(front.socketEndpoint, token);
  socket.subscribe('1', query);
  const next = async () => {
    const message = await socket.next();
    return message.type === 'next' ? message.payload : message;
  };
  return {
    async next() {
      const message = await next();
      return message.type === undefined ? message : null;
    },
    async ended() {
      for (;;) {
        const { type, payload } = await next();
        if (type === 'complete') return null;
        if (type === 'error') return payload[0].extensions;
      }
    },
    leave: () => socket.close(),
  };
}

async function followByStream(
  front: Endpoints,
  token: string,
  query: string,
  accept: string,
): Promise<Follower> {
  const stream = await RawStream.open(front.endpoint, query, { accept, authorization: `Bearer ${token}` });
  if (stream.status !== 200) throw new Error(`refused with ${stream.status}`);
  return {
    async next() {
      const message = await stream.next();
      return message?.payload ?? message;
    },
    async ended() {
      const { errors } = (await stream.rest()).at(-1) ?? {};
      return errors?.[0].extensions ?? null;
    },
    leave: () => stream.leave(),
  };
}
