import type { Logger } from 'pino';
import type { AuthApi } from '../authapi/server.ts';
import type { Config } from '../config/settings.ts';
import type { GatewayLimits, GatewayOptions } from '../gateway/options.ts';
import { createLogger } from '../logger.ts';
import { issueTrialToken, startEmbeddedApi, type TrialToken } from './embedded-api.ts';
import { letBuffersPass } from './garbage-collection.ts';
import { keepRunning } from './keep-running.ts';
import { isLoopback } from './loopback.ts';
import { explainStartFailure } from './start-error.ts';
import { describeEmbeddedApi, describeGateway, printLines } from './start-message.ts';

/** Where the gateway's upstreams are. */
type Upstreams = Pick<GatewayOptions, 'authorizationUrl' | 'workflowUrl'>;

/**
 * Runs the gateway, with the embedded API behind it where no other is configured, until a signal stops them.
 *
 * @throws {StartError} one of them cannot listen; the other is then stopped.
 */
export async function serve(config: Config): Promise<void> {
  const logger = createLogger(config.logLevel);
  if (config.authorizationUrl !== null) {
    const upstreams = { authorizationUrl: config.authorizationUrl, workflowUrl: config.workflowUrl };
    const gateway = await openGateway(config, upstreams, null, logger);
    keepRunning(() => gateway.stop(), logger);
    printLines(describeGateway(gateway.url, upstreams));
    return;
  }

  warnWhenReachable(config, logger);
  const flags = { hostFlag: '--authapi-host', portFlag: '--authapi-port' };
  const api = await startEmbeddedApi(config, true, flags, logger);
  try {
    const trial = await issueTrialToken(api, config.data);
    const upstreams = { authorizationUrl: api.url, workflowUrl: config.workflowUrl ?? api.url };
    const gateway = await openGateway(config, upstreams, landingPageToken(config, trial), logger);
    keepRunning(() => stopInOrder(gateway, api), logger);
    printLines([...describeGateway(gateway.url), ...describeEmbeddedApi(api, config.data, trial)]);
  } catch (error) {
    await api.stop();
    throw error;
  }
}

async function openGateway(
  config: Config,
  upstreams: Upstreams,
  token: string | null,
  logger: Logger,
): Promise<{ url: string; stop(): Promise<void> }> {
  letBuffersPass();
  const { startGateway } = await import('../gateway/server.ts');
  try {
    return await startGateway(gatewayOptions(config, upstreams, token, logger));
  } catch (error) {
    const { host, port } = config;
    throw explainStartFailure(error, { host, port, hostFlag: '--host', portFlag: '--port' });
  }
}

function gatewayOptions(
  config: Config,
  upstreams: Upstreams,
  landingPageToken: string | null,
  logger: Logger,
): GatewayOptions {
  const { host, port, corsOrigins, introspection, serviceKeyId: keyId, serviceKeySecret: keySecret } = config;
  return {
    host,
    port,
    ...upstreams,
    serviceKey: keyId !== null && keySecret !== null ? { keyId, keySecret } : null,
    workflowServiceKey: workflowServiceKey(config),
    corsOrigins,
    introspection,
    landingPageToken,
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

/** The landing page gets a token only where nobody but this machine can load it. */
function landingPageToken(config: Config, trial: TrialToken | null): string | null {
  const seeded = config.seed ?? true;
  return seeded && isLoopback(config.host) && isLoopback(config.authapiHost) ? (trial?.token ?? null) : null;
}

function warnWhenReachable(config: Config, logger: Logger): void {
  for (const host of new Set([config.host, config.authapiHost])) {
    if (isLoopback(host)) continue;
    logger.warn(
      { host },
      'The embedded API is for local use, and others may reach it on this interface: use a real Conductor (--authorization-url) for anything that matters',
    );
  }
}

async function stopInOrder(gateway: { stop(): Promise<void> }, api: AuthApi): Promise<void> {
  await gateway.stop();
  await api.stop();
}
