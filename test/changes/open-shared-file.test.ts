import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MODULE = new URL('../../src/gateway/changes/journal/open-shared-file.ts', import.meta.url).href;

/** Opens the file at the moment that is given, as the processes beside it do, and keeps something in it. */
const OPENER = `
  import { openSharedFile } from '${MODULE}';
  const [file, at] = process.argv.slice(1);
  while (Date.now() < Number(at));
  const database = openSharedFile(file);
  database.exec('CREATE TABLE IF NOT EXISTS openers (pid INTEGER) STRICT');
  database.prepare('INSERT INTO openers VALUES (?)').run(process.pid);
  const mode = database.prepare('PRAGMA journal_mode').get().journal_mode;
  database.close();
  console.log(mode);
`;

describe('a file that processes share', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rolegraph-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is opened by all who come in the same instant when it does not exist yet', async () => {
    for (const round of [1, 2, 3, 4]) {
      const file = join(folder, `${round}.db`);
      const at = String(Date.now() + 400);
      const open = () =>
        promisify(execFile)(process.execPath, ['--input-type=module', '-e', OPENER, file, at]);
      const opened = await Promise.all([open(), open(), open(), open()]);
      expect(opened.map(({ stdout }) => stdout.trim())).toEqual(['wal', 'wal', 'wal', 'wal']);
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    }
  });
});
