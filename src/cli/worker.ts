import { once } from 'node:events';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Config } from '../config/settings.ts';
import { createLogger } from '../logger.ts';
import { openGateway, type RunningGateway } from './gateway.ts';
import { keepRunning } from './keep-running.ts';
import { claimFromStarter } from './worker-claims.ts';

const task = z.object({
  authorizationUrl: z.string(),
  workflowUrl: z.string().nullable(),
  hasLinks: z.boolean(),
  port: z.int(),
  adminPort: z.int().nullable(),
});

/** What a worker reports when it has started, or cannot. */
export const workerReport = z.union([
  z.object({ url: z.string(), adminUrl: z.string().nullable() }),
  z.object({ failure: z.string() }),
]);

/** What the process that started a worker sends it: first with a task, then whenever the configuration has changed. */
const order = z.object({
  config: z.custom<Config>((value) => typeof value === 'object'),
  task: task.optional(),
});

/**
 * Runs a gateway in a process of its own, by the configuration and the task that the process which started it sends,
 * until it says stop.
 */
export async function runWorker(): Promise<void> {
  // It is for the process that started this one, which may share its terminal and its group.
  process.on('SIGHUP', () => {});
  const [message] = await once(process, 'message');
  const first = order.required().parse(message);
  const logger = createLogger(first.config.logLevel);
  try {
    const gateway = await openGateway(first.config, first.task, claimFromStarter(), logger);
    process.on('message', (next) => {
      const told = order.safeParse(next);
      if (told.success) reload(gateway, told.data.config, logger);
    });
    keepRunning(() => gateway.stop(), logger);
    report({ url: gateway.url, adminUrl: gateway.adminUrl });
  } catch (error) {
    report({ failure: error instanceof Error ? error.message : String(error) });
  }
}

function reload(gateway: RunningGateway, config: Config, logger: Logger): void {
  try {
    gateway.reload(config);
  } catch (err) {
    logger.error({ err }, 'A gateway worker stays as it was, since it cannot use the new configuration');
  }
}

function report(message: z.output<typeof workerReport>): void {
  process.send?.(message);
}
