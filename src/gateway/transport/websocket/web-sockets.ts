import { once } from 'node:events';
import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { GraphQLSchema, parse } from 'graphql';
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { RepeatedHeader, repeatedHeader } from '../../../http/repeated-headers.ts';
import { CredentialRefusal, readCredential, type SentCredential } from '../../credentials/sent-credential.ts';
import { errorText } from '../http/http-errors.ts';
import type { Origins } from '../http/origins.ts';
import { requestIdOf } from '../http/request-id.ts';
import { Socket } from './socket.ts';
import { OperationFailed, type SocketOperation } from './socket-operation.ts';
import { SocketSession, type SocketSessionOptions } from './socket-session.ts';

export interface WebSocketsOptions extends SocketSessionOptions {
  readonly origins: Origins;
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
    // One message a turn: others have theirs in between, however many came in one packet.
    allowSynchronousEvents: false,
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

  function start(
    webSocket: WebSocket,
    request: IncomingMessage,
    credential: SentCredential,
    id: string,
  ): void {
    const socket = new Socket(webSocket, limits);
    const session = new SocketSession(
      options,
      socket,
      { headers: request.headers, credential, address: options.addressOf(request) },
      id,
    );
    sessions.add(session);
    const closed = protocol.opened(
      {
        protocol: webSocket.protocol,
        // What is said of an operation, its end above all, does not wait for a client that does not read.
        send: async (text) => socket.say(text),
        close: (code = CloseCode.InternalServerError, reason = '') => socket.close(code, reason),
        onMessage: (take) =>
          webSocket.on('message', (data) => {
            const text = String(data);
            const fault = session.faultOf(text);
            if (fault !== null) return socket.close(CloseCode.BadRequest, fault);
            take(text).catch((err: unknown) => {
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
    try {
      const credential = admit(request);
      sockets.handleUpgrade(request, connection, head, (webSocket) =>
        start(webSocket, request, credential, id),
      );
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refuse(connection, error.statusCode, error.message, id);
    }
  });

  /** Tells who asks for a socket. Throws why there will be none. */
  function admit(request: IncomingMessage): SentCredential {
    const repeated = repeatedHeader(request);
    if (repeated) throw repeated;
    if ((request.url ?? '').split('?')[0] !== '/graphql') throw new UpgradeRefusal(404);
    if (!options.origins.mayStream(request)) throw new UpgradeRefusal(403);
    if (isClosing || sessions.size >= limits.streams) throw new UpgradeRefusal(503);
    return readCredential(request.headers);
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

/** No socket is opened. */
class UpgradeRefusal extends Error {
  readonly statusCode: keyof typeof REFUSALS;

  constructor(statusCode: keyof typeof REFUSALS) {
    super(REFUSALS[statusCode]);
    this.statusCode = statusCode;
  }
}

function isRefusal(error: unknown): error is UpgradeRefusal | CredentialRefusal | RepeatedHeader {
  return [UpgradeRefusal, CredentialRefusal, RepeatedHeader].some((kind) => error instanceof kind);
}

function refuse(connection: Duplex, status: number, message: string, id: string): void {
  const text = errorText(status, message, id);
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
