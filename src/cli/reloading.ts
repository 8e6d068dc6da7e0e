import { unwatchFile, watchFile } from 'node:fs';
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

/** How often files are looked at. Looking, unlike being told, also works where a folder is swapped, as Kubernetes does it. */
const LOOK = { interval: 1000, persistent: false };

/**
 * Reads the configuration again at SIGHUP, and when its file has changed. What can be changed without a restart is; what
 * cannot is named in the log. A configuration that cannot be used changes nothing. When only the list of persisted
 * operations has changed, that alone is read again.
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
      watchList();
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

  let list: string | null = null;

  function watchList(): void {
    if (list === current.persistedOperationsFile) return;
    if (list !== null) unwatchFile(list, readList);
    list = current.persistedOperationsFile;
    if (list !== null) watchFile(list, LOOK, readList);
  }

  function readList(): void {
    try {
      apply(current);
      logger.info('The list of persisted operations was read again');
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      logger.error(
        { fault: error.message },
        'The list of persisted operations stays as it was, since the new one cannot be used',
      );
    }
  }

  process.on('SIGHUP', () => reload('SIGHUP'));
  if (source.file !== null) watchFile(source.file, LOOK, () => reload('FILE_CHANGED'));
  watchList();
}
