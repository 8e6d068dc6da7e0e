import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Names the SQLite file of a data folder; `:memory:` stays what it is. */
export function databasePath(data: string): string {
  return data === ':memory:' ? data : join(data, 'rolegraph.sqlite');
}

/** Tells whether a data folder holds a store. */
export function hasStore(data: string): boolean {
  return data !== ':memory:' && existsSync(databasePath(data));
}
