import type { Logger } from 'pino';
import { serviceLinks } from '../config/environment.ts';
import type { Config } from '../config/settings.ts';
import { createLogger } from '../logger.ts';

/**
 * Creates the log of a command that keeps running. Its first line names the variables that were passed over, since one
 * of them may have been meant as a setting.
 */
export function createCommandLogger({ logLevel }: Config): Logger {
  const logger = createLogger(logLevel);
  const variables = serviceLinks();
  if (variables.length > 0)
    logger.info(
      { variables },
      'Ignored variables that the platform sets for a Service; enableServiceLinks: false in the pod avoids them',
    );
  return logger;
}
