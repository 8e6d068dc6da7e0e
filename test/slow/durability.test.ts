import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../support/random.ts';
import { CliServer } from './support/cli-server.ts';
import { GROUP, Ledger, TARGET, writeUntilCut } from './support/writer.ts';

const ROUNDS = 20;
const WRITERS = 4;
const SEED = 20261122;

let data: string;
let server: CliServer | undefined;

async function start(): Promise<CliServer> {
  server = await CliServer.start(data);
  return server;
}

async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
  const ending = server;
  server = undefined;
  return ending === undefined ? null : ending.end(signal);
}

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'rolegraph-durability-'));
});
afterEach(() => end('SIGKILL'));
afterAll(() => rm(data, { recursive: true }));

/** Reads every file of the data folder except the one that is there to hold the administrator's secret. */
async function bytesOnDisk(): Promise<Map<string, Buffer>> {
  const names = (await readdir(data)).filter((name) => name !== 'admin-key.json');
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(data, name))] as const)),
  );
}

const modeOf = async (name: string) => ((await stat(join(data, name))).mode & 0o777).toString(8);

describe('the data folder', () => {
  it('gets the administrator’s key pair on the first start, for the owner only', async () => {
    const { output } = await start();
    const { keyId, keySecret } = JSON.parse(await readFile(join(data, 'admin-key.json'), 'utf8'));
    expect(output).toContain(keyId);
    expect(output).toContain(keySecret);
    expect(await modeOf('admin-key.json')).toBe('600');
  });

  it('keeps the private key for the owner only', async () => {
    const files = await bytesOnDisk();
    const keys = [...files].filter(([, bytes]) => /PRIVATE KEY|"d"\s*:/.test(bytes.toString('latin1')));
    expect(keys.length).toBeGreaterThan(0);
    for (const [name] of keys) expect(await modeOf(name), name).toBe('600');
  });

  it('keeps the pair on the second start, which prints no secret and stops cleanly', async () => {
    const before = await readFile(join(data, 'admin-key.json'), 'utf8');
    const second = await start();
    await second.signIn();
    expect(await end('SIGTERM')).toBe(0);
    expect(await readFile(join(data, 'admin-key.json'), 'utf8')).toBe(before);
    expect(second.output).not.toContain(JSON.parse(before).keySecret);
    expect(second.output).not.toContain('keySecret');
  });

  it('accepts a token of before the restart', async () => {
    const token = await (await start()).signIn();
    await end('SIGKILL');
    await (await start()).call('GET', '/users', token);
  });

  it('holds no secret of an access key and no token in its database', async () => {
    const running = await start();
    const token = await running.signIn();
    const { id } = JSON.parse(await running.call('POST', '/applications', token, '{"name":"keyed"}'));
    const { secret } = JSON.parse(await running.call('POST', `/applications/${id}/accessKeys`, token));
    const { keySecret } = JSON.parse(await readFile(join(data, 'admin-key.json'), 'utf8'));
    const whileRunning = await bytesOnDisk();
    await end('SIGTERM');
    for (const files of [whileRunning, await bytesOnDisk()]) {
      const all = Buffer.concat([...files.values()]);
      expect(all.includes(id), 'the application is on disk, so this looks in the right place').toBe(true);
      for (const hidden of [secret, keySecret, token]) expect(all.includes(hidden)).toBe(false);
    }
  });
});

describe('kill -9 at random moments', () => {
  it(`loses no acknowledged write in ${ROUNDS} rounds (seed ${SEED})`, async () => {
    const random = seededRandom(SEED);
    const ledger = new Ledger();
    const first = await start();
    const group = JSON.stringify({ description: 'Those who stay', roles: [] });
    await first.call('PUT', `/groups/${GROUP}`, await first.signIn(), group);
    await end('SIGKILL');
    for (let round = 0; round < ROUNDS; round += 1) {
      const running = await start();
      const token = await running.signIn();
      await verify(running, token, ledger);
      const writers = Array.from({ length: WRITERS }, (_, writer) =>
        writeUntilCut(running, token, `r${round}w${writer}`, ledger),
      );
      await pause(30 + random() * 400);
      await end('SIGKILL');
      await Promise.all(writers);
    }
    const last = await start();
    await verify(last, await last.signIn(), ledger);
    expect(ledger.acknowledged).toBeGreaterThan(ROUNDS * 10);
    expect(ledger.unsure.size).toBeGreaterThan(0);
  });
});

/** Reads everything back and compares it with what was acknowledged. */
async function verify(running: CliServer, token: string, ledger: Ledger): Promise<void> {
  const sure = (id: string) => !ledger.unsure.has(id);
  const users: { id: string; name: string }[] = JSON.parse(await running.call('GET', '/users', token));
  const names = new Map(users.map(({ id, name }) => [id, name]));
  const lost = [...ledger.users].filter(([id, name]) => sure(id) && names.get(id) !== name);
  expect(lost, 'users lost or old').toEqual([]);
  expect(
    [...ledger.deleted].filter((id) => names.has(id)),
    'deleted users that came back',
  ).toEqual([]);

  const inGroup: { id: string }[] = JSON.parse(await running.call('GET', `/groups/${GROUP}/users`, token));
  const members = new Set(inGroup.map(({ id }) => id));
  expect(
    [...ledger.members].filter((id) => !members.has(id)),
    'memberships lost',
  ).toEqual([]);
  const halves = ledger.batches.filter((ids) => new Set(ids.map((id) => members.has(id))).size > 1);
  expect(halves, 'bulk calls that were written in part').toEqual([]);

  const path = `/auth/authorization/${TARGET}?groupBy=subject`;
  const grants: Record<string, string[]> = JSON.parse(await running.call('GET', path, token));
  expect(
    [...ledger.granted].filter((id) => !grants[`USER:${id}`]?.includes('READ')),
    'grants lost',
  ).toEqual([]);
}
