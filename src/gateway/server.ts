import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { createContext, type OperationContext } from './context.ts';
import { callerCredential, tokenOf } from './credentials/caller.ts';
import { serviceCredential } from './credentials/service.ts';
import { formatError } from './errors.ts';
import { createApp } from './http/app.ts';
import type { GatewayOptions } from './options.ts';
import { reportErrors } from './report-errors.ts';
import { buildSchema } from './schema.ts';
import { startOperation } from './upstream/operation.ts';
import { openUpstream } from './upstream/upstream.ts';

/** A gateway that listens. */
export interface Gateway {
  /** Where it listens, without a path. */
  readonly url: string;
  /** Takes no new requests, waits for those under way, and closes the connections upstream. */
  stop(): Promise<void>;
}

/**
 * Starts the gateway: GraphQL in, REST out.
 *
 * @throws if the port is taken, or the schema and its resolvers do not fit.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { limits, logger } = options;
  const authorizationApi = openUpstream({
    name: 'authorization API',
    url: options.authorizationUrl,
    connections: limits.connections,
    responseBytes: limits.responseBytes,
  });
  const service =
    options.serviceKey && serviceCredential(authorizationApi, options.serviceKey, limits.callMs);

  const apollo = new ApolloServer<OperationContext>({
    schema: buildSchema(),
    introspection: options.introspection,
    includeStacktraceInErrorResponses: false,
    formatError,
    stopOnTerminationSignals: false,
    logger,
    plugins: [ApolloServerPluginLandingPageDisabled(), reportErrors(logger)],
  });
  await apollo.start();

  const app = await createApp({
    apollo,
    createContext: ({ id, headers, clientGone }) => {
      const token = tokenOf(headers);
      const credential = token === null && service ? service : callerCredential(token);
      return createContext(id, authorizationApi, startOperation(limits, clientGone), credential);
    },
    corsOrigins: options.corsOrigins,
    requestBytes: limits.requestBytes,
    landingPage: { token: options.landingPageToken },
    logger,
  });

  return {
    url: await app.listen({ host: options.host, port: options.port }),
    async stop() {
      await app.close();
      await apollo.stop();
      await authorizationApi.close();
    },
  };
}
