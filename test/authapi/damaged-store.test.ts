import { randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { startAuthApi } from '../../src/authapi/server.ts';
import { tokenForUser } from '../../src/authapi/tokens/token-for-user.ts';

const PAGE = 4096;
const data = await mkdtemp(join(tmpdir(), 'rolegraph-damaged-'));
const file = join(data, 'rolegraph.sqlite');
const good = join(data, 'good');
afterAll(() => rm(data, { recursive: true }));

const logger = pino({ level: 'silent' });
const start = () => startAuthApi({ host: '127.0.0.1', port: 0, data, seed: true, logger });
await (await start()).stop();
await copyFile(file, good);
const { size } = await stat(file);

/** Puts noise into a good store. */
async function damage(at: number, bytes: Uint8Array): Promise<void> {
  await copyFile(good, file);
  const handle = await open(file, 'r+');
  await handle.write(bytes, 0, bytes.length, at);
  await handle.close();
}

const ADVICE =
  /The store .*rolegraph\.sqlite is damaged \(.+\)\. Keep the file, and put a backup in its place.*\.recover/s;

describe('a damaged store is not served: the start fails, and says what to do', () => {
  it.each([0.25, 0.5, 0.75])('after 4 kB of noise at %d of its length', async (part) => {
    await damage(Math.floor((size * part) / PAGE) * PAGE, randomBytes(PAGE));
    await expect(start()).rejects.toThrow(ADVICE);
  });

  it('after 4 kB of noise over two pages', async () => {
    await damage(Math.floor(size / 2 / PAGE) * PAGE + 2000, randomBytes(PAGE));
    await expect(start()).rejects.toThrow(ADVICE);
  });

  it('after noise in any one page', async () => {
    const pages = Array.from({ length: size / PAGE }, (_, index) => index);
    expect(pages.length).toBeGreaterThan(20);
    for (const page of pages) {
      await damage(page * PAGE, randomBytes(PAGE));
      await expect(start(), `page ${page}`).rejects.toThrow(ADVICE);
    }
  });

  it('after zeros in the middle, as a file system leaves them', async () => {
    await damage(Math.floor(size / 2 / PAGE) * PAGE, new Uint8Array(PAGE));
    await expect(start()).rejects.toThrow(ADVICE);
  });

  it('after its second half is gone', async () => {
    await writeFile(file, (await readFile(good)).subarray(0, Math.floor(size / 2)));
    await expect(start()).rejects.toThrow(ADVICE);
  });

  it('where it is no store at all', async () => {
    await writeFile(file, 'not a database, but long enough to be taken for one '.repeat(100));
    await expect(start()).rejects.toThrow(ADVICE);
  });

  it('to the command that signs tokens too', async () => {
    await damage(Math.floor(size / 2 / PAGE) * PAGE, randomBytes(PAGE));
    await expect(tokenForUser(data, 'ada@example.com')).rejects.toThrow(ADVICE);
  });

  it('and starts again with the backup', async () => {
    await copyFile(good, file);
    const api = await start();
    await expect(api.issueToken('ada@example.com')).resolves.toMatch(/\./);
    await api.stop();
  });
});
