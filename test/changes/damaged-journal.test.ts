import { randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openSharedFile } from '../../src/gateway/changes/journal/open-shared-file.ts';

const PAGE = 4096;
const folder = await mkdtemp(join(tmpdir(), 'rolegraph-damaged-journal-'));
const file = join(folder, 'changes.sqlite');
const good = join(folder, 'good');
afterAll(() => rm(folder, { recursive: true }));

const made = openSharedFile(file);
made.exec('CREATE TABLE changes (place INTEGER PRIMARY KEY, change TEXT) STRICT');
for (let n = 0; n < 40; n += 1) made.prepare('INSERT INTO changes VALUES (?, ?)').run(n, 'x'.repeat(1000));
made.close();
await copyFile(file, good);

test('a journal with noise in any one page is not gone on with: the start fails, and says what to do', async () => {
  const { size } = await stat(good);
  expect(size / PAGE).toBeGreaterThan(8);
  for (let page = 0; page < size / PAGE; page += 1) {
    await copyFile(good, file);
    const handle = await open(file, 'r+');
    await handle.write(randomBytes(PAGE), 0, PAGE, page * PAGE);
    await handle.close();
    expect(() => openSharedFile(file), `page ${page}`).toThrow(
      /^The journal of changes .*changes\.sqlite is damaged \(.+\)\. Move the file away/s,
    );
  }
  await copyFile(good, file);
  expect(openSharedFile(file).prepare('SELECT count(*) AS count FROM changes').get()).toEqual({ count: 40 });
});
