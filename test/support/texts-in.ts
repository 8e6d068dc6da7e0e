import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Reads the databases in a folder byte by byte: those of SQLite, with what it keeps beside them, and what Redis was told. */
export function textsIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.db|sqlite|-wal|-shm|\.aof/.test(name))
    .map((name) => readFileSync(join(folder, name), 'latin1'));
}
