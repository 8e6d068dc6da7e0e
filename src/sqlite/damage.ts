import type { DatabaseSync } from 'node:sqlite';

/** What SQLite calls a file that is not whole, and one that is none of its own (https://sqlite.org/rescode.html). */
const DAMAGE_CODES = [11, 26];

class DamageFound extends Error {}

/**
 * Reads a whole database once. Damage in a page that nobody reads for weeks would otherwise be served around, and copied
 * over the last good backup.
 *
 * @throws at the first thing that does not fit.
 */
export function checkWhole(connection: DatabaseSync): void {
  const found = connection.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
  if (found !== 'ok') throw new DamageFound(String(found));
}

/**
 * Turns what came up when a database was opened into advice, if it is that the file is damaged.
 *
 * @param what names the file, with its path, e.g. `store /data/rolegraph.sqlite`.
 * @param advice what to do about it.
 */
export function explainDamage(error: unknown, what: string, advice: string): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'errcode' in error ? Number(error.errcode) % 256 : 0;
  if (!(error instanceof DamageFound || DAMAGE_CODES.includes(code))) return error;
  const found = error.message.replaceAll(/\s+/g, ' ');
  return new Error(`The ${what} is damaged (${found}). ${advice}`, { cause: error });
}
