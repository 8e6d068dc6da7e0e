import type { Config } from '../config/settings.ts';

/**
 * Prints a token for a user of the local data folder, and nothing else.
 *
 * @param user the user's id, e.g. `ada@example.com`.
 * @throws {Error} the folder holds no store, or the store no such user.
 */
export async function printToken(user: string, { data }: Config): Promise<void> {
  const { tokenForUser } = await import('../authapi/tokens/token-for-user.ts');
  process.stdout.write(`${await tokenForUser(data, user)}\n`);
}
