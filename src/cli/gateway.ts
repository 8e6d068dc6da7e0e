import type { Logger } from 'pino';
import type { Config } from '../config/settings.ts';
import type { GatewayLimits, GatewayOptions } from '../gateway/options.ts';
import { letBuffersPass } from './garbage-collection.ts';
import { explainStartFailure } from './start-error.ts';

/** What a gateway is told besides the configuration; it can be sent to another process. */
export interface GatewayTask {
  readonly authorizationUrl: string;
  readonly workflowUrl: string | null;
  /** Token for the landing page, if any. */
  readonly landingPageToken: string | null;
  /** The port that is listened on, where the configuration lets the system choose. */
  readonly port: number;
}

/** Something that answers GraphQL: one gateway, or several that share a port. */
export interface RunningGateway {
  /** Where it listens, without a path. */
  readonly url: string;
  /** Takes no new requests; resolves when those under way are answered. */
  stop(): Promise<void>;
}

/**
 * Starts a gateway as configured, in this process.
 *
 * @throws {StartError} it cannot listen.
 */
export async function openGateway(
  config: Config,
  task: GatewayTask,
  logger: Logger,
): Promise<RunningGateway> {
  letBuffersPass();
  const { startGateway } = await import('../gateway/server.ts');
  try {
    return await startGateway(gatewayOptions(config, task, logger));
  } catch (error) {
    const { host } = config;
    throw explainStartFailure(error, { host, port: task.port, hostFlag: '--host', portFlag: '--port' });
  }
}

function gatewayOptions(config: Config, task: GatewayTask, logger: Logger): GatewayOptions {
  const { host, corsOrigins, introspection, serviceKeyId: keyId, serviceKeySecret: keySecret } = config;
  return {
    ...task,
    host,
    serviceKey: keyId !== null && keySecret !== null ? { keyId, keySecret } : null,
    workflowServiceKey: workflowServiceKey(config),
    corsOrigins,
    introspection,
    limits: limitsOf(config),
    logger,
  };
}

function limitsOf(config: Config): GatewayLimits {
  const { requestBytes, responseBytes, restCalls, callMs, operationMs } = config;
  const { memoryBytes, shareReads, connections } = config;
  return {
    requestBytes,
    responseBytes,
    restCalls,
    callMs,
    operationMs,
    memoryBytes,
    shareReads,
    connections,
  };
}

/** The configuration has all four of them, or none. */
function workflowServiceKey(config: Config): GatewayOptions['workflowServiceKey'] {
  const { workflowOauthClientId: oauthClientId, workflowOauthClientSecret: oauthClientSecret } = config;
  const { workflowApiClientId: apiClientId, workflowApiClientSecret: apiClientSecret } = config;
  return oauthClientId && oauthClientSecret && apiClientId && apiClientSecret
    ? { oauthClientId, oauthClientSecret, apiClientId, apiClientSecret }
    : null;
}
