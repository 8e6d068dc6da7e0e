import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Change } from '../journal/change.ts';

const TABLES = `
  CREATE TABLE IF NOT EXISTS outbox_owner (id TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS outbox (
    turn INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    change TEXT NOT NULL
  ) STRICT;
`;

/** A change on its way to the journal that replicas share. */
export interface Outgoing {
  /** Order among those of this outbox. */
  readonly turn: number;
  /** Names the change wherever it goes, so that it is taken once however often it is sent. */
  readonly id: string;
  /** The change as JSON. */
  readonly change: string;
}

/** Changes of this replica that the shared journal has not given back yet. What is in it is durable. */
export class Outbox {
  /** Names the replica, also after a restart. */
  readonly owner: string;
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(TABLES);
    database
      .prepare('INSERT INTO outbox_owner SELECT ? WHERE NOT EXISTS (SELECT * FROM outbox_owner)')
      .run(randomUUID());
    this.owner = String(database.prepare('SELECT id FROM outbox_owner').get()?.['id']);
  }

  /** Puts changes in, in order. */
  put(changes: readonly Change[]): void {
    const insert = this.#database.prepare('INSERT INTO outbox (id, change) VALUES (?, ?)');
    for (const change of changes) insert.run(randomUUID(), JSON.stringify(change));
  }

  /** Reads what comes after a turn, in order, at most so many. */
  after(turn: number, limit: number): Outgoing[] {
    return this.#database
      .prepare('SELECT turn, id, change FROM outbox WHERE turn > ? ORDER BY turn LIMIT ?')
      .all(turn, limit)
      .map((row) => ({ turn: Number(row['turn']), id: String(row['id']), change: String(row['change']) }));
  }

  /** Takes a change out that has arrived. Tells whether it was in. */
  remove(id: string): boolean {
    return Number(this.#database.prepare('DELETE FROM outbox WHERE id = ?').run(id).changes) > 0;
  }
}
