import type { Logger } from 'pino';
import type { Config } from '../config/settings.ts';
import { traceExport } from '../config/trace-export.ts';
import {
  OperationListError,
  readOperationList,
} from '../gateway/operation/admission/persisted-operations/operation-list.ts';
import type { PersistedOperationsOptions } from '../gateway/operation/admission/persisted-operations/persisted-operations.ts';
import type { Allowance } from '../gateway/operation/admission/rate-limit/point-limit.ts';
import type { GatewayOptions, ReloadableOptions } from '../gateway/options.ts';
import type { Tracing } from '../gateway/telemetry/tracing/open-tracing.ts';
import type { ClaimPageToken } from '../gateway/transport/pages/page-token.ts';
import { version } from '../release.ts';
import { cannotKeep, changesOptions } from './changes-options.ts';
import { letBuffersPass } from './garbage-collection.ts';
import { limitsOf, streamLimitsOf } from './limits.ts';
import { explainStartFailure, type Listener, StartError } from './start-error.ts';
import { upstreamConnection } from './upstream-connection.ts';

/** What a gateway is told besides the configuration; it can be sent to another process. */
export interface GatewayTask {
  readonly authorizationUrl: string;
  readonly workflowUrl: string | null;
  /** Whether links were printed that give the pages a token. */
  readonly hasLinks: boolean;
  /** The port that is listened on, where the configuration lets the system choose. */
  readonly port: number;
  /** The port for operators; null for none. */
  readonly adminPort: number | null;
}

/** Something that answers GraphQL: one gateway, or several that share a port. */
export interface RunningGateway {
  /** Where it listens, without a path. */
  readonly url: string;
  /** Where operators look at it, or at the first of them, without a path; null: nowhere. */
  readonly adminUrl: string | null;
  /**
   * Goes on under another configuration, as far as that needs no restart.
   *
   * @throws {StartError} it cannot be used; nothing is changed.
   */
  reload(config: Config): void;
  /** Takes no new requests; resolves when those under way are answered. */
  stop(): Promise<void>;
}

/**
 * Starts a gateway as configured, in this process.
 *
 * @throws {StartError} it cannot listen, or not keep changes.
 */
export async function openGateway(
  config: Config,
  task: GatewayTask,
  claimPageToken: ClaimPageToken,
  logger: Logger,
): Promise<RunningGateway> {
  letBuffersPass();
  const [{ startGateway }, tracing] = await Promise.all([
    import('../gateway/server.ts'),
    startTracing(logger),
  ]);
  try {
    const gateway = await startGateway({
      ...gatewayOptions(config, task, logger),
      claimPageToken: task.hasLinks ? claimPageToken : null,
      ...(tracing && { observers: [tracing.observer] }),
    });
    return {
      ...gateway,
      reload(next) {
        const reloadable = reloadableOptions(next);
        logger.level = next.logLevel;
        gateway.reload(reloadable);
      },
      stop: () => gateway.stop().finally(() => tracing?.close()),
    };
  } catch (error) {
    await tracing?.close();
    if (isAboutFile(error)) throw new StartError(cannotKeep(config, error));
    throw explainStartFailure(error, listenerOf(error, config, task));
  }
}

/** Traces are exported where the environment asks for it; else nothing of it is even loaded. */
async function startTracing(logger: Logger): Promise<Tracing | null> {
  const asked = traceExport();
  if (asked === null) return null;
  if ('fault' in asked) {
    logger.warn({ reason: asked.fault }, 'No traces are exported');
    return null;
  }
  const { openTracing } = await import('../gateway/telemetry/tracing/open-tracing.ts');
  return openTracing(asked.format, version, logger);
}

/** Finds which of its two ports a gateway could not have. */
function listenerOf(error: unknown, { host, adminHost }: Config, { port, adminPort }: GatewayTask): Listener {
  const isAdmin = error instanceof Error && 'port' in error && error.port === adminPort && adminPort !== port;
  return isAdmin
    ? { host: adminHost, port: adminPort ?? 0, hostFlag: '--admin-host', portFlag: '--admin-port' }
    : { host, port, hostFlag: '--host', portFlag: '--port' };
}

/** The port for operators that a configuration asks for; null for none. */
export function adminPortOf({ port, adminPort }: Config): number | null {
  if (adminPort === 'off') return null;
  return adminPort ?? (port === 0 || port === LAST_PORT ? 0 : port + 1);
}

const LAST_PORT = 65_535;

function gatewayOptions(config: Config, task: GatewayTask, logger: Logger): GatewayOptions {
  const {
    host,
    adminHost,
    allowedHosts,
    introspection,
    landingPage,
    explorer,
    console,
    federation,
    serviceKeyId: keyId,
    serviceKeySecret: keySecret,
  } = config;
  return {
    ...task,
    ...reloadableOptions(config),
    host,
    ...connectionsOf(config),
    allowedHosts,
    publicUrl: config.publicUrl,
    compression: config.compression,
    admin: task.adminPort === null ? null : { host: adminHost, port: task.adminPort, allowedHosts },
    serviceKey: keyId !== null && keySecret !== null ? { keyId, keySecret } : null,
    workflowServiceKey: workflowServiceKey(config),
    introspection,
    changes: changesOptions(config, logger),
    landingPage,
    explorer,
    console,
    federation,
    limits: limitsOf(config),
    trustedProxies: config.trustedProxies,
    redisUrl: config.redisUrl,
    logger,
  };
}

/** The embedded API is on this machine, and takes no settings of connections. */
function connectionsOf(
  config: Config,
): Pick<GatewayOptions, 'authorizationConnection' | 'workflowConnection'> {
  const { authorizationUrl, workflowUrl } = config;
  return {
    ...(authorizationUrl !== null && {
      authorizationConnection: upstreamConnection(authorizationUrl, 'authorization', config),
    }),
    ...(workflowUrl !== null && {
      workflowConnection: upstreamConnection(workflowUrl, 'workflow', config),
    }),
  };
}

/**
 * Makes of a configuration what a running gateway can be given anew.
 *
 * @throws {StartError} the list of persisted operations cannot be used.
 */
export function reloadableOptions(config: Config): ReloadableOptions {
  const { corsOrigins, logOperations, tellCalls, drainMs } = config;
  return {
    corsOrigins,
    logOperations,
    tellCalls: tellCalls ?? config.authorizationUrl === null,
    drainMs,
    limits: limitsOf(config),
    persistedOperations: persistedOperations(config),
    rateLimit: allowance(config.ratePoints, config.rateSeconds),
    signInLimit: allowance(config.signInAttempts, 60),
    streams: streamLimitsOf(config),
  };
}

/** Opening the journal is the only thing that uses a file here. */
function isAboutFile(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  return code === 'ERR_SQLITE_ERROR' || syscall === 'mkdir' || syscall === 'open';
}

function allowance(points: number, seconds: number): Allowance | null {
  return points === 0 ? null : { points, windowMs: seconds * 1000 };
}

function persistedOperations(config: Config): PersistedOperationsOptions {
  const { persistedOperations: mode, persistedOperationsFile: file, apqBytes } = config;
  try {
    return { mode, list: file === null ? new Map() : readOperationList(file), apqBytes };
  } catch (error) {
    throw error instanceof OperationListError ? new StartError(error.message) : error;
  }
}

/** The configuration has all four of them, or none. */
function workflowServiceKey(config: Config): GatewayOptions['workflowServiceKey'] {
  const { workflowOauthClientId: oauthClientId, workflowOauthClientSecret: oauthClientSecret } = config;
  const { workflowApiClientId: apiClientId, workflowApiClientSecret: apiClientSecret } = config;
  return oauthClientId && oauthClientSecret && apiClientId && apiClientSecret
    ? { oauthClientId, oauthClientSecret, apiClientId, apiClientSecret }
    : null;
}
