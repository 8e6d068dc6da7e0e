import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { AnsweredChanges } from './access-changes/answered.ts';
import { openChanges } from './changes/changes.ts';
import { startWatcher } from './changes/start-watcher.ts';
import { createContext, type OperationContext } from './context.ts';
import { actorOf } from './credentials/actor.ts';
import { credentialKey } from './credentials/credential-key.ts';
import { type Credentials, credentialsOf } from './credentials/credentials.ts';
import { formatError } from './errors.ts';
import { createExecutor } from './execution/executor.ts';
import { resultText } from './execution/result-text.ts';
import { createApp } from './http/app.ts';
import type { GatewayOptions } from './options.ts';
import { reportErrors } from './report-errors.ts';
import { buildSchema } from './schema.ts';
import { createRestClient } from './upstream/client.ts';
import { startOperation } from './upstream/operation.ts';
import { unconfiguredUpstream } from './upstream/unconfigured.ts';
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
  const open = (name: string, url: string) => openUpstream({ ...limits, name, url });
  const authorizationApi = open('authorization API', options.authorizationUrl);
  const workflowEngine = options.workflowUrl
    ? open('workflow engine', options.workflowUrl)
    : unconfiguredUpstream('workflow engine', 'Set workflowUrl (ROLEGRAPH_WORKFLOW_URL) to the URL of one.');
  const answeredChanges = new AnsweredChanges();
  const credentials = credentialsOf(authorizationApi, workflowEngine, options);
  const changes = options.changes ? openChanges(options.changes, logger) : null;

  const watch = options.changes?.watch ?? null;
  const watcher =
    changes && watch
      ? startWatcher(
          changes.feed,
          watch,
          {
            authorizationApi: options.serviceKey && authorizationApi,
            workflowEngine: options.workflowServiceKey && workflowEngine,
          },
          credentials({}),
          limits,
          logger,
        )
      : null;

  function contextOf(
    requestId: string,
    caller: Credentials,
    whenClientLeaves: (leave: () => void) => void,
  ): OperationContext {
    const operation = startOperation(limits, whenClientLeaves);
    return createContext({
      requestId,
      authorization: createRestClient(authorizationApi, operation, caller.authorization),
      workflowEngine: createRestClient(workflowEngine, operation, caller.workflowEngine),
      left: operation.left,
      callerKey: () => credentialKey(caller.authorization),
      answeredChanges,
      now: options.now ?? Date.now,
      changes,
      actor: () => actorOf(caller.authorization),
      next: (whenStreamEnds) => contextOf(requestId, caller, whenStreamEnds),
    });
  }

  const executor = createExecutor(buildSchema());
  const apollo = new ApolloServer<OperationContext>({
    gateway: executor,
    introspection: options.introspection,
    includeStacktraceInErrorResponses: false,
    formatError,
    stringifyResult: resultText,
    stopOnTerminationSignals: false,
    logger,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      reportErrors(logger),
    ],
  });
  await apollo.start();

  const app = await createApp({
    apollo,
    executor,
    createContext: ({ id, headers, whenClientLeaves }) =>
      contextOf(id, credentials(headers), whenClientLeaves),
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
      await watcher?.stop();
      changes?.close();
      await Promise.all([authorizationApi.close(), workflowEngine.close()]);
    },
  };
}
