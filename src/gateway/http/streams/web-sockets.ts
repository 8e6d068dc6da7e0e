import { once } from 'node:events';
import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { GraphQLSchema, parse } from 'graphql';
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { errorText } from '../http-errors.ts';
import { requestIdOf } from '../request-id.ts';
import { mayStream } from './origins.ts';
import { Socket } from './socket.ts';
import { OperationFailed, type SocketOperation } from './socket-operation.ts';
import { SocketSession, type SocketSessionOptions } from './socket-session.ts';

export interface WebSocketsOptions extends SocketSessionOptions {
  readonly allowedOrigins: () => readonly string[];
  readonly addressOf: (request: IncomingMessage) => string;
  readonly requestBytes: number;
}

/** How long a client may take to say who it is. */
const INIT_MS = 3000;

/**
 * What graphql-ws is told of every operation. It is Apollo that parses and executes it; graphql-ws only has to know that
 * an iteration comes of it.
 */
const SOME_STREAM = { schema: new GraphQLSchema({}), document: parse('subscription { events }') };

/** Answers on `/graphql` of a server those who ask for a WebSocket, in the protocol of graphql-ws. */
export function serveWebSockets(server: Server, options: WebSocketsOptions): { close(): Promise<void> } {
  const { logger } = options;
  const { limits } = options.streams;
  const sessions = new Set<SocketSession>();
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    handleProtocols,
    maxPayload: options.requestBytes,
    perMessageDeflate: false,
  });
  let isClosing = false;

  const protocol = makeServer<Record<string, unknown>, { readonly session: SocketSession }>({
    connectionInitWaitTimeout: INIT_MS,
    onConnect: ({ connectionParams, extra }) => extra.session.connect(connectionParams),
    onSubscribe({ subscriptions, extra }, id, payload) {
      const operation = extra.session.operation(id, payload);
      if (!('next' in operation)) return [operation];
      // Where graphql-ws looks for what it is to end, also while the operation is not yet under way.
      subscriptions[id] = operation;
      return { ...SOME_STREAM, contextValue: operation };
    },
    subscribe: ({ contextValue }) => contextValue as SocketOperation,
    onError({ extra }, _id, _payload, errors) {
      const unexpected = errors[0]?.originalError;
      if (unexpected instanceof OperationFailed) return unexpected.errors;
      return unexpected ? [extra.session.masked(unexpected)] : undefined;
    },
    onComplete: ({ extra }) => extra.session.done(),
  });

  function start(webSocket: WebSocket, request: IncomingMessage, id: string): void {
    const socket = new Socket(webSocket, limits);
    const session = new SocketSession(options, socket, request.headers, id, options.addressOf(request));
    sessions.add(session);
    const closed = protocol.opened(
      {
        protocol: webSocket.protocol,
        // What is said of an operation, its end above all, does not wait for a client that does not read.
        send: async (text) => socket.say(text),
        close: (code = CloseCode.InternalServerError, reason = '') => socket.close(code, reason),
        onMessage: (take) =>
          webSocket.on('message', (data) => {
            take(String(data)).catch((err: unknown) => {
              logger.error({ requestId: id, err }, 'a message failed');
              socket.close(CloseCode.InternalServerError, 'Internal server error');
            });
          }),
      },
      { session },
    );
    // What a client does against the protocol of WebSockets itself, which closes the socket.
    webSocket.on('error', (err) => logger.debug({ requestId: id, err }, 'a socket was misused'));
    webSocket.once('close', (code, reason) => {
      sessions.delete(session);
      session.closed();
      void closed(code, String(reason));
    });
  }

  server.on('upgrade', (request, connection, head) => {
    const id = requestIdOf(request.headers);
    const status = refusalOf(request);
    if (status !== null) refuse(connection, status, id);
    else sockets.handleUpgrade(request, connection, head, (webSocket) => start(webSocket, request, id));
  });

  function refusalOf({ url = '', headers }: IncomingMessage): keyof typeof REFUSALS | null {
    if (url.split('?')[0] !== '/graphql') return 404;
    if (!mayStream(headers, options.allowedOrigins())) return 403;
    return isClosing || sessions.size >= limits.streams ? 503 : null;
  }

  return {
    async close() {
      isClosing = true;
      const closed = [...sockets.clients].map((webSocket) => once(webSocket, 'close'));
      for (const session of sessions) session.end('SERVER_SHUTDOWN');
      await Promise.all(closed);
    },
  };
}

const REFUSALS = {
  403: 'No stream is opened for pages of this origin',
  404: 'There is nothing here. WebSockets are answered on /graphql.',
  503: 'No more sockets are held at the moment',
} as const;

function refuse(connection: Duplex, status: keyof typeof REFUSALS, id: string): void {
  const text = errorText(status, REFUSALS[status], id);
  connection.on('error', () => {});
  connection.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'connection: close',
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(text)}`,
      `x-request-id: ${id}`,
      '',
      text,
    ].join('\r\n'),
  );
}
