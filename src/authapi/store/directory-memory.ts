import { LRUCache } from 'lru-cache';
import type { Database } from './database.ts';
import { nextWindowTurn } from './role-windows.ts';

/** What something worked out from the directory shows: users show their groups too, and groups their roles. */
export type DirectoryArea = 'users' | 'groups' | 'roles';

const SHOWN: Readonly<Record<DirectoryArea, readonly DirectoryArea[]>> = {
  users: ['users', 'groups', 'roles'],
  groups: ['groups', 'roles'],
  roles: ['roles'],
};

/**
 * Remembers what was worked out from users, groups and roles for as long as it is true: until one of them changes, by
 * whatever process, or a role window begins or ends. That is asked of the store with every recall, so nothing has to
 * tell this memory of a write.
 */
export class DirectoryMemory<Value extends object> {
  readonly #database: Database;
  readonly #now: () => number;
  readonly #versionQuery: string;
  readonly #kept: LRUCache<string, Value>;
  #version = -1;
  /** What is kept holds from the first time until before the second, in epoch milliseconds. */
  #holds: readonly [from: number, until: number] = [0, 0];

  /** `capacity` bounds the sum of `sizeOf` over what is kept; the values least recently recalled go first. */
  constructor(
    database: Database,
    now: () => number,
    area: DirectoryArea,
    capacity: number,
    sizeOf: (value: Value) => number = () => 1,
  ) {
    this.#database = database;
    this.#now = now;
    const areas = SHOWN[area].map((shown) => `'${shown}'`);
    this.#versionQuery = `SELECT sum(version) AS version FROM directory_versions WHERE area IN (${areas})`;
    this.#kept = new LRUCache({ maxSize: capacity, sizeCalculation: sizeOf });
  }

  /** Recalls the value of a key, or works it out. What `workOut` throws is passed on and not kept. */
  recall(key: string, workOut: () => Value): Value {
    // What a transaction sees may be rolled back, and its version with it.
    if (this.#database.isInTransaction) return workOut();
    this.#forgetIfChanged();
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const value = workOut();
    this.#kept.set(key, value);
    return value;
  }

  /** Version and time are read before the values: a write or a turn in between makes them newer than said, never older. */
  #forgetIfChanged(): void {
    const version = this.#database.one<{ version: number }>(this.#versionQuery)?.version ?? 0;
    const now = this.#now();
    const [from, until] = this.#holds;
    if (version === this.#version && from <= now && now < until) return;
    this.#kept.clear();
    this.#version = version;
    this.#holds = [now, nextWindowTurn(this.#database, now)];
  }
}
