import { createServer } from 'node:http';
import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import cors from '@fastify/cors';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Logger } from 'pino';
import { letRefusedBodiesIn } from '../../http/refused-bodies.ts';
import { repeatedHeader } from '../../http/repeated-headers.ts';
import type { Admission } from '../admission/admission.ts';
import type { OperationContext } from '../context.ts';
import type { Executor } from '../execution/executor.ts';
import type { Streams } from '../streams/streams.ts';
import { clientAddress } from './client-address.ts';
import { answerClientError } from './client-errors.ts';
import { endConnectionsOnClose } from './end-connections.ts';
import { answerHttpError, answerHttpErrors, refuseMethod } from './http-errors.ts';
import { acceptJsonBodies } from './json-body.ts';
import type { OperationRequest } from './operation-request.ts';
import { type BuiltPagesOptions, serveBuiltPages } from './pages/built-pages.ts';
import { type LandingPageOptions, serveLandingPage } from './pages/landing-page.ts';
import { plainRequests } from './plain-requests.ts';
import { credentialOf, findOutCredential } from './request-credential.ts';
import { requestIdOf } from './request-id.ts';
import { answerStreams } from './streams/answer-streams.ts';
import { allowedOrigins } from './streams/origins.ts';
import { serveWebSockets } from './streams/web-sockets.ts';
import { whenClientLeaves } from './when-client-leaves.ts';

export interface AppOptions {
  readonly apollo: ApolloServer<OperationContext>;
  readonly executor: Executor;
  readonly admission: Pick<Admission, 'admitKnown'>;
  readonly createContext: (request: OperationRequest) => OperationContext;
  readonly streams: Streams;
  /** Origins that are configured now. */
  readonly corsOrigins: () => readonly string[];
  /** Addresses and networks of proxies in front. */
  readonly trustedProxies: readonly string[];
  readonly requestBytes: number;
  /** Milliseconds within which the headers of a request must arrive. */
  readonly headersMs: number;
  /** Milliseconds within which a whole request must arrive. */
  readonly requestMs: number;
  /** Null: there is none. */
  readonly landingPage: LandingPageOptions | null;
  /** Left out: none of them is served. */
  readonly builtPages?: BuiltPagesOptions;
  readonly logger: Logger;
}

/** A connection outlives the 60 s for which load balancers keep theirs, or they would now and then send into a closed one. */
const KEEP_ALIVE_MS = 72_000;

/** Puts the HTTP front together: `/graphql`, the pages, and `/health` for those who start us. */
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
  const addressOf = clientAddress(options.trustedProxies);
  const app = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.requestBytes,
    frameworkErrors: answerHttpError,
    clientErrorHandler: answerClientError,
    genReqId: ({ headers }) => requestIdOf(headers),
    serverFactory: (next) =>
      createServer(
        {
          keepAliveTimeout: KEEP_ALIVE_MS,
          headersTimeout: options.headersMs,
          requestTimeout: options.requestMs,
          connectionsCheckingInterval: Math.ceil(options.headersMs / 4),
        },
        plainRequests({ ...options, createContext, addressOf, isClosing: () => isClosing() }, next),
      ),
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    // What an answer says is for its caller, and true for a moment.
    reply.header('cache-control', 'no-store');
    reply.header('x-content-type-options', 'nosniff');
  });
  const origins = () => allowedOrigins(options.corsOrigins());
  await app.register(cors, {
    origin: (_origin, allow) => allow(null, origins()),
    methods: ['GET', 'POST'],
    exposedHeaders: ['x-request-id', 'retry-after'],
    maxAge: 600,
  });
  // After those that let pages read a refusal.
  app.addHook('onRequest', async ({ raw }) => {
    const repeated = repeatedHeader(raw);
    if (repeated) throw repeated;
  });
  acceptJsonBodies(app);
  answerHttpErrors(app);
  letRefusedBodiesIn(app);
  const isClosing = endConnectionsOnClose(app);
  const sockets = serveWebSockets(app.server, { ...options, addressOf, allowedOrigins: origins });
  app.addHook('preClose', async () => {
    options.streams.close();
    await sockets.close();
  });
  if (options.landingPage) await serveLandingPage(app, options.landingPage);
  const missing = options.builtPages ? await serveBuiltPages(app, options.builtPages) : [];
  if (missing.length > 0) {
    options.logger.warn({ missing }, 'Pages are not there, because they are not built: run "npm run pages"');
  }
  app.get('/health', () => ({ status: 'OK' }));
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    onRequest: findOutCredential(app),
    handler: answerStreams(
      { ...options, addressOf, allowedOrigins: origins },
      fastifyApolloHandler(options.apollo, {
        context: async (request, reply) =>
          createContext({
            id: request.id,
            headers: request.headers,
            credential: credentialOf(request),
            address: addressOf(request.raw),
            whenClientLeaves: whenClientLeaves(reply.raw),
          }),
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
