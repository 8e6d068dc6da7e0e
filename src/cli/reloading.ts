import { watchFile } from 'node:fs';
import type { Logger } from 'pino';
import { ConfigError } from '../config/config-error.ts';
import { reloaded } from '../config/reload.ts';
import type { Config } from '../config/settings.ts';
import { StartError } from './start-error.ts';

/** Where a configuration comes from, to be read again. */
export interface ConfigSource {
  /** The configuration file; null where there is none. */
  readonly file: string | null;
  /** Throws {@link ConfigError} if it cannot be used. */
  read(): Config;
}

/** How often the file is looked at. Looking, unlike being told, also works where a folder is swapped, as Kubernetes does it. */
const LOOK_MS = 1000;

/**
 * Reads the configuration again at SIGHUP, and when its file has changed. What can be changed without a restart is; what
 * cannot is named in the log. A configuration that cannot be used changes nothing.
 *
 * @param config what is in force.
 * @param apply puts another one in force, or throws {@link StartError} and changes nothing.
 */
export function reloadOnDemand(
  config: Config,
  source: ConfigSource,
  apply: (config: Config) => void,
  logger: Logger,
): void {
  let current = config;

  function reload(reason: 'SIGHUP' | 'FILE_CHANGED'): void {
    try {
      const { config: next, changed, needRestart } = reloaded(current, source.read());
      apply(next);
      current = next;
      logger.info({ reason, changed }, 'The configuration was read again');
      if (needRestart.length > 0)
        logger.warn({ settings: needRestart }, 'New values of these settings need a restart');
    } catch (error) {
      if (!(error instanceof ConfigError || error instanceof StartError)) throw error;
      logger.error(
        { reason, fault: error.message },
        'The configuration stays as it was, since the new one cannot be used',
      );
    }
  }

  process.on('SIGHUP', () => reload('SIGHUP'));
  if (source.file === null) return;
  watchFile(source.file, { interval: LOOK_MS, persistent: false }, () => reload('FILE_CHANGED'));
}
