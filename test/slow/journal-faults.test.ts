import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SqliteJournal } from '../../src/gateway/changes/journal/journal.ts';
import { at, codesByPath, readAnswer } from '../support/graphql-answer.ts';
import { scrape, total } from '../telemetry/scrape.ts';
import { CliGateway } from './support/cli-gateway.ts';
import { CliServer } from './support/cli-server.ts';
import { canFailDisks, DiskFaults } from './support/disk-faults.ts';

let folder: string;
let server: CliServer;
let gateway: CliGateway;
let token: string;
const faults = new DiskFaults();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rolegraph-journal-faults-'));
  server = await CliServer.start(join(folder, 'api'));
  token = await server.signIn();
});
afterEach(async () => {
  await faults.stop();
  await gateway.kill();
  await server.end('SIGKILL');
  await rm(folder, { recursive: true });
});

const file = () => join(folder, 'changes.db');
async function startGateway(journalFailures: string): Promise<void> {
  gateway = await CliGateway.start(server.url, {
    env: { ROLEGRAPH_CHANGES: file(), ROLEGRAPH_JOURNAL_FAILURES: journalFailures },
  });
  await write('before');
}

async function write(id: string) {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({
      query: `mutation { upsertGroup(id: "${id}", input: {description: "G"}) { group { id } } }`,
    }),
  });
  return readAnswer(response.status, await response.json());
}

const ready = async () => {
  const response = await fetch(`${gateway.adminUrl}/ready`);
  return [response.status, await response.json()];
};
const value = async (name: string) => total(await scrape(gateway.adminUrl), `rolegraph_journal_${name}`);
const groups = async (): Promise<unknown[]> => {
  const answer: unknown = JSON.parse(await server.call('GET', '/groups', token));
  return Array.isArray(answer) ? answer.map((group) => at(group, 'id')) : [];
};

/** Reads what is journaled, as whoever starts after a crash does. */
function journaled(): string[] {
  const journal = new SqliteJournal(file(), { rows: 1000, ageMs: 3_600_000 });
  const ids = journal.after(0, 100).map(({ id }) => id);
  journal.close();
  return ids;
}

describe.skipIf(!canFailDisks)(
  'the disk under the journal is full (skipped where there is no strace)',
  () => {
    test('by default writes go on, operators see it at once, and what waits is journaled when there is room', async () => {
      await startGateway('go-on');
      expect(await ready()).toEqual([200, { status: 'OK', journal: 'OK' }]);
      expect(await value('writable')).toBe(1);
      await faults.inject(gateway.pid, folder, 'pwrite64', 'ENOSPC');
      for (const id of ['one', 'two']) expect((await write(id)).errors).toEqual([]);
      expect(await ready()).toEqual([200, { status: 'OK', journal: 'FAILING' }]);
      expect(await value('writable')).toBe(0);
      expect(await value('waiting_changes')).toBe(2);
      expect(await value('failures_total')).toBeGreaterThan(0);
      expect(journaled()).toEqual(['before']);
      await faults.stop();
      const isBack = async () => expect(await ready()).toEqual([200, { status: 'OK', journal: 'OK' }]);
      await vi.waitFor(isBack, { timeout: 10_000 });
      await gateway.kill();
      expect(journaled()).toEqual(['before', 'one', 'two']);
    });

    test('with journalFailures=refuse no write is acknowledged that a crash would take from the journal', async () => {
      await startGateway('refuse');
      await faults.inject(gateway.pid, folder, 'pwrite64', 'ENOSPC');
      const acknowledged: string[] = ['before'];
      for (const id of ['one', 'two', 'three']) {
        const answer = await write(id);
        if (answer.errors.length === 0) acknowledged.push(id);
        else expect(codesByPath(answer)).toEqual(['upsertGroup: JOURNAL_UNAVAILABLE']);
      }
      expect(acknowledged).toEqual(['before']);
      expect(await groups()).toEqual(['before']);
      expect(await ready()).toEqual([200, { status: 'OK', journal: 'FAILING' }]);
      await faults.stop();
      await vi.waitFor(async () => expect((await write('after')).errors).toEqual([]), { timeout: 10_000 });
      await gateway.kill();
      expect(journaled()).toEqual(['before', 'after']);
    });
  },
);
