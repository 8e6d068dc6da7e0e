import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../config/settings.ts';
import type { ChangesOptions } from '../gateway/changes/changes.ts';

/** Says what to do where the file of changes cannot be used. */
export function cannotKeep(config: Config, { message }: Error): string {
  return `Changes cannot be kept in ${changesFile(config)} (${message}): choose another file with --changes, or off to keep none`;
}

/**
 * Says how changes are kept; null where they are not. Makes the folder of their file.
 *
 * @throws if that cannot be made.
 */
export function changesOptions(config: Config, logger: Logger): ChangesOptions | null {
  const {
    historyRows: rows,
    historyHours,
    streamBacklog: backlog,
    redisUrl,
    workers,
    journalFailures,
  } = config;
  const file = changesFile(config);
  if (file === 'off') return null;
  if (file === ':memory:' && workers > 1) {
    logger.warn(
      'Each worker keeps its changes to itself, so streams miss those of others: set changes to a file',
    );
  }
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  return {
    file,
    history: { rows, ageMs: historyHours * 3_600_000 },
    backlog,
    failures: journalFailures,
    watch: watchOptions(config),
    redisUrl,
  };
}

/** Looking takes the rights to see everything, which only a credential of the gateway's own can have. */
function watchOptions(config: Config): ChangesOptions['watch'] {
  const { watchSeconds, watchCalls: calls, serviceKeyId, workflowOauthClientId } = config;
  const mayLook = serviceKeyId !== null || workflowOauthClientId !== null;
  return mayLook && watchSeconds > 0 ? { everyMs: watchSeconds * 1000, calls } : null;
}

/** Changes at one upstream are no changes at another, so each has a file of its own. */
function changesFile({ changes, data, authorizationUrl }: Config): string {
  if (changes !== null) return changes;
  if (data === ':memory:') return data;
  const upstream = authorizationUrl === null ? '' : `-${new URL(authorizationUrl).host.replace(':', '_')}`;
  return join(data, `changes${upstream}.db`);
}
