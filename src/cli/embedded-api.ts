import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { AuthApi } from '../authapi/server.ts';
import type { Config } from '../config/settings.ts';
import { explainStartFailure, type Listener } from './start-error.ts';

const keyPair = z.object({ keyId: z.string(), keySecret: z.string() });
const answer = z.object({ token: z.string() });

/**
 * Starts the embedded API as configured.
 *
 * @param seed whether an empty data folder is filled where the configuration leaves that open.
 * @param flags the flags that move it elsewhere, for the message when it cannot listen.
 * @throws {StartError} its port is taken or its host is not ours.
 */
export async function startEmbeddedApi(
  config: Config,
  seed: boolean,
  flags: Pick<Listener, 'hostFlag' | 'portFlag'>,
  logger: Logger,
): Promise<AuthApi> {
  const { startAuthApi } = await import('../authapi/server.ts');
  const { authapiHost: host, authapiPort: port, allowedHosts, data } = config;
  try {
    return await startAuthApi({ host, port, allowedHosts, data, seed: config.seed ?? seed, logger });
  } catch (error) {
    throw explainStartFailure(error, { host, port, ...flags });
  }
}

/** A token to try things with, and whose it is. */
export interface TrialToken {
  readonly owner: string;
  readonly token: string;
}

/**
 * Signs in to a running embedded API: as the sample organisation's Ada where she exists, else with the
 * administrator's key pair.
 *
 * @returns null when neither is there (any more).
 */
export async function issueTrialToken(api: AuthApi, data: string): Promise<TrialToken | null> {
  const ada = 'ada@example.com';
  const token = await api.issueToken(ada).catch(() => null);
  if (token !== null) return { owner: ada, token };

  const pair = api.adminKey ?? (await readAdminKey(data));
  if (pair === null) return null;
  const response = await fetch(new URL('/api/token', api.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(pair),
  });
  if (!response.ok) return null;
  return { owner: 'the administrator application', token: answer.parse(await response.json()).token };
}

/** Names the file of the administrator's key pair in a data folder. */
export function adminKeyFile(data: string): string {
  return join(data, 'admin-key.json');
}

async function readAdminKey(data: string): Promise<z.output<typeof keyPair> | null> {
  const text = await readFile(adminKeyFile(data), 'utf8').catch(() => null);
  return text === null ? null : (keyPair.safeParse(JSON.parse(text)).data ?? null);
}
