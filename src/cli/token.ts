import { existsSync } from 'node:fs';
import type { Config } from '../config/settings.ts';
import { StartError } from './start-error.ts';

/**
 * Prints a token for a user of the local data folder, and nothing else.
 *
 * @param user the user's id, e.g. `ada@example.com`.
 * @throws {StartError} there is no data folder; or what the API says about an unknown user.
 */
export async function printToken(user: string, { data }: Config): Promise<void> {
  if (data === ':memory:' || !existsSync(data)) {
    throw new StartError(
      `There is no data folder ${data}: start "rolegraph serve" once, or name the folder with --data`,
    );
  }
  const { tokenForUser } = await import('../authapi/tokens/token-for-user.ts');
  process.stdout.write(`${await tokenForUser(data, user)}\n`);
}
