import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { groupEntityKey } from '../../src/gateway/changes/capture/entity-keys.ts';
import { SqliteJournal } from '../../src/gateway/changes/journal/journal.ts';

/** Begins a write about a group, says so, and waits to be killed. */
const WRITER = `
  import { SqliteJournal } from '${new URL('../../src/gateway/changes/journal/journal.ts', import.meta.url)}';
  new SqliteJournal(process.argv[1], { rows: 100, ageMs: 60000 }).known.beginWrite(['GROUP g'], false);
  console.log('begun');
  setInterval(() => {}, 1000);
`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolegraph-killed-writes-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a write hides what it is about from the watcher while its process lives, and no longer', async () => {
  const file = join(folder, 'changes.db');
  const journal = new SqliteJournal(file, { rows: 100, ageMs: 60_000 });
  const look = () => {
    const record = { id: 'g', description: 'G', roleIds: [], defaultAccess: [], contact: [] };
    const since = { at: Date.now(), place: journal.last };
    journal.detect('GROUP', [{ ...groupEntityKey('g'), record }], since);
    return journal.after(0, 10).map(({ source, action }) => `${source} ${action}`);
  };
  journal.detect('GROUP', [], { at: Date.now(), place: 0 });
  const writer = spawn(process.execPath, ['--input-type=module', '-e', WRITER, file]);
  await once(writer.stdout, 'data');
  expect(journal.known.oldestWrite()).toBeGreaterThan(0);
  expect(look()).toEqual([]);
  writer.kill('SIGKILL');
  await once(writer, 'exit');
  expect(journal.known.oldestWrite()).toBeNull();
  expect(look()).toEqual(['DETECTED CREATED']);
  journal.close();
});
