import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Database, openDatabase } from '../../../src/authapi/store/database.ts';
import { keepRoleWindowsTidy } from '../../../src/authapi/store/role-window-tidying.ts';
import { giveRole } from '../../../src/authapi/store/role-windows.ts';
import { syncSystemRoles } from '../../../src/authapi/store/roles.ts';
import { getUser, upsertUser } from '../../../src/authapi/store/users.ts';
import { DAY, EngineUnderTest } from './support/engine.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const step of undo.splice(0).reverse()) await step();
});

function storeWithAnn(now: () => number): Database {
  const database = openDatabase(':memory:', now);
  undo.push(() => database.close());
  syncSystemRoles(database, randomUUID);
  const ann = { id: 'ann', uuid: 'ann', name: 'Ann', contactInformation: {}, applicationId: null };
  upsertUser(database, { ...ann, roles: [], groups: [] });
  return database;
}

const rows = (database: Database) =>
  database.all<{ role: string }>('SELECT role FROM role_windows ORDER BY role').map(({ role }) => role);
const MONTH = 30 * DAY;
const window = (start: number, end: number) => ({ type: 'TIME_RESTRICTED' as const, start, end });
const fail = (error: unknown) => {
  throw error;
};

describe('tidying role windows', () => {
  it('removes each a month after it has ended, and no other', () => {
    vi.useFakeTimers({ now: 0 });
    const database = storeWithAnn(Date.now);
    giveRole(database, 'ann', 'USER', window(0, 10_000));
    giveRole(database, 'ann', 'WORKER', window(0, 20_000));
    giveRole(database, 'ann', 'PROMPT_MANAGER', { type: 'FLOATING', hours: 1 });
    undo.push(keepRoleWindowsTidy(database, Date.now, fail));
    vi.advanceTimersByTime(MONTH + 9999);
    expect(rows(database)).toEqual(['PROMPT_MANAGER', 'USER', 'WORKER']);
    vi.advanceTimersByTime(1);
    expect(rows(database)).toEqual(['PROMPT_MANAGER', 'WORKER']);
    vi.advanceTimersByTime(10_000);
    expect(rows(database)).toEqual(['PROMPT_MANAGER']);
    vi.advanceTimersByTime(2 * DAY);
    expect(rows(database)).toEqual(['PROMPT_MANAGER']);
  });

  it('notices a window that was made while it slept, and a clock that jumped', () => {
    vi.useFakeTimers({ now: 0 });
    let time = 0;
    const database = storeWithAnn(() => time);
    undo.push(keepRoleWindowsTidy(database, () => time, fail));
    giveRole(database, 'ann', 'USER', window(0, 40 * DAY));
    time = 40 * DAY + MONTH;
    expect(rows(database), 'late').toEqual(['USER']);
    expect(getUser(database, 'ann').roles, 'but it does not count').toEqual([]);
    vi.advanceTimersByTime(60_000);
    expect(rows(database)).toEqual([]);
  });

  it('takes no role for good when the clock is ahead for a while: once it is put right, the role counts again', () => {
    vi.useFakeTimers({ now: 0 });
    let time = 0;
    const database = storeWithAnn(() => time);
    undo.push(keepRoleWindowsTidy(database, () => time, fail));
    giveRole(database, 'ann', 'USER', window(0, 2 * DAY));
    time = 3 * DAY;
    vi.advanceTimersByTime(60_000);
    expect(getUser(database, 'ann').roles).toEqual([]);
    time = DAY;
    vi.advanceTimersByTime(60_000);
    expect(getUser(database, 'ann').roles).toEqual(['USER']);
  });

  it('goes on after a failure, and stops when told to', () => {
    vi.useFakeTimers({ now: 0 });
    const database = storeWithAnn(Date.now);
    giveRole(database, 'ann', 'USER', window(0, 1000));
    const errors: unknown[] = [];
    const stop = keepRoleWindowsTidy(database, Date.now, (error) => errors.push(error));
    database.script('ALTER TABLE role_windows RENAME TO elsewhere');
    vi.advanceTimersByTime(60_000);
    expect(errors).toHaveLength(1);
    database.script('ALTER TABLE elsewhere RENAME TO role_windows');
    vi.advanceTimersByTime(MONTH);
    expect(rows(database)).toEqual([]);
    stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a restart', () => {
  it('keeps windows that run, and ends those that ended meanwhile', async () => {
    const data = await mkdtemp(join(tmpdir(), 'rolegraph-windows-'));
    undo.push(() => rm(data, { recursive: true }));
    let engine = await EngineUnderTest.start({ data });
    const admin = engine.admin;
    const person = await engine.person('person');
    const [short, long] = [await engine.role('short'), await engine.role('long')];
    const roles = [
      [short, 1],
      [long, 3],
    ] as const;
    const body = roles.map(([role, days]) => ({
      id: role.id,
      grant_type: 'TIME_RESTRICTED',
      grant_start: new Date(engine.time).toISOString(),
      grant_end: new Date(engine.time + days * DAY).toISOString(),
    }));
    engine.must(await engine.call('PUT', `/role-store/api/v1/users/${person.uuid}/roles`, { body }), 200);
    expect(await engine.roles(person)).toEqual([long.name, short.name]);
    await engine.stop();
    engine = await EngineUnderTest.restart({ data }, admin, engine.time + 2 * DAY);
    undo.push(() => engine.stop());
    expect(await engine.roles(person)).toEqual([long.name]);
  });
});
