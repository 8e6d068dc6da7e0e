import type { DatabaseSync } from 'node:sqlite';
import { type Difference, differences, keyOf } from '../capture/differences.ts';
import type { Change, EntityKey, Snapshot } from '../journal/change.ts';
import { parseSnapshot } from '../journal/parse-change.ts';

const TABLES = `
  CREATE TABLE IF NOT EXISTS known_lists (list TEXT PRIMARY KEY) STRICT;
  CREATE TABLE IF NOT EXISTS known_things (
    list TEXT NOT NULL,
    key TEXT PRIMARY KEY,
    snapshot TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS known_things_by_list ON known_things (list);
  DROP TABLE IF EXISTS writes;
  CREATE TABLE IF NOT EXISTS process_writes (
    id INTEGER PRIMARY KEY,
    keys TEXT NOT NULL,
    pid INTEGER NOT NULL,
    begun INTEGER NOT NULL,
    ended INTEGER
  ) STRICT;
  CREATE TABLE IF NOT EXISTS leases (task TEXT PRIMARY KEY, owner TEXT NOT NULL, until INTEGER NOT NULL) STRICT;
`;

/** Nothing that writes takes longer. */
const LONGEST_WRITE_MS = 300_000;

/** Stands for things besides those that a write names. */
const EVERYTHING = '*';

/**
 * What there was of everything when it was last looked at, or changed through this gateway: what the watcher compares
 * with. It is kept beside the journal, in the same transactions, so that both always say the same.
 */
export class Baseline {
  readonly #database: DatabaseSync;
  /** Writes of this process that could not be noted in the file. */
  readonly #remembered = new Set<{ readonly keys: readonly string[]; readonly begun: number }>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(TABLES);
  }

  /** Tells whether a list was seen before. */
  knows(list: string): boolean {
    return this.#database.prepare('SELECT 1 FROM known_lists WHERE list = ?').get(list) !== undefined;
  }

  /** Takes over what changes say, as far as their lists are known. */
  apply(changes: readonly Change[]): void {
    for (const change of changes) {
      const list = listOf(change);
      if (!this.knows(list)) continue;
      if (change.action === 'DELETED') this.#forget(change);
      else if (change.after) this.#keep(list, { ...change, record: change.after });
      if (change.action === 'CREATED') this.#beginListsOf(change);
    }
  }

  /**
   * Compares a list with what is known of it.
   *
   * @param changes what arrived since the list was read.
   * @param since epoch milliseconds before the list was read.
   * @returns what differs, but for what has changed since, or what writes since then may have touched: those tell of it
   *   themselves, or the next comparison will. Nothing for a list that is seen for the first time, which is kept.
   */
  compare(list: string, found: readonly Snapshot[], changes: readonly Change[], since: number): Difference[] {
    if (!this.knows(list)) {
      for (const snapshot of found) this.#keep(list, snapshot);
      this.#database.prepare('INSERT INTO known_lists VALUES (?)').run(list);
      this.apply(changes.filter((change) => listOf(change) === list));
      return [];
    }
    const rows = this.#database.prepare('SELECT snapshot FROM known_things WHERE list = ?').all(list);
    const known = rows.map(({ snapshot }) => parseSnapshot(String(snapshot)));
    const touched = new Set([...changes.map(keyOf), ...this.#touchedSince(since)]);
    return differences(known, found).filter(
      (difference) => !touched.has(EVERYTHING) && !touchedKeys(difference).some((key) => touched.has(key)),
    );
  }

  /** Notes that a write about some things begins. */
  beginWrite(keys: readonly string[], reachesFurther: boolean): number {
    const now = Date.now();
    this.#database.prepare('DELETE FROM process_writes WHERE begun < ?').run(now - LONGEST_WRITE_MS);
    const all = keysOf(keys, reachesFurther);
    const { lastInsertRowid } = this.#database
      .prepare('INSERT INTO process_writes (keys, pid, begun) VALUES (?, ?, ?)')
      .run(JSON.stringify(all), process.pid, now);
    return Number(lastInsertRowid);
  }

  /** Notes that a write is over, and that the journal tells what came of it. */
  endWrite(id: number): void {
    this.#database.prepare('UPDATE process_writes SET ended = ? WHERE id = ?').run(Date.now(), id);
  }

  /**
   * Remembers a write that cannot be noted in the file, for the watcher and the link in this process.
   * @returns what forgets it.
   */
  rememberWrite(keys: readonly string[], reachesFurther: boolean): () => void {
    const write = { keys: keysOf(keys, reachesFurther), begun: Date.now() };
    this.#remembered.add(write);
    return () => void this.#remembered.delete(write);
  }

  /** When the oldest write that is not over began, in epoch milliseconds; null where none is under way. */
  oldestWrite(): number | null {
    const rows = this.#database
      .prepare('SELECT pid, begun FROM process_writes WHERE ended IS NULL AND begun > ? ORDER BY begun')
      .all(Date.now() - LONGEST_WRITE_MS);
    const oldest = rows.find(({ pid, begun }) => isUnderWay(Number(pid), Number(begun)));
    const begun = [...this.#remembered].map((write) => write.begun);
    if (oldest !== undefined) begun.push(Number(oldest['begun']));
    return begun.length === 0 ? null : Math.min(...begun);
  }

  /** Tells whether `owner` is the one that does a task, and keeps it so for a while. Of all who share the file, one is. */
  lease(task: string, owner: string, forMs: number): boolean {
    const now = Date.now();
    const { changes } = this.#database
      .prepare(
        `INSERT INTO leases VALUES (?, ?, ?) ON CONFLICT (task) DO UPDATE
         SET owner = excluded.owner, until = excluded.until WHERE owner = excluded.owner OR until < ?`,
      )
      .run(task, owner, now + forMs, now);
    return Number(changes) > 0;
  }

  /** Lets somebody else do the tasks of `owner`. */
  release(owner: string): void {
    this.#database.prepare('DELETE FROM leases WHERE owner = ?').run(owner);
  }

  #touchedSince(since: number): string[] {
    const rows = this.#database
      .prepare('SELECT keys, pid, begun, ended FROM process_writes WHERE ended IS NULL OR ended >= ?')
      .all(since);
    // What came of the writes of a process that was killed, nobody but the watcher will tell.
    const noted = rows
      .filter(({ pid, begun, ended }) => ended !== null || isUnderWay(Number(pid), Number(begun)))
      .flatMap(({ keys }) => JSON.parse(String(keys)) as string[]);
    return [...noted, ...[...this.#remembered].flatMap(({ keys }) => keys)];
  }

  #keep(list: string, { kind, id, subject, target, record }: Snapshot): void {
    const key = keyOf({ kind, id });
    const snapshot = { kind, id, subject, target, record: this.#withTags({ kind, id }, record) };
    this.#database
      .prepare('INSERT OR REPLACE INTO known_things VALUES (?, ?, ?)')
      .run(list, key, JSON.stringify(snapshot));
  }

  /** Where nobody looked at the tags of an application, they are what they were. */
  #withTags(thing: Pick<EntityKey, 'kind' | 'id'>, record: Snapshot['record']): Snapshot['record'] {
    if (thing.kind !== 'APPLICATION' || !('tags' in record) || record.tags) return record;
    const row = this.#database.prepare('SELECT snapshot FROM known_things WHERE key = ?').get(keyOf(thing));
    const known = row && parseSnapshot(String(row['snapshot'])).record;
    return known && 'tags' in known ? { ...record, tags: known.tags } : record;
  }

  /** Forgets a thing, and what went with it: it is told as one change. */
  #forget(thing: EntityKey): void {
    this.#database.prepare('DELETE FROM known_things WHERE key = ?').run(keyOf(thing));
    if (thing.kind === 'ROLE') this.#takeFromHolders(thing.id);
    for (const list of listsOf(thing)) {
      this.#database.prepare('DELETE FROM known_things WHERE list = ?').run(list);
      this.#database.prepare('DELETE FROM known_lists WHERE list = ?').run(list);
    }
    if (thing.kind === 'APPLICATION' && thing.subject) {
      this.#forget({ kind: 'USER', id: thing.subject.id, subject: thing.subject, target: null });
    }
  }

  #takeFromHolders(roleId: string): void {
    const rows = this.#database
      .prepare(
        "SELECT list, snapshot FROM known_things WHERE list IN ('USER', 'GROUP') AND instr(snapshot, ?) > 0",
      )
      .all(JSON.stringify(roleId));
    for (const { list, snapshot } of rows) {
      const holder = parseSnapshot(String(snapshot));
      if (!('roleIds' in holder.record)) continue;
      const roleIds = holder.record.roleIds.filter((id) => id !== roleId);
      this.#keep(String(list), { ...holder, record: { ...holder.record, roleIds } });
    }
  }

  /** What is new has no grants and keys yet: those that are found later are new too. */
  #beginListsOf(thing: EntityKey): void {
    for (const list of listsOf(thing)) {
      this.#database.prepare('INSERT OR IGNORE INTO known_lists VALUES (?)').run(list);
    }
  }
}

function keysOf(keys: readonly string[], reachesFurther: boolean): readonly string[] {
  return reachesFurther ? [...keys, EVERYTHING] : keys;
}

/** Tells whether the process that began a write, at a time by the clock, still lives. In a container it may have our number. */
function isUnderWay(pid: number, begun: number): boolean {
  if (pid === process.pid) return begun >= Date.now() - process.uptime() * 1000;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return Object(error).code === 'EPERM';
  }
}

/** Names the list that a thing is found in. Grants and keys are found by holder and by application. */
export function listOf({ kind, subject, target }: EntityKey): string {
  if (kind === 'GRANT' && subject) return `GRANT ${subject.type} ${subject.id}`;
  if (kind === 'ACCESS_KEY' && target) return `ACCESS_KEY ${target.id}`;
  return kind === 'MEMBERSHIP' ? 'USER' : kind;
}

/** Names the lists that there are of a thing. */
export function listsOf({ kind, id }: Pick<EntityKey, 'kind' | 'id'>): string[] {
  if (kind === 'USER' || kind === 'GROUP' || kind === 'ROLE') return [`GRANT ${kind} ${id}`];
  return kind === 'APPLICATION' ? [`ACCESS_KEY ${id}`] : [];
}

/** A write about a user may put it into groups, and one about an application may change its user and its keys. */
function touchedKeys(difference: Difference): string[] {
  const { kind, subject, target } = difference;
  const own = [keyOf(difference)];
  if (kind === 'MEMBERSHIP' && subject && target) {
    own.push(keyOf({ kind: 'USER', id: subject.id }), keyOf({ kind: 'GROUP', id: target.id }));
  }
  return own;
}
