import type { IncomingHttpHeaders } from 'node:http';
import { type Dispatcher, errors } from 'undici';
import type { RestAnswer, SentCall } from '../client/rest-call.ts';
import { NetworkError } from '../errors/network-error.ts';
import { ShapeError } from '../errors/shape-error.ts';
import { TimeoutError } from '../errors/timeout-error.ts';
import { charsetOf, inUtf8, UTF_8 } from './charset.ts';
import { codingsOf, decoded } from './content-coding.ts';
import { joinChunks } from './join-chunks.ts';

/** The connection that an answer comes on. */
export interface AnsweringConnection {
  /** Told when it is free again. */
  ended(): void;
  /** Told when nobody waits for the answer any more, though the call is not sent yet. */
  abandoned(): void;
}

/** What errors need to know of the server that answers. */
export interface AnswerBounds {
  readonly name: string;
  readonly responseBytes: number;
}

/**
 * Takes one answer from undici's lowest level, which costs half of what its promises and streams do.
 *
 * While the body arrives it is compared with the one that is expected: as long as they agree nothing is kept of it, and
 * if they do to the end, the expected buffer itself is the answer's body. One that comes in a content coding, or in
 * another charset than UTF-8, is compared by whoever asked, once it is whole and put into UTF-8.
 */
export class AnswerReader implements Dispatcher.DispatchHandler, SentCall {
  readonly answer: Promise<RestAnswer>;
  readonly #bounds: AnswerBounds;
  readonly #expected: Buffer | undefined;
  readonly #connection: AnsweringConnection;
  readonly #settle: PromiseWithResolvers<RestAnswer>;
  #controller: Dispatcher.DispatchController | undefined;
  #abortedWith: Error | undefined;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #contentType = '';
  #charset = UTF_8;
  #codings: readonly string[] = [];
  /** How many bytes agree with the expected body so far. */
  #agreed = 0;
  /** The body from where it ceased to agree; null while it agrees. */
  #chunks: Buffer[] | null;

  constructor(bounds: AnswerBounds, expected: Buffer | undefined, connection: AnsweringConnection) {
    this.#bounds = bounds;
    this.#expected = expected;
    this.#connection = connection;
    this.#chunks = expected ? null : [];
    this.#settle = Promise.withResolvers();
    this.answer = this.#settle.promise;
  }

  get isSent(): boolean {
    return this.#controller !== undefined;
  }

  abort(reason: Error): void {
    if (this.#abortedWith) return;
    this.#abortedWith = reason;
    this.#settle.reject(reason);
    if (this.#controller) this.#controller.abort(reason);
    else this.#connection.abandoned();
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // It was ended while it waited for a connection, which must not be kept from others.
    if (this.#abortedWith) controller.abort(this.#abortedWith);
    else this.#controller = controller;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    this.#status = status;
    this.#headers = headers;
    this.#contentType = headerText(headers['content-type']) ?? '';
    this.#charset = charsetOf(this.#contentType);
    this.#codings = codingsOf(headers['content-encoding']);
    if (this.#codings.length > 0 || this.#charset !== UTF_8) this.#chunks = [];
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#chunks) {
      this.#chunks.push(chunk);
      return;
    }
    const end = this.#agreed + chunk.length;
    if (this.#expected && chunk.equals(this.#expected.subarray(this.#agreed, end))) {
      this.#agreed = end;
      return;
    }
    this.#diverge().push(chunk);
  }

  onResponseEnd(): void {
    this.#connection.ended();
    const complete = this.#expected !== undefined && this.#agreed === this.#expected.length;
    const chunks = this.#chunks ?? (complete ? null : this.#diverge());
    if (!chunks) this.#succeed(this.#expected ?? EMPTY);
    else this.#read(joinChunks(chunks));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#connection.ended();
    this.#settle.reject(this.#meaningOf(error));
  }

  /** Only a body that is long or coded takes more than this turn. */
  #read(body: Buffer | Promise<Buffer>): void {
    if (body instanceof Promise || this.#codings.length > 0) void this.#readLater(body);
    else this.#readNow(body);
  }

  async #readLater(joined: Buffer | Promise<Buffer>): Promise<void> {
    try {
      const body = await joined;
      // Where there is no body there is nothing to decode, whatever the headers say.
      const isCoded = body.length > 0 && this.#codings.length > 0;
      this.#readNow(isCoded ? await decoded(body, this.#codings, this.#bounds.responseBytes) : body);
    } catch (error) {
      this.#fail(error);
    }
  }

  #readNow(body: Buffer): void {
    try {
      this.#succeed(inUtf8(body, this.#charset));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** What a refusal says cannot be read, but that it is one can. */
  #fail(error: unknown): void {
    if (this.#status >= 300) this.#succeed(EMPTY);
    else this.#settle.reject(error);
  }

  #succeed(body: Buffer): void {
    this.#settle.resolve({
      status: this.#status,
      contentType: this.#contentType,
      retryAfter: headerText(this.#headers['retry-after']),
      body,
    });
  }

  #diverge(): Buffer[] {
    const same = this.#expected?.subarray(0, this.#agreed);
    this.#chunks = same && same.length > 0 ? [same] : [];
    return this.#chunks;
  }

  #meaningOf(error: Error): Error {
    const { name, responseBytes } = this.#bounds;
    if (error instanceof errors.ConnectTimeoutError) return new TimeoutError(name, error);
    if (error instanceof errors.ResponseExceededMaxSizeError) {
      return new ShapeError(`at most ${responseBytes} bytes`, error);
    }
    return new NetworkError(name, error);
  }
}

const EMPTY = Buffer.alloc(0);

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
