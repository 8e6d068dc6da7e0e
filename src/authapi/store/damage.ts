import type { Database } from './database.ts';

/** What SQLite calls a file that is not whole, and one that is none of its own (https://sqlite.org/rescode.html). */
const DAMAGE_CODES = [11, 26];

class DamageFound extends Error {}

/**
 * Reads the whole file of a store once and throws at the first thing that does not fit. Damage in a page that nobody
 * reads for weeks would otherwise be served around, and copied over the last good backup.
 */
export function checkWhole(database: Database): void {
  const found = database.one<{ quick_check: string }>('PRAGMA quick_check(1)')?.quick_check;
  if (found !== 'ok') throw new DamageFound(found);
}

/** Turns what came up when a store was opened into advice, if it is that the file at `path` is damaged. */
export function explainDamage(error: unknown, path: string): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'errcode' in error ? Number(error.errcode) % 256 : 0;
  if (!(error instanceof DamageFound || DAMAGE_CODES.includes(code))) return error;
  const found = error.message.replaceAll(/\s+/g, ' ');
  return new Error(
    `The store ${path} is damaged (${found}). Keep the file, and put a backup in its place; where there is none, \`sqlite3 ${path} .recover\` writes what can still be read as SQL for a new one`,
    { cause: error },
  );
}
