import { randomUUID } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { Baseline } from '../detection/baseline.ts';
import { Outbox } from '../replication/outbox.ts';
import type { Change, JournaledChange, Snapshot } from './change.ts';
import { openSharedFile } from './open-shared-file.ts';
import { parseChange } from './parse-change.ts';

/** How much of the past is kept: what is older than either bound goes. */
export interface History {
  /** Changes. */
  readonly rows: number;
  /** Milliseconds. */
  readonly ageMs: number;
}

/** A point in time, by the clock and by the journal. */
export interface Moment {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Place of the last change. */
  readonly place: number;
}

/** The history of changes, in order. */
export interface Journal {
  /** Tells this journal from others: places mean nothing in another. */
  readonly id: string;
  /** The place of the last change; 0 where there was none yet. */
  readonly last: number;
  /** Whether this is a copy of a journal that replicas share, and may lag behind it. */
  readonly isCopy: boolean;
  /** The place of the last change that is no longer kept; 0 where none is missing. */
  readonly floor: number;
  /** Keeps changes; they are durable once this returns. Throws if they cannot be kept. */
  append(changes: readonly Change[]): void;
  /** What there was of everything when it was last seen; for the watcher, and those who write beside it. */
  readonly known: Baseline;
  /**
   * Compares a list with what is known of it, and keeps what differs as detected changes.
   * @param since a moment before the list was read.
   */
  detect(list: string, found: readonly Snapshot[], since: Moment): void;
  /** Reads changes after a place, in order, at most so many. */
  after(place: number, limit: number): JournaledChange[];
  /** Tells whether another process has written since this was last asked. */
  hasGrown(): boolean;
  close(): void;
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS journal (id TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS changes (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    change TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS changes_by_time ON changes (at);
`;

/** No more changes come while a list is read. */
const MOST_AT_ONCE = 100_000;

/** The past is tidied after so many changes, and at the start. */
const TIDY_AFTER = 100;

/** A change as the journal that replicas share gives it out. */
export interface SharedChange {
  readonly place: number;
  readonly id: string;
  /** The change as JSON. */
  readonly change: string;
}

/**
 * Keeps the journal in an SQLite file, which several processes may share; `:memory:` keeps it as long as this one. Where
 * replicas share a journal, this is a copy of it: changes go into the outbox, and come back with their places.
 */
export class SqliteJournal implements Journal {
  readonly outbox: Outbox;
  readonly known: Baseline;
  readonly #database: DatabaseSync;
  readonly #history: History;
  readonly isCopy: boolean;
  readonly #statements = new Map<string, StatementSync>();
  #id = '';
  #version: unknown;
  #untilTidy = 0;

  /**
   * @param isCopy whether replicas share the journal.
   * @throws if the file cannot be opened, or SQLite does not take the settings that durability rests on.
   */
  constructor(file: string, history: History, isCopy = false) {
    // What changed is for the eyes of the file's owner; everybody else is asked about with a token.
    this.#database = openSharedFile(file);
    this.#history = history;
    this.isCopy = isCopy;
    this.#database.exec(TABLES);
    this.known = new Baseline(this.#database);
    this.#database
      .prepare('INSERT INTO journal SELECT ? WHERE NOT EXISTS (SELECT * FROM journal)')
      .run(randomUUID().slice(0, 8));
    this.outbox = new Outbox(this.#database);
    this.hasGrown();
  }

  get id(): string {
    return this.#id;
  }

  get last(): number {
    return Number(this.#value("SELECT seq FROM sqlite_sequence WHERE name = 'changes'") ?? 0);
  }

  get floor(): number {
    return Number(this.#value('SELECT min(place) - 1 FROM changes') ?? this.last);
  }

  append(changes: readonly Change[]): void {
    this.#transaction(() => this.#insert(changes));
  }

  detect(list: string, found: readonly Snapshot[], since: Moment): void {
    this.#transaction(() => {
      const at = Date.now();
      const waiting = this.outbox.after(0, MOST_AT_ONCE).map(({ change }) => parseChange(change));
      const changed = [...this.after(since.place, MOST_AT_ONCE), ...waiting];
      const differences = this.known.compare(list, found, changed, since.at);
      this.#insert(differences.map((one) => ({ ...one, source: 'DETECTED', actor: null, at })));
    });
  }

  after(place: number, limit: number): JournaledChange[] {
    return this.#prepared('SELECT place, change FROM changes WHERE place > ? ORDER BY place LIMIT ?')
      .all(place, limit)
      .map((row) => ({ ...parseChange(String(row['change'])), place: Number(row['place']) }));
  }

  hasGrown(): boolean {
    const version = this.#value('PRAGMA data_version');
    const grown = version !== this.#version;
    this.#version = version;
    if (grown) this.#id = String(this.#value('SELECT id FROM journal'));
    return grown;
  }

  /** Makes this a copy of the journal of that id. What was copied of another one is forgotten. */
  follow(id: string): void {
    if (id === this.#id) return;
    this.#transaction(() => {
      this.#database.exec("DELETE FROM changes; DELETE FROM sqlite_sequence WHERE name = 'changes'");
      this.#database.prepare('UPDATE journal SET id = ?').run(id);
    });
    this.#id = id;
  }

  /**
   * Copies changes of the shared journal, each once. Where those before them are missing, since this replica was away for
   * longer than the history, the past begins with them.
   */
  copy(changes: readonly SharedChange[]): void {
    this.#transaction(() => {
      const [first] = changes;
      if (first && first.place > this.last + 1) this.#database.exec('DELETE FROM changes');
      const insert = this.#database.prepare(
        'INSERT OR IGNORE INTO changes (place, at, change) VALUES (?, ?, ?)',
      );
      for (const { place, id, change } of changes) {
        const parsed = parseChange(change);
        const isNew = Number(insert.run(place, parsed.at, change).changes) > 0;
        // What this replica wrote itself, it knows since then, and perhaps something newer by now.
        if (!this.outbox.remove(id) && isNew) this.known.apply([parsed]);
      }
      this.#countTidy(changes.length);
    });
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #insert(changes: readonly Change[]): void {
    this.known.apply(changes);
    if (this.isCopy) {
      this.outbox.put(changes);
      return;
    }
    const insert = this.#database.prepare('INSERT INTO changes (at, change) VALUES (?, ?)');
    for (const change of changes) insert.run(change.at, JSON.stringify(change));
    this.#countTidy(changes.length);
  }

  #countTidy(changes: number): void {
    this.#untilTidy -= changes;
    if (this.#untilTidy <= 0) this.#tidy();
  }

  #transaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #tidy(): void {
    const { rows, ageMs } = this.#history;
    const newest = Number(
      this.#value('SELECT max(place) FROM changes WHERE at < ?', Date.now() - ageMs) ?? 0,
    );
    this.#database.prepare('DELETE FROM changes WHERE place <= ?').run(Math.max(newest, this.last - rows));
    this.#untilTidy = TIDY_AFTER;
  }

  /** Reads the first column of the first row of a query. */
  #value(sql: string, ...values: number[]): unknown {
    const row = this.#prepared(sql).get(...values);
    return row && Object.values(row)[0];
  }

  /** Prepares a query once: some are asked for every stream that opens. */
  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
