import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CliServer, Refused } from './support/cli-server.ts';
import { canFailDisks, DiskFaults } from './support/disk-faults.ts';

let data: string;
let server: CliServer | undefined;
const faults = new DiskFaults();
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'rolegraph-store-faults-'));
});
afterEach(async () => {
  await faults.stop();
  await server?.end('SIGKILL');
  server = undefined;
});
afterAll(() => rm(data, { recursive: true }));

const body = JSON.stringify({ name: 'U', roles: [] });

describe.skipIf(!canFailDisks)('a disk that fails (skipped where there is no strace)', () => {
  test.each([
    ['is full', 'pwrite64', 'ENOSPC'],
    ['cannot be written', 'pwrite64', 'EIO'],
    ['cannot be synchronised', 'fsync,fdatasync', 'EIO'],
  ])('and %s: writes are refused before they are acknowledged, reads go on, and all is well afterwards', async (_, calls, error) => {
    const running = await CliServer.start(data);
    server = running;
    const token = await running.signIn();
    const id = (kind: string) => `${kind}-${calls.length}-${error.toLowerCase()}`;
    const put = (kind: string) => running.call('PUT', `/users/${id(kind)}`, token, body);
    const ids = async () => {
      const users: { readonly id: string }[] = JSON.parse(await running.call('GET', '/users', token));
      return users.map((user) => user.id);
    };
    await put('before');

    await faults.inject(running.pid, data, calls, error);
    for (let n = 0; n < 5; n += 1) {
      await expect(put(`refused${n}`)).rejects.toBeInstanceOf(Refused);
      const refusal = running.call('DELETE', `/users/${id('before')}`, token);
      await expect(refusal).rejects.toThrow(/: 50[03] /);
      // Nothing in memory has got ahead of what is on disk.
      expect(await ids()).toContain(id('before'));
      expect(await ids()).not.toContain(id(`refused${n}`));
    }
    await faults.stop();

    await put('after');
    const known = await ids();
    expect(known).toEqual(expect.arrayContaining([id('before'), id('after')]));
    await running.end('SIGKILL');
    server = await CliServer.start(data);
    const again = await server.call('GET', '/users', await server.signIn());
    const kept: { readonly id: string }[] = JSON.parse(again);
    expect(kept.map((user) => user.id).toSorted()).toEqual(known.toSorted());
  });
});
