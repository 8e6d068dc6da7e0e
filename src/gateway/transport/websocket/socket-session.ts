import type { ApolloServer } from '@apollo/server';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { CloseCode, type SubscribePayload } from 'graphql-ws';
import type { Logger } from 'pino';
import { checkJsonDepth } from '../../../http/json-depth.ts';
import { CredentialRefusal } from '../../credentials/sent-credential.ts';
import { MASKED } from '../../graph/kit/errors.ts';
import type { OperationContext } from '../../operation/context.ts';
import type { Asks } from '../../subscriptions/callers.ts';
import type { Held } from '../../subscriptions/lease.ts';
import { messageText } from '../../subscriptions/message-text.ts';
import type { StreamEndCode } from '../../subscriptions/stream-end.ts';
import type { Streams } from '../../subscriptions/streams.ts';
import { credentialOfSocket } from './connection-params.ts';
import type { Socket } from './socket.ts';
import { SocketOperation } from './socket-operation.ts';

export interface SocketSessionOptions {
  readonly apollo: ApolloServer<OperationContext>;
  readonly streams: Streams;
  readonly logger: Logger;
}

/** The standard code for "going away", and the one that asks to come back later (RFC 6455 and its registry). */
const GOING_AWAY = 1001;
const TRY_AGAIN_LATER = 1013;

/** Of a message before anybody knows who sends it, in characters: as long as the headers in which others say it. */
const LONGEST_INTRODUCTION = 16_384;

/** It stands in each message of the operation. */
const LONGEST_ID = 256;

/** One client's socket from its upgrade to its close: whose it is, and what runs on it. */
export class SocketSession implements Held {
  readonly #options: SocketSessionOptions;
  readonly #socket: Socket;
  readonly #requestId: string;
  #asks: Asks;
  #free: (() => void) | null = null;
  #closing: { readonly code: number; readonly reason: string } | null = null;
  #isClosed = false;
  /** Whether the client has said who it is. */
  #isKnown = false;
  #running = 0;
  #count = 0;

  constructor(options: SocketSessionOptions, socket: Socket, asks: Asks, requestId: string) {
    this.#options = options;
    this.#socket = socket;
    this.#asks = asks;
    this.#requestId = requestId;
  }

  /** Finds out who the client is. False where it is refused and the socket is to be closed with 4403, if it is not yet. */
  async connect(params: Readonly<Record<string, unknown>> | undefined): Promise<boolean> {
    try {
      this.#asks = { ...this.#asks, credential: credentialOfSocket(this.#asks.credential, params) };
      const free = await this.#options.streams.holdSocket(this.#asks, this);
      if (this.#isClosed) free();
      else this.#free = free;
      this.#isKnown = true;
      return true;
    } catch (error) {
      this.#refuse(error);
      return false;
    }
  }

  /** Says why a message is not read; null where it is. */
  faultOf(text: string): string | null {
    if (!this.#isKnown && text.length > LONGEST_INTRODUCTION) return 'The message is too long';
    try {
      checkJsonDepth(text);
      return null;
    } catch {
      return 'The message is nested too deep';
    }
  }

  /** Makes an operation of what a client sent, or the error that keeps it from running. */
  operation(id: string, payload: SubscribePayload): SocketOperation | GraphQLError {
    const { apollo, streams } = this.#options;
    if (id.length > LONGEST_ID) {
      return this.#error('BAD_REQUEST', `The id of an operation has ${LONGEST_ID} characters at most`);
    }
    if (this.#closing) return this.#error('SERVER_SHUTDOWN', 'The connection is about to be closed');
    if (this.#running >= streams.limits.streamsPerSocket) {
      const most = streams.limits.streamsPerSocket;
      return this.#error('TOO_MANY_STREAMS', `No more than ${most} operations run on one socket`);
    }
    this.#running += 1;
    this.#count += 1;
    const frame = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
    return new SocketOperation({
      apollo,
      streams,
      id: `${this.#requestId}.${this.#count}`,
      asks: this.#asks,
      payload,
      send: (result) => this.#socket.send(`${frame}${messageText(result)}}`),
    });
  }

  /** Notes that an operation is over. */
  done(): void {
    this.#running -= 1;
    this.#closeWhenIdle();
  }

  /** Ends the session as soon as the operations under way are over: streams end by themselves, others are answered. */
  end(code: StreamEndCode): void {
    this.#closing ??=
      code === 'SERVER_SHUTDOWN'
        ? { code: GOING_AWAY, reason: 'Going away' }
        : { code: CloseCode.Forbidden, reason: 'Forbidden' };
    this.#closeWhenIdle();
  }

  /** Notes that the socket is closed. */
  closed(): void {
    this.#isClosed = true;
    this.#free?.();
  }

  /** Writes the error that a client sees of a bug. */
  masked(error: Error): GraphQLFormattedError {
    this.#options.logger.error({ requestId: this.#requestId, err: error }, 'an operation failed');
    return this.#error('INTERNAL_SERVER_ERROR', MASKED).toJSON();
  }

  #closeWhenIdle(): void {
    if (!this.#closing || this.#running > 0) return;
    const { code, reason } = this.#closing;
    // The last words of the operations are sent in this turn.
    setImmediate(() => this.#socket.close(code, reason));
  }

  #refuse(error: unknown): void {
    if (error instanceof CredentialRefusal) {
      this.#socket.close(CloseCode.BadRequest, error.message);
      return;
    }
    const code = error instanceof GraphQLError ? error.extensions['code'] : null;
    if (code === null)
      this.#options.logger.error({ requestId: this.#requestId, err: error }, 'a socket failed');
    if (code === 'TOO_MANY_STREAMS') {
      this.#socket.close(CloseCode.TooManyInitialisationRequests, 'Too many sockets of this token');
    } else if (code !== 'UNAUTHENTICATED') {
      this.#socket.close(TRY_AGAIN_LATER, 'Try again later');
    }
  }

  #error(code: string, message: string): GraphQLError {
    return new GraphQLError(message, { extensions: { code, requestId: this.#requestId } });
  }
}
