import { setTimeout } from 'node:timers/promises';
import { ApolloServer } from '@apollo/server';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { badUserInput, formatError } from '../../src/gateway/graph/kit/errors.ts';
import { currentUser, findUser, putUser } from '../../src/gateway/graph/users/rest.ts';
import { OperationContext } from '../../src/gateway/operation/context.ts';
import { createExecutor } from '../../src/gateway/operation/execution/executor.ts';
import type { OperationRequest } from '../../src/gateway/operation/operation-request.ts';
import { reportErrors, reportedErrors } from '../../src/gateway/operation/report-errors.ts';
import { STREAM_LIMITS, type StreamLimits } from '../../src/gateway/subscriptions/limits.ts';
import { readRights } from '../../src/gateway/subscriptions/read-rights.ts';
import { SkippedEvent } from '../../src/gateway/subscriptions/source-stream.ts';
import { Streams } from '../../src/gateway/subscriptions/streams.ts';
import { WriteBarrier } from '../../src/gateway/subscriptions/write-barrier.ts';
import { createApp } from '../../src/gateway/transport/http/app.ts';
import { openUpstream } from '../../src/gateway/upstream/upstream.ts';
import { createLogger } from '../../src/logger.ts';
import { LONG_WORK_LIMITS } from '../support/long-work-limits.ts';
import { sharedParts } from '../support/shared-parts.ts';
import { type Saying, Sayings } from './sayings.ts';

const typeDefs = `#graphql
  type Query { greeting: String! viewerId: String slow: String! fails: String }
  type Mutation { say(text: String!): String! rename(id: ID!, name: String!): String! }
  type Subscription {
    said(after: String): Saying
    "A live view of the last saying's first letter."
    initial: String
    "Only sayings that begin with the caller's id."
    toMe: String
    "Every event costs a read of this user, as the subscriber."
    userNamed(id: ID!): String
    refused: String
    broken: String
    breaks: Saying
  }
  type Saying { cursor: String! text: String! fails: String viewerId: String requestId: String }
`;

export interface FrontOptions {
  readonly limits?: Partial<StreamLimits>;
  readonly corsOrigins?: readonly string[];
  readonly restLimits?: { readonly operationMs?: number };
}

/** The gateway's front with a small schema, in front of a real authorization API, so that the transports can be tested. */
export interface Front {
  readonly url: string;
  readonly endpoint: string;
  /** The same for WebSockets. */
  readonly socketEndpoint: string;
  readonly sayings: Sayings;
  readonly logged: readonly Record<string, unknown>[];
  /** Waits until so many follow the feed. */
  followers(count: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startFront(authorizationUrl: string, options: FrontOptions = {}): Promise<Front> {
  const logged: Record<string, unknown>[] = [];
  const logger = createLogger('debug', { write: (line) => logged.push(JSON.parse(line)) });
  const sayings = new Sayings();
  const upstream = openUpstream({
    name: 'authorization API',
    url: authorizationUrl,
    connectMs: 1000,
    callMs: 5000,
    repeats: 0,
    pauseMs: 0,
    queuedCalls: 1000,
    ...LONG_WORK_LIMITS,
    connections: 64,
    responseBytes: 1_000_000,
    memoryBytes: 1_000_000,
    shareReads: true,
  });
  const executor = createExecutor(makeExecutableSchema({ typeDefs, resolvers: resolversOf(sayings) }));
  const apollo = new ApolloServer<OperationContext>({
    gateway: executor,
    formatError,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    plugins: [reportErrors(logger)],
  });
  await apollo.start();
  const gate = new WriteBarrier();
  const limits = {
    restCalls: 10,
    callMs: 2000,
    operationMs: 5000,
    ...LONG_WORK_LIMITS,
    ...options.restLimits,
  };
  const shared = sharedParts(upstream, upstream, limits, { wrote: () => gate.wrote() });
  const contextOf = (request: OperationRequest) => new OperationContext(shared, request);
  const streams = new Streams({
    createContext: contextOf,
    readRights,
    format: reportedErrors(logger),
    pay: async () => {},
    gate,
    limits: { ...STREAM_LIMITS, ...options.limits },
    now: Date.now,
  });
  const app = await createApp({
    apollo,
    executor,
    admission: { admitKnown: async () => true },
    createContext: contextOf,
    streams,
    corsOrigins: () => options.corsOrigins ?? [],
    trustedProxies: [],
    requestBytes: 10_000,
    headersMs: 10_000,
    requestMs: 30_000,
    host: '127.0.0.1',
    logger,
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    endpoint: `${url}/graphql`,
    socketEndpoint: `${url.replace('http', 'ws')}/graphql`,
    sayings,
    logged,
    async followers(count) {
      while (sayings.followers !== count) await setTimeout(5);
    },
    async stop() {
      await app.close();
      await apollo.stop();
      await upstream.close();
    },
  };
}

function resolversOf(sayings: Sayings) {
  const subscribe = () => sayings.follow(null);
  return {
    Query: {
      greeting: () => 'hello',
      viewerId: async (_: unknown, __: unknown, { authorization }: OperationContext) =>
        (await currentUser(authorization)).id,
      slow: () => setTimeout(300, 'done'),
      fails: () => {
        throw new TypeError('CANARY');
      },
    },
    Mutation: {
      say: (_: unknown, { text }: { text: string }) => {
        sayings.say(text);
        return text;
      },
      rename: async (_: unknown, { id, name }: { id: string; name: string }, context: OperationContext) => {
        await putUser(context.authorization, id, {
          name,
          roles: undefined,
          groups: undefined,
          contactInformation: undefined,
        });
        return name;
      },
    },
    Subscription: {
      said: {
        subscribe: (_: unknown, { after = null }: { after?: string | null }) => sayings.follow(after),
        resolve: (saying: Saying) => saying,
      },
      initial: {
        subscribe: () => ({ ...sayings.follow(null), isView: true }),
        resolve: ({ text }: Saying) => text[0],
      },
      toMe: {
        subscribe,
        async resolve({ text }: Saying, _: unknown, { authorization }: OperationContext) {
          const { id } = await currentUser(authorization);
          if (!text.startsWith(id)) throw new SkippedEvent();
          return text;
        },
      },
      userNamed: {
        subscribe,
        resolve: async (_: Saying, { id }: { id: string }, { authorization }: OperationContext) =>
          (await findUser(authorization, id))?.name,
      },
      refused: {
        subscribe: () => {
          throw badUserInput('This one never opens.');
        },
      },
      broken: {
        subscribe: () => {
          throw new TypeError('CANARY');
        },
      },
      breaks: {
        subscribe,
        resolve: () => {
          throw new TypeError('CANARY');
        },
      },
    },
    Saying: {
      fails: () => {
        throw new TypeError('CANARY');
      },
      viewerId: async (_: unknown, __: unknown, { authorization }: OperationContext) =>
        (await currentUser(authorization)).id,
      requestId: (_: unknown, __: unknown, { requestId }: OperationContext) => requestId,
    },
  };
}
