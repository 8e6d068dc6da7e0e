import { once } from 'node:events';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Config } from '../config/settings.ts';
import { openGateway } from './gateway.ts';
import { keepRunning } from './keep-running.ts';

const task = z.object({
  authorizationUrl: z.string(),
  workflowUrl: z.string().nullable(),
  landingPageToken: z.string().nullable(),
  port: z.int(),
  adminPort: z.int().nullable(),
});

/** What a worker reports when it has started, or cannot. */
export const workerReport = z.union([
  z.object({ url: z.string(), adminUrl: z.string().nullable() }),
  z.object({ failure: z.string() }),
]);

/** Runs a gateway in a process of its own, on the task that the process which started it sends, until it says stop. */
export async function runWorker(config: Config, logger: Logger): Promise<void> {
  const [message] = await once(process, 'message');
  try {
    const gateway = await openGateway(config, task.parse(message), logger);
    keepRunning(() => gateway.stop(), logger);
    report({ url: gateway.url, adminUrl: gateway.adminUrl });
  } catch (error) {
    report({ failure: error instanceof Error ? error.message : String(error) });
  }
}

function report(message: z.output<typeof workerReport>): void {
  process.send?.(message);
}
