import type { Config } from '../config/settings.ts';
import { createCommandLogger } from './command-logger.ts';
import { issueTrialToken, startEmbeddedApi } from './embedded-api.ts';
import { keepRunning } from './keep-running.ts';
import { describeEmbeddedApi, printLines } from './start-message.ts';

/**
 * Runs the embedded authorization API alone until a signal stops it.
 *
 * @throws {StartError} it cannot listen.
 */
export async function runAuthApi(config: Config): Promise<void> {
  const logger = createCommandLogger(config);
  const flags = { hostFlag: '--host', portFlag: '--port' };
  const api = await startEmbeddedApi(config, false, flags, logger);
  keepRunning(() => api.stop(), logger);
  printLines(describeEmbeddedApi(api, config.data, await issueTrialToken(api, config.data)));
}
