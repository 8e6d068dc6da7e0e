import { createServer } from 'node:http';
import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import cors from '@fastify/cors';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Logger } from 'pino';
import { letRefusedBodiesIn } from '../../http/refused-bodies.ts';
import type { OperationContext } from '../context.ts';
import type { Executor } from '../execution/executor.ts';
import type { Streams } from '../streams/streams.ts';
import { endConnectionsOnClose } from './end-connections.ts';
import { answerHttpError, answerHttpErrors, refuseMethod } from './http-errors.ts';
import { type LandingPageOptions, serveLandingPage } from './landing-page.ts';
import type { OperationRequest } from './operation-request.ts';
import { plainRequests } from './plain-requests.ts';
import { requestIdOf } from './request-id.ts';
import { answerStreams } from './streams/answer-streams.ts';
import { allowedOrigins } from './streams/origins.ts';
import { serveWebSockets } from './streams/web-sockets.ts';
import { whenClientLeaves } from './when-client-leaves.ts';

export interface AppOptions {
  readonly apollo: ApolloServer<OperationContext>;
  readonly executor: Executor;
  readonly createContext: (request: OperationRequest) => OperationContext;
  readonly streams: Streams;
  readonly corsOrigins: readonly string[];
  readonly requestBytes: number;
  readonly landingPage: LandingPageOptions;
  readonly logger: Logger;
}

/** A connection outlives the 60 s for which load balancers keep theirs, or they would now and then send into a closed one. */
const KEEP_ALIVE_MS = 72_000;

/** Puts the HTTP front together: `/graphql`, the landing page at `/`, and `/health` for those who start us. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const loggerInstance: FastifyBaseLogger = options.logger;
  const createContext = (operation: OperationRequest) => {
    try {
      return options.createContext(operation);
    } catch (error) {
      // Apollo masks it, and knows no request id to log it under.
      options.logger.error({ requestId: operation.id, err: error }, 'a request failed');
      throw error;
    }
  };
  const app = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.requestBytes,
    frameworkErrors: answerHttpError,
    genReqId: ({ headers }) => requestIdOf(headers),
    serverFactory: (next) =>
      createServer(
        { keepAliveTimeout: KEEP_ALIVE_MS },
        plainRequests({ ...options, createContext, isClosing: () => isClosing() }, next),
      ),
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    // What an answer says is for its caller, and true for a moment.
    reply.header('cache-control', 'no-store');
  });
  const origins = allowedOrigins(options.corsOrigins);
  await app.register(cors, {
    origin: origins,
    methods: ['GET', 'POST'],
    exposedHeaders: ['x-request-id', 'retry-after'],
    maxAge: 600,
  });
  answerHttpErrors(app);
  letRefusedBodiesIn(app);
  const isClosing = endConnectionsOnClose(app);
  const sockets = serveWebSockets(app.server, { ...options, allowedOrigins: origins });
  app.addHook('preClose', async () => {
    options.streams.close();
    await sockets.close();
  });
  serveLandingPage(app, options.landingPage);
  app.get('/health', () => ({ status: 'OK' }));
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler: answerStreams(
      { ...options, allowedOrigins: origins },
      fastifyApolloHandler(options.apollo, {
        context: async ({ id, headers }, reply) =>
          createContext({ id, headers, whenClientLeaves: whenClientLeaves(reply.raw) }),
      }),
    ),
  });
  app.route({
    method: ['PUT', 'PATCH', 'DELETE'],
    url: '/graphql',
    handler: (_request, reply) => refuseMethod(reply, ['GET', 'POST']),
  });
  return app;
}
