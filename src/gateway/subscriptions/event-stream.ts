import type { GraphQLFormattedError } from 'graphql';
import { type FormattedExecutionResult, GraphQLError } from 'graphql';
import type { EventExecution } from './event-answer.ts';
import type { EventAnswer, EventAnswers, PendingAnswer } from './event-answers.ts';
import type { SourceStream } from './source-stream.ts';
import { type StreamEndCode, StreamEnded, streamEndError } from './stream-end.ts';
import type { WriteBarrier } from './write-barrier.ts';

/** Hands a message to the client, at once. A promise asks to wait before the next one: the client is behind. */
export type Send = (message: FormattedExecutionResult) => Promise<void> | undefined;

/** What one stream is made from. */
export interface EventStreamParts {
  /** Request id of the operation that opened it; each event adds its number. */
  readonly requestId: string;
  readonly source: SourceStream;
  readonly execution: EventExecution;
  /** Names the whole credential, the operation and its variables: streams of the same name may share answers. */
  readonly key: string;
  readonly answers: EventAnswers;
  /** Writes errors as clients see them. */
  format(errors: readonly GraphQLError[], requestId: string): readonly GraphQLFormattedError[];
  readonly gate: WriteBarrier;
  /** How long a client may take nothing, in milliseconds. */
  readonly stallMs: number;
  /** Told once, when it is over. */
  onEnd(stream: EventStream): void;
}

/** A message that meets writes twice is given up after this, since they wait for it. */
const HOLD_MS = 1000;

/**
 * One subscription under way: takes an event, executes the operation on it, sends what comes of it, and only then takes
 * the next.
 */
export class EventStream {
  readonly #parts: EventStreamParts;
  readonly #events: AsyncIterator<object>;
  #interrupt: (() => void) | null = null;
  #isOver = false;
  #isWaiting = false;
  #error: GraphQLFormattedError | null = null;
  /** The place after what was sent last. */
  #cursor: string | null;
  #count = 0;
  #pending: PendingAnswer | null = null;
  #digest: string | null = null;

  constructor(parts: EventStreamParts) {
    this.#parts = parts;
    this.#cursor = parts.source.cursor ?? null;
    this.#events = parts.source[Symbol.asyncIterator]();
  }

  /**
   * Sends messages until the stream ends.
   *
   * @returns the error that it ended with, to be told to the client; null where it came to its end, or the client left.
   */
  async deliver(send: Send): Promise<GraphQLFormattedError | null> {
    try {
      while (!this.#isOver) {
        const next = await this.#nextEvent();
        if (next === null) break;
        await this.#unlessOver(this.#tell(next, send));
      }
    } catch (error) {
      this.#fail(error);
    }
    this.leave();
    return this.#error;
  }

  /** `extensions.code` of the error that it ended with; null where there is none. */
  get endCode(): string | null {
    const code = this.#error?.extensions?.['code'];
    return typeof code === 'string' ? code : null;
  }

  /** Ends it at once, for a reason that its client is told together with the cursor. */
  end(code: StreamEndCode): void {
    if (this.#isOver) return;
    this.#error = streamEndError(code, this.#resumeAt, this.#parts.requestId);
    this.leave();
  }

  /** Ends it without a word, since its client has left. */
  leave(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#parts.onEnd(this);
    this.#interrupt?.();
    this.#pending?.leave();
    // Whatever the source has to say about its end, nobody is there to hear it.
    Promise.resolve(this.#events.return?.()).catch(() => {});
  }

  /** While nothing is in hand, the source knows best how far it has come. */
  get #resumeAt(): string | null {
    return (this.#isWaiting && this.#parts.source.cursor) || this.#cursor;
  }

  async #nextEvent(): Promise<object | null> {
    const pending = this.#events.next();
    this.#isWaiting = true;
    const next = await this.#unlessOver(pending);
    this.#isWaiting = false;
    return next === undefined || next.done ? null : next.value;
  }

  /** Sends what comes of an event, if nothing speaks against it; resolves when there may be a next one. */
  async #tell(event: object, send: Send): Promise<void> {
    const pending = this.#begin(event);
    const answer = await this.#answer(pending);
    if (this.#parts.gate.writes === pending.writes) await this.#taken(this.#send(answer, event, send));
    else await this.#tellAgain(event, send);
  }

  /** Does it over, since something was written meanwhile. What is written from now on is acknowledged afterwards. */
  async #tellAgain(event: object, send: Send): Promise<void> {
    const letGo = this.#parts.gate.hold();
    const timer = setTimeout(() => this.end('UNCHECKED_EVENT'), HOLD_MS);
    let taken: Promise<void> | undefined;
    try {
      taken = this.#send(await this.#answer(this.#begin(event)), event, send);
    } finally {
      clearTimeout(timer);
      letGo();
    }
    await this.#taken(taken);
  }

  #begin(event: object): PendingAnswer {
    this.#count += 1;
    const { answers, key, execution } = this.#parts;
    this.#pending = answers.answer(key, execution, event, this.#requestId);
    return this.#pending;
  }

  async #answer({ answer }: PendingAnswer): Promise<EventAnswer | null> {
    try {
      return await answer;
    } finally {
      this.#pending = null;
    }
  }

  /** Sends an answer in the very turn in which it was found to be still true. */
  #send(answer: EventAnswer | null, event: object, send: Send): Promise<void> | undefined {
    if (this.#isOver) return;
    const isNews = answer !== null && this.#isNews(answer);
    if (this.#cursor !== null) this.#cursor = cursorOf(event) ?? this.#cursor;
    if (!isNews) return;
    const { result, message } = answer;
    if (!result.errors) return send(message);
    return send({ ...message, errors: this.#parts.format(result.errors, this.#requestId) });
  }

  /** Tells whether a live view has another answer than the one that was sent last. */
  #isNews({ digest }: EventAnswer): boolean {
    if (!this.#parts.source.isView) return true;
    const isNews = digest !== this.#digest;
    this.#digest = digest;
    return isNews;
  }

  /** Waits until the client has taken a message, as long as it may take. */
  async #taken(taken: Promise<void> | undefined): Promise<void> {
    if (!taken) return;
    const timer = setTimeout(() => this.end('SLOW_CONSUMER'), this.#parts.stallMs);
    await taken.finally(() => clearTimeout(timer));
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    if (error instanceof StreamEnded) {
      this.end(error.code);
      return;
    }
    const cursor = this.#resumeAt;
    for (const formatted of this.#parts.format([asGraphQLError(error)], this.#requestId)) {
      this.#error = {
        ...formatted,
        extensions: { ...(cursor !== null && { cursor }), ...formatted.extensions },
      };
    }
  }

  get #requestId(): string {
    return `${this.#parts.requestId}.${this.#count}`;
  }

  /** Waits for something, but not beyond the end of the stream. A race with one promise of the end would grow forever. */
  #unlessOver<T>(pending: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      this.#interrupt = () => resolve(undefined);
      if (this.#isOver) resolve(undefined);
      pending.then(resolve, reject);
    });
  }
}

function cursorOf(event: object): string | null {
  return 'cursor' in event && typeof event.cursor === 'string' ? event.cursor : null;
}

function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  return new GraphQLError('a stream failed', {
    originalError: error instanceof Error ? error : new Error(String(error)),
  });
}
