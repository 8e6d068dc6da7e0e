import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { checkWhole, explainDamage } from '../../../sqlite/damage.ts';

/** How long a process waits for its turn with the file, in milliseconds. */
const PATIENCE_MS = 2000;

/** What SQLite calls a file that another process holds (https://sqlite.org/rescode.html#busy). */
const SQLITE_BUSY = 5;

/**
 * Opens the SQLite file at a path, which several processes may open in the same instant, made when missing and for its
 * owner's eyes only; or a database in memory (`:memory:`). Throws if the file cannot be opened, or SQLite does not take
 * the settings that durability rests on, or the file is damaged.
 */
export function openSharedFile(file: string): DatabaseSync {
  if (file !== ':memory:') closeSync(openSync(file, 'a', 0o600));
  const database = new DatabaseSync(file, { timeout: PATIENCE_MS });
  try {
    keepInWal(database);
    database.exec('PRAGMA synchronous = FULL');
    const { synchronous } = database.prepare('PRAGMA synchronous').get() ?? {};
    if (synchronous !== 2) throw new Error('SQLite does not keep synchronous at FULL');
    checkWhole(database);
    return database;
  } catch (error) {
    database.close();
    throw explainDamage(
      error,
      `journal of changes ${file}`,
      'Move the file away, with those beside it that end in -wal and -shm: a new journal begins, and who follows changes begins with it',
    );
  }
}

/** SQLite waits for every lock but the one that turns a new file to WAL: who comes second is refused at once. */
function keepInWal(database: DatabaseSync): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      database.exec('PRAGMA journal_mode = WAL');
      return;
    } catch (error) {
      if (!isBusy(error) || Date.now() > end) throw error;
      Atomics.wait(pause, 0, 0, 10);
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
}
