import {
  createSourceEventStream,
  type ExecutionArgs,
  type GraphQLError,
  type GraphQLFormattedError,
} from 'graphql';
import { countedKeys } from '../credentials/caller-key.ts';
import type { SentCredential } from '../credentials/sent-credential.ts';
import type { OperationContext } from '../operation/context.ts';
import type { OpenStream, OperationRequest } from '../operation/operation-request.ts';
import { refusal, tokenRefusal, withHttpStatus } from '../operation/refusal.ts';
import type { Caller, Rights } from './caller.ts';
import { type Asks, createCallers } from './callers.ts';
import type { EventExecution } from './event-answer.ts';
import { EventAnswers } from './event-answers.ts';
import { EventStream } from './event-stream.ts';
import { type Held, Place } from './lease.ts';
import { HeldCounts } from './lease-counts.ts';
import type { StreamLimits } from './limits.ts';
import { momentOf } from './moment.ts';
import type { SourceStream } from './source-stream.ts';
import type { WriteBarrier } from './write-barrier.ts';

/** What came of an operation: a stream that waits to be delivered, or its answer. */
export type Opened<Answer> = { readonly stream: EventStream } | { readonly answer: Answer };

export interface StreamsOptions {
  readonly createContext: (request: OperationRequest) => OperationContext;
  /** Asks the upstreams about the tokens of a context. Throws what they say if they do not hold. */
  readonly readRights: (context: OperationContext, sent: SentCredential) => Promise<Rights>;
  /** Takes what an event costs from the points of whoever the context of its operation belongs to. */
  readonly pay: (caller: OperationContext['caller']) => Promise<void>;
  readonly format: (errors: readonly GraphQLError[], requestId: string) => readonly GraphQLFormattedError[];
  readonly gate: WriteBarrier;
  readonly limits: StreamLimits;
  readonly now: () => number;
  /** Told when a stream has opened. */
  readonly onOpen?: (requestId: string) => void;
  /** Told when it is over, with the code of the error that it ended with, if any. */
  readonly onEnd?: (code: string | null, requestId: string) => void;
}

/** What a stream takes from the request that opens it. */
type OpenRequest = Asks & Pick<OperationRequest, 'id' | 'whenClientLeaves' | 'onLongWork'>;

/** All streams of a gateway: opens them for every transport, holds them within limits, and ends them. */
export class Streams {
  readonly limits: StreamLimits;
  readonly #options: StreamsOptions;
  readonly #callerOf: (asks: Asks) => Caller;
  readonly #held = { streams: new Set<Held>(), sockets: new Set<Held>() };
  readonly #counts = { streams: new HeldCounts(), sockets: new HeldCounts() };
  readonly #answers: EventAnswers;
  #isClosing = false;

  constructor(options: StreamsOptions) {
    const { createContext, readRights, limits } = options;
    this.limits = limits;
    this.#options = options;
    this.#answers = new EventAnswers(options.gate);
    this.#callerOf = createCallers({
      tokenCheckMs: limits.tokenCheckMs,
      now: options.now,
      readRights(asks) {
        const context = createContext({ ...TOKEN_CHECK, ...asks, moment: momentOf({}) });
        return readRights(context, asks.credential).finally(() => context.observed?.streamWorkEnded());
      },
    });
  }

  /**
   * Executes an operation in a context in which a subscription may open its stream.
   *
   * @param execute executes it in this context, by Apollo Server.
   */
  async open<Answer>(
    { whenClientLeaves, ...asks }: OpenRequest,
    execute: (contextValue: OperationContext) => Promise<Answer>,
  ): Promise<Opened<Answer>> {
    let stream: EventStream | undefined;
    const openStream: OpenStream = async (args) => {
      const opened = await this.#subscribe(asks, args, () => this.#options.pay(context.caller));
      if (!(opened instanceof EventStream)) return { errors: opened.map(withHttpStatus) };
      stream = opened;
      whenClientLeaves(() => opened.leave());
      return {};
    };
    const context = this.#options.createContext({ ...asks, whenClientLeaves, openStream });
    const answer = await execute(context).catch((error: unknown) => {
      stream?.leave();
      throw error;
    });
    return stream ? { stream } : { answer };
  }

  /**
   * Holds a socket, which is ended together with its caller's streams.
   *
   * @returns what gives its place back.
   * @throws {GraphQLError} if the token is refused, or there are too many.
   */
  holdSocket(asks: Asks, socket: Held): Promise<() => void> {
    return this.#hold('sockets', asks, socket);
  }

  /** Ends every stream with its cursor, and opens none any more. */
  close(): void {
    this.#isClosing = true;
    for (const stream of this.#held.streams) stream.end('SERVER_SHUTDOWN');
  }

  async #subscribe(
    { id: requestId, ...asks }: Omit<OpenRequest, 'whenClientLeaves'>,
    args: ExecutionArgs,
    pay: EventExecution['pay'],
  ): Promise<EventStream | readonly GraphQLError[]> {
    const { createContext, readRights, format, gate, onOpen, onEnd } = this.#options;
    const place = new Place();
    const free = await this.#hold('streams', asks, place);
    const source = await createSourceEventStream(args).catch((error: unknown) => {
      free();
      throw error;
    });
    if (!(Symbol.asyncIterator in source)) {
      free();
      return source.errors ?? [];
    }
    const stream = new EventStream({
      requestId,
      source: source as SourceStream,
      key: questionOf(this.#callerOf(asks), args),
      answers: this.#answers,
      execution: {
        args,
        pay,
        createContext: (parts) => createContext({ ...parts, ...asks, openStream: null, streamWork: 'event' }),
        confirm: (context) => readRights(context, asks.credential),
      },
      format,
      gate,
      stallMs: this.limits.streamKeepAliveMs,
      onEnd: ({ endCode }) => {
        free();
        onEnd?.(endCode, requestId);
      },
    });
    onOpen?.(requestId);
    place.fill(stream);
    return stream;
  }

  async #hold(kind: 'streams' | 'sockets', asks: Asks, held: Held): Promise<() => void> {
    const { streams, streamsPerCaller } = this.limits;
    const all = this.#held[kind];
    if (this.#isClosing) throw refusal('SERVER_SHUTDOWN', 'The gateway stops');
    if (all.size >= streams) throw refusal('GATEWAY_FULL', `No more than ${streams} ${kind} are held`);
    const keys = countedKeys(asks.credential, asks.address);
    const counts = this.#counts[kind];
    if (counts.most(keys) >= streamsPerCaller) {
      const whom = asks.credential ? 'token' : 'address';
      throw refusal('TOO_MANY_STREAMS', `No more than ${streamsPerCaller} ${kind} are held for one ${whom}`);
    }
    const caller = this.#callerOf(asks);
    all.add(held);
    caller[kind].add(held);
    counts.add(keys);
    const free = () => {
      if (!all.delete(held)) return;
      caller[kind].delete(held);
      counts.remove(keys);
    };
    try {
      await caller.admit();
      return free;
    } catch (error) {
      free();
      throw tokenRefusal(error);
    }
  }
}

/** Numbers of callers and of documents, which tell them apart. */
const numbers = new WeakMap<object, number>();
let count = 0;

/** Names who asks what: streams of one name get the same answer to an event. */
function questionOf(caller: Caller, { document, operationName, variableValues }: ExecutionArgs): string {
  const variables = JSON.stringify(variableValues ?? {});
  return `${numberOf(caller)} ${numberOf(document)} ${operationName ?? ''} ${variables}`;
}

function numberOf(one: object): number {
  const known = numbers.get(one);
  if (known !== undefined) return known;
  count += 1;
  numbers.set(one, count);
  return count;
}

const TOKEN_CHECK = {
  id: 'token check',
  whenClientLeaves: () => {},
  openStream: null,
  streamWork: 'token check',
} as const;
