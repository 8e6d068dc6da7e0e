import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { checkWhole, explainDamage } from '../../sqlite/damage.ts';

const MIGRATIONS = new URL('./migrations/', import.meta.url);

/** The SQLite connection of a store: prepared statements kept, rows typed by whoever asks. */
export class Database {
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(connection: DatabaseSync) {
    this.#connection = connection;
  }

  /** Reads the only row of a query, or null. `Row` is the caller's promise about the columns it selects. */
  one<Row>(sql: string, ...values: SQLInputValue[]): Row | null {
    const row = this.#prepare(sql).get(...values);
    return row === undefined ? null : (row as Row);
  }

  /** Reads every row of a query. `Row` is the caller's promise about the columns it selects. */
  all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#prepare(sql).all(...values) as Row[];
  }

  /** Writes, and returns how many rows changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#prepare(sql).run(...values).changes);
  }

  /** Whether a transaction is under way, so that what is read may yet be undone. */
  get isInTransaction(): boolean {
    return this.#connection.isTransaction;
  }

  /** Runs statements that take no values, such as a migration. */
  script(sql: string): void {
    this.#connection.exec(sql);
  }

  /** Does all of `work` or, when it throws, none of it; what it returned is durable once this returns. */
  transaction<T>(work: () => T): T {
    this.#connection.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#connection.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#connection.isTransaction) this.#connection.exec('ROLLBACK');
      throw error;
    }
  }

  /** Folds the write-ahead log into the file and closes it; again is fine. */
  close(): void {
    if (!this.#connection.isOpen) return;
    this.#statements.clear();
    this.#connection.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    this.#connection.close();
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#connection.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/**
 * Opens the SQLite file at `path` (made when missing, for its owner's eyes only) or a database in memory (`:memory:`),
 * checks that it is whole, and brings its tables up to date. Queries know the time, `now` in epoch milliseconds, as
 * `now_ms()`: what holds for some time only is asked of the clock with every read. Throws when SQLite does not take the
 * settings that durability rests on, or the file is damaged.
 */
export function openDatabase(path: string, now: () => number = Date.now): Database {
  if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
  const connection = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 2000 });
  connection.function('now_ms', () => now());
  const database = new Database(connection);
  try {
    settle(database, 'journal_mode', 'WAL', path === ':memory:' ? 'memory' : 'wal');
    settle(database, 'synchronous', 'FULL', 2);
    checkWhole(connection);
    migrate(database);
  } catch (error) {
    connection.close();
    throw explainDamage(
      error,
      `store ${path}`,
      `Keep the file, and put a backup in its place; where there is none, \`sqlite3 ${path} .recover\` writes what can still be read as SQL for a new one`,
    );
  }
  return database;
}

/** Drivers differ in their defaults, so a setting counts only once it can be read back. */
function settle(database: Database, pragma: string, wanted: string, expected: string | number): void {
  database.script(`PRAGMA ${pragma} = ${wanted}`);
  const seen = database.one<Record<string, unknown>>(`PRAGMA ${pragma}`)?.[pragma];
  if (seen !== expected) throw new Error(`SQLite keeps ${pragma} at ${String(seen)} instead of ${expected}`);
}

function migrate(database: Database): void {
  const files = readdirSync(MIGRATIONS).filter((name) => name.endsWith('.sql'));
  database.transaction(() => {
    database.script('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY) STRICT');
    const row = database.one<{ version: number }>(
      'SELECT coalesce(max(version), 0) AS version FROM schema_version',
    );
    const current = row?.version ?? 0;
    if (current > files.length) {
      throw new Error(`The store has schema version ${current}, this release knows up to ${files.length}`);
    }
    for (const [index, file] of files.sort().entries()) {
      if (index < current) continue;
      database.script(readFileSync(new URL(file, MIGRATIONS), 'utf8'));
      database.run('INSERT INTO schema_version (version) VALUES (?)', index + 1);
    }
  });
}
