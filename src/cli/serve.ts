import cluster from 'node:cluster';
import type { Logger } from 'pino';
import type { AuthApi } from '../authapi/server.ts';
import type { Config } from '../config/settings.ts';
import type { ClaimPageToken } from '../gateway/transport/pages/page-token.ts';
import { isLoopback } from '../http/host-names.ts';
import { createCommandLogger } from './command-logger.ts';
import { issueTrialToken, startEmbeddedApi } from './embedded-api.ts';
import { adminPortOf, type GatewayTask, openGateway, type RunningGateway } from './gateway.ts';
import { keepRunning } from './keep-running.ts';
import { PageLinks } from './page-links.ts';
import { type ConfigSource, reloadOnDemand } from './reloading.ts';
import { describeEmbeddedApi, describeGateway, printLines } from './start-message.ts';
import { runWorker } from './worker.ts';
import { startWorkers } from './workers.ts';

/**
 * Runs the gateway, with the embedded API behind it where no other is configured, until a signal stops them. In a
 * process that such a command started to share its work, it is a gateway alone.
 *
 * @throws {StartError} one of them cannot listen; the other is then stopped.
 */
export async function serve(source: ConfigSource): Promise<void> {
  if (cluster.isWorker) return runWorker();
  const config = source.read();
  const logger = createCommandLogger(config);
  function runUntilStopped(gateway: RunningGateway, stop: () => Promise<void>): void {
    keepRunning(stop, logger);
    reloadOnDemand(config, source, (next) => gateway.reload(next), logger);
  }
  const ports = { port: config.port, adminPort: adminPortOf(config) };
  if (config.authorizationUrl !== null) {
    const upstreams = { authorizationUrl: config.authorizationUrl, workflowUrl: config.workflowUrl };
    const gateway = await openGateways(config, { ...upstreams, hasLinks: false, ...ports }, null, logger);
    runUntilStopped(gateway, () => gateway.stop());
    printLines(describeGateway(gateway, config, null, upstreams));
    return;
  }

  warnWhenReachable(config, logger);
  const flags = { hostFlag: '--authapi-host', portFlag: '--authapi-port' };
  const api = await startEmbeddedApi(config, true, flags, logger);
  try {
    const trial = await issueTrialToken(api, config.data);
    const links = trial !== null && mayGiveToken(config) ? new PageLinks(trial.token) : null;
    const task = {
      authorizationUrl: api.url,
      workflowUrl: config.workflowUrl ?? api.url,
      hasLinks: links !== null,
      ...ports,
    };
    const gateway = await openGateways(config, task, links, logger);
    runUntilStopped(gateway, () => stopInOrder(gateway, api));
    printLines([...describeGateway(gateway, config, links), ...describeEmbeddedApi(api, config.data, trial)]);
  } catch (error) {
    await api.stop();
    throw error;
  }
}

function openGateways(
  config: Config,
  task: GatewayTask,
  links: PageLinks | null,
  logger: Logger,
): Promise<RunningGateway> {
  const claim: ClaimPageToken = async (key) => links?.claim(key) ?? null;
  const open = config.workers === 1 ? openGateway : startWorkers;
  return open(config, task, claim, logger);
}

/** Pages get a token only where it does not travel over a network. */
function mayGiveToken({ seed, host, authapiHost }: Config): boolean {
  return (seed ?? true) && isLoopback(host) && isLoopback(authapiHost);
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

async function stopInOrder(gateway: RunningGateway, api: AuthApi): Promise<void> {
  await gateway.stop();
  await api.stop();
}
