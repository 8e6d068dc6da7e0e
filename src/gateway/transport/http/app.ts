import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import cors from '@fastify/cors';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Logger } from 'pino';
import { letRefusedBodiesIn } from '../../../http/refused-bodies.ts';
import { repeatedHeader } from '../../../http/repeated-headers.ts';
import type { Admission } from '../../operation/admission/admission.ts';
import type { OperationContext } from '../../operation/context.ts';
import type { Executor } from '../../operation/execution/executor.ts';
import type { OperationRequest } from '../../operation/operation-request.ts';
import type { Streams } from '../../subscriptions/streams.ts';
import { answerStreams } from '../event-stream/answer-streams.ts';
import { type PagesOptions, servePages } from '../pages/pages.ts';
import { serveWebSockets } from '../websocket/web-sockets.ts';
import { clientAddress } from './client-address.ts';
import { answerClientError } from './client-errors.ts';
import { compressAnswers } from './compression.ts';
import { endConnectionsOnClose } from './end-connections.ts';
import { plainRequests } from './fast-path.ts';
import { forwardedAddress } from './forwarded-address.ts';
import { openFrontDoor } from './front-door.ts';
import { answerHttpError, answerHttpErrors, refuseMethod } from './http-errors.ts';
import { acceptJsonBodies } from './json-body.ts';
import { Origins } from './origins.ts';
import { publicUrlOf } from './public-url.ts';
import { credentialOf, findOutCredential } from './request-credential.ts';
import { requestIdOf } from './request-id.ts';
import { whenClientLeaves } from './when-client-leaves.ts';

export interface AppOptions {
  readonly apollo: ApolloServer<OperationContext>;
  readonly executor: Executor;
  readonly admission: Pick<Admission, 'admitKnown'>;
  readonly createContext: (request: OperationRequest) => OperationContext;
  readonly streams: Streams;
  /** Origins that are configured now. */
  readonly corsOrigins: () => readonly string[];
  /** The interface that is listened on. */
  readonly host: string;
  /** Hosts, besides that one, that requests may name. */
  readonly allowedHosts?: readonly string[];
  /** The URL below which clients find everything; null or left out: where the gateway listens. */
  readonly publicUrl?: string | null;
  /** Addresses and networks of proxies in front. */
  readonly trustedProxies: readonly string[];
  /** Whether long answers and files of pages are compressed for clients that ask for it; left out: they are not. */
  readonly compression?: boolean;
  readonly requestBytes: number;
  /** Milliseconds within which the headers of a request must arrive. */
  readonly headersMs: number;
  /** Milliseconds within which a whole request must arrive. */
  readonly requestMs: number;
  /** Left out: there are none. */
  readonly pages?: PagesOptions;
  readonly logger: Logger;
}

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
  const { compression = false } = options;
  const addressOf = clientAddress(options.trustedProxies);
  const forwardedOf = forwardedAddress(options.trustedProxies);
  const { origin: publicOrigin, base } = publicUrlOf(options.publicUrl);
  const origins = new Origins({ ...options, publicOrigin, forwardedOf });
  const app = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.requestBytes,
    frameworkErrors: answerHttpError,
    clientErrorHandler: answerClientError,
    genReqId: ({ headers }) => requestIdOf(headers),
    serverFactory: (next) =>
      openFrontDoor(
        {
          ...options,
          base,
          allowedHosts: [
            ...(options.allowedHosts ?? []),
            ...(publicOrigin ? [new URL(publicOrigin).hostname] : []),
          ],
          forwardedHosts: (request) => forwardedOf(request).hosts,
        },
        plainRequests(
          { ...options, compression, createContext, addressOf, isClosing: () => isClosing() },
          next,
        ),
      ),
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    // What an answer says is for its caller, and true for a moment.
    reply.header('cache-control', 'no-store');
    reply.header('x-content-type-options', 'nosniff');
  });
  await app.register(cors, {
    delegator: async ({ raw }: FastifyRequest) => ({
      origin: origins.mayRead(raw) ? true : [],
      methods: ['GET', 'POST'],
      exposedHeaders: ['x-request-id', 'retry-after'],
      maxAge: 600,
    }),
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
  const sockets = serveWebSockets(app.server, { ...options, addressOf, origins });
  app.addHook('preClose', async () => {
    options.streams.close();
    await sockets.close();
  });
  const missing = options.pages ? await servePages(app, options.pages, { base, origins, compression }) : [];
  if (missing.length > 0) {
    options.logger.warn({ missing }, 'Pages are not there, because they are not built: run "npm run pages"');
  }
  app.get('/health', () => ({ status: 'OK' }));
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    onRequest: findOutCredential(app),
    ...(compression && { onSend: compressAnswers }),
    handler: answerStreams(
      { ...options, addressOf, origins },
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
