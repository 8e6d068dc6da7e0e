import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CliServer, Refused } from './support/cli-server.ts';

const STRACE = '/usr/bin/strace';
if (!existsSync(STRACE) && process.env['REQUIRE_STRACE']) throw new Error(`${STRACE} is missing`);

let data: string;
let server: CliServer | undefined;
let strace: ChildProcess | undefined;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'rolegraph-store-faults-'));
});
afterEach(async () => {
  await stopFaults();
  await server?.end('SIGKILL');
  server = undefined;
});
afterAll(() => rm(data, { recursive: true }));

/** Makes system calls of the running server on its database fail, until {@link stopFaults}. */
async function inject(calls: string, error: string): Promise<void> {
  const files = (await readdir(data)).filter((name) => name.includes('.sqlite'));
  const args = ['-f', '-o', '/dev/null', '-e', `trace=${calls}`, '-e', `inject=${calls}:error=${error}`];
  const paths = files.flatMap((name) => ['-P', join(data, name)]);
  const tracing = spawn(STRACE, [...args, ...paths, '-p', String(server?.pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  strace = tracing;
  await new Promise<void>((resolve, reject) => {
    tracing.stderr.setEncoding('utf8').on('data', (text: string) => /attached/.test(text) && resolve());
    tracing.once('exit', () => reject(new Error('strace did not attach')));
  });
}

async function stopFaults(): Promise<void> {
  const ending = strace;
  strace = undefined;
  if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
  const closed = once(ending, 'exit');
  ending.kill('SIGINT');
  await closed;
}

const body = JSON.stringify({ name: 'U', roles: [] });

describe.skipIf(!existsSync(STRACE))('a disk that fails (skipped where there is no strace)', () => {
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

    await inject(calls, error);
    for (let n = 0; n < 5; n += 1) {
      await expect(put(`refused${n}`)).rejects.toBeInstanceOf(Refused);
      const refusal = running.call('DELETE', `/users/${id('before')}`, token);
      await expect(refusal).rejects.toThrow(/: 50[03] /);
      // Nothing in memory has got ahead of what is on disk.
      expect(await ids()).toContain(id('before'));
      expect(await ids()).not.toContain(id(`refused${n}`));
    }
    await stopFaults();

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
