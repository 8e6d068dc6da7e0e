import { setTimeout } from 'node:timers/promises';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { openChanges } from './changes/changes.ts';
import { createWatcher } from './changes/detection/create-watcher.ts';
import { credentialsOf, ownSecrets } from './credentials/credentials.ts';
import { IdempotencyStore } from './graph/bulk-changes/idempotency-store.ts';
import { formatError, withoutSuggestions } from './graph/kit/errors.ts';
import { Admission } from './operation/admission/admission.ts';
import { admitOperations } from './operation/admission/admission-plugin.ts';
import { PersistedOperations } from './operation/admission/persisted-operations/persisted-operations.ts';
import { openPointLimits } from './operation/admission/rate-limit/point-limits.ts';
import { OperationContext, type SharedParts } from './operation/context.ts';
import { createExecutor } from './operation/execution/executor.ts';
import { resultText } from './operation/execution/result-text.ts';
import { legacyStatus } from './operation/legacy-status.ts';
import { Observation } from './operation/observation/observation.ts';
import { observeOperations } from './operation/observation/observe-operations.ts';
import { tellCalls } from './operation/observation/upstream-trace.ts';
import type { OperationRequest } from './operation/operation-request.ts';
import { reportErrors, reportedErrors } from './operation/report-errors.ts';
import { spareSecrets } from './operation/spare-secrets.ts';
import type { GatewayOptions, ReloadableOptions, UpstreamConnection } from './options.ts';
import { buildSchema } from './schema.ts';
import { STREAM_LIMITS } from './subscriptions/limits.ts';
import { readRights } from './subscriptions/read-rights.ts';
import { Streams } from './subscriptions/streams.ts';
import { WriteBarrier } from './subscriptions/write-barrier.ts';
import { openAdmin } from './telemetry/admin/admin.ts';
import { logFailures } from './telemetry/log/log-failures.ts';
import { logPauses } from './telemetry/log/log-open-circuits.ts';
import { operationLog } from './telemetry/log/operation-log.ts';
import { createApp } from './transport/http/app.ts';
import { KnownSecrets } from './upstream/client/known-secrets.ts';
import { unconfiguredUpstream } from './upstream/unconfigured.ts';
import { openUpstream } from './upstream/upstream.ts';

/** A gateway that listens. */
export interface Gateway {
  /** Where it listens, without a path. */
  readonly url: string;
  /** Where operators look, without a path; null: nowhere. */
  readonly adminUrl: string | null;
  /** Goes on under other options: for the operations and streams that come, and where it can be for those under way. */
  reload(options: ReloadableOptions): void;
  /** Is not ready any more; after a while takes no new requests, waits for those under way but for long work, and closes the connections upstream. */
  stop(): Promise<void>;
}

/**
 * Starts the gateway: GraphQL in, REST out.
 *
 * @throws if the port is taken, or the schema and its resolvers do not fit.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { logger } = options;
  // Whatever is opened is closed again, in reverse, when a later step fails.
  await using opened = new AsyncDisposableStack();
  // One object for as long as the gateway runs: who needs a limit reads it there when it needs it.
  const limits = { ...options.limits };
  const streamLimits = { ...STREAM_LIMITS, ...options.streams };
  let { corsOrigins, drainMs } = options;
  const admin = await openAdmin(options);
  opened.defer(() => admin.close());
  const observersOf = ({ logOperations }: Pick<GatewayOptions, 'logOperations'>) => [
    ...admin.observers,
    ...(options.observers ?? []),
    ...operationLog(logger, logOperations),
  ];
  const observation = new Observation(observersOf(options), options.tellCalls);
  const secrets = new KnownSecrets(ownSecrets(options));
  const open = (name: string, url: string, connection?: UpstreamConnection) => {
    const upstream = openUpstream({ ...limits, ...connection, name, url, secrets });
    opened.defer(() => upstream.close());
    admin.watch(upstream.guard);
    logPauses(upstream.guard, logger);
    logFailures(upstream.guard, url, logger);
    return upstream;
  };
  const authorizationApi = open(
    'authorization API',
    options.authorizationUrl,
    options.authorizationConnection,
  );
  const workflowEngine = options.workflowUrl
    ? open('workflow engine', options.workflowUrl, options.workflowConnection)
    : unconfiguredUpstream('workflow engine', 'Set workflowUrl (ROLEGRAPH_WORKFLOW_URL) to the URL of one.');
  const pointLimits = openPointLimits(options, logger);
  opened.defer(() => pointLimits.close());
  const credentials = credentialsOf(authorizationApi, workflowEngine, options);
  const changes = options.changes ? openChanges(options.changes, logger) : null;
  if (changes) admin.watchJournal(changes.feed);
  opened.defer(() => changes?.close());

  const watch = options.changes?.watch ?? null;
  const watcher =
    changes && watch
      ? createWatcher(
          changes,
          watch,
          {
            authorizationApi: options.serviceKey && authorizationApi,
            workflowEngine: options.workflowServiceKey && workflowEngine,
          },
          credentials,
          limits,
          logger,
        ).start()
      : null;
  opened.defer(() => watcher?.stop());

  const gate = new WriteBarrier();
  const now = options.now ?? Date.now;

  const shared: SharedParts = {
    limits,
    authorizationApi,
    workflowEngine,
    credentials,
    observation,
    idempotencyStore: new IdempotencyStore(),
    changes,
    signIns: pointLimits.signIns,
    now,
    wrote: () => gate.wrote(),
  };
  const contextOf = (request: OperationRequest) => new OperationContext(shared, request);

  const { introspection, federation } = options;
  const schema = buildSchema(federation ? (await import('./federation/subgraph.ts')).subgraph() : undefined);
  const persistedOperations = new PersistedOperations(options.persistedOperations, logger);
  const admission = new Admission({
    schema,
    limits,
    introspection,
    persistedOperations,
    rateLimit: pointLimits.operations,
  });
  const executor = createExecutor(schema, limits.memoryBytes);
  const apollo = new ApolloServer<OperationContext>({
    gateway: executor,
    // Documents are read, validated and kept by the admission.
    documentStore: null,
    persistedQueries: { cache: persistedOperations, ttl: null },
    introspection: true,
    includeStacktraceInErrorResponses: false,
    formatError: introspection ? formatError : withoutSuggestions,
    stringifyResult: resultText,
    stopOnTerminationSignals: false,
    logger,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      admitOperations(admission, observation, persistedOperations),
      reportErrors(logger),
      observeOperations(),
      tellCalls(observation),
      // Apollo Server would time each field of a subgraph for its own platform.
      ...(federation ? [ApolloServerPluginInlineTraceDisabled()] : []),
      legacyStatus(),
      spareSecrets(),
    ],
  });
  await apollo.start();
  opened.defer(() => apollo.stop());

  const streams = new Streams({
    createContext: contextOf,
    readRights,
    format: reportedErrors(logger),
    pay: (caller) => admission.payForEvent(caller),
    gate,
    limits: streamLimits,
    now,
    onOpen: (requestId) => observation.streamOpened(requestId),
    onEnd: (code, requestId) => observation.streamEnded(code, requestId),
  });

  const app = await createApp({
    apollo,
    executor,
    admission,
    createContext: contextOf,
    streams,
    corsOrigins: () => corsOrigins,
    host: options.host,
    allowedHosts: options.allowedHosts ?? [],
    publicUrl: options.publicUrl ?? null,
    trustedProxies: options.trustedProxies,
    compression: options.compression ?? false,
    requestBytes: limits.requestBytes,
    headersMs: limits.headersMs,
    requestMs: limits.requestMs,
    pages: {
      landingPage: options.landingPage,
      explorer: options.explorer ?? false,
      console: options.console ?? false,
      asksForCalls: options.tellCalls ?? false,
      claimToken: options.claimPageToken ?? null,
    },
    logger,
  });

  opened.defer(() => app.close());
  const url = await app.listen({ host: options.host, port: options.port });
  admin.readiness.serve();
  const running = opened.move();

  return {
    url,
    adminUrl: admin.url,
    reload(next) {
      Object.assign(limits, next.limits);
      Object.assign(streamLimits, next.streams);
      ({ corsOrigins, drainMs } = next);
      for (const { guard } of [authorizationApi, workflowEngine]) guard.adjust(next.limits);
      persistedOperations.adjust(next.persistedOperations);
      pointLimits.adjust(next);
      admission.adjust(pointLimits.operations);
      observation.adjust(observersOf(next), next.tellCalls);
    },
    async stop() {
      admin.readiness.drain();
      await setTimeout(drainMs ?? 0);
      for (const { guard } of [authorizationApi, workflowEngine]) guard.longWork.queue.close();
      await running.disposeAsync();
    },
  };
}
