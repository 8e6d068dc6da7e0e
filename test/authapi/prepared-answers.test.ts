import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listApplications } from '../../src/authapi/store/applications.ts';
import { databasePath } from '../../src/authapi/store/data-folder.ts';
import { type Database, openDatabase } from '../../src/authapi/store/database.ts';
import { DirectoryMemory } from '../../src/authapi/store/directory-memory.ts';
import { findGroup, listGroups, upsertGroup } from '../../src/authapi/store/groups.ts';
import { giveRole, takeRole } from '../../src/authapi/store/role-windows.ts';
import { findRole, insertRole, listRoles } from '../../src/authapi/store/roles.ts';
import { addMember, findUser, listMembers, listUsers } from '../../src/authapi/store/users.ts';
import { groupAnswers } from '../../src/authapi/wire/groups.ts';
import { roleAnswer } from '../../src/authapi/wire/roles.ts';
import { userAnswers } from '../../src/authapi/wire/users.ts';
import { EngineUnderTest, HOUR } from './workflows/support/engine.ts';

const USERS = ['ann@example.com', 'bob@example.com', 'cy@example.com'];
const GROUPS = ['ops', 'dev'];
const ROLES = ['red', 'blue'];
const role = fc.constantFrom(...ROLES);
const roles = fc.subarray([...ROLES, 'USER']);
const user = fc.constantFrom(...USERS);
const group = fc.constantFrom(...GROUPS);
const permissions = fc.subarray(['READ_USER', 'READ_TASK_DEF', 'UPDATE_SCHEMA']);
const text = fc.constantFrom('one', 'two', 'three');
const hours = fc.integer({ min: 1, max: 3 });

/** A call of the API; `{app}` in a path stands for an application that is there. */
type Call = readonly [method: string, path: string, body?: object];
/** What another process does to the same file. */
type Intrusion = (database: Database, now: number) => void;
/** One thing that happens, whether or not it comes to anything. */
type Happening =
  | { readonly call: Call }
  | { readonly intrusion: Intrusion }
  | { readonly use: string }
  | { readonly pass: number };

const call: fc.Arbitrary<Call> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record({ name: text, roles, groups: fc.subarray(GROUPS) })
      .chain((body) => user.map((id): Call => ['PUT', `users/${id}`, body])),
  },
  user.map((id): Call => ['DELETE', `users/${id}`]),
  {
    weight: 3,
    arbitrary: fc
      .tuple(group, text, roles)
      .map(([id, description, held]): Call => ['PUT', `groups/${id}`, { description, roles: held }]),
  },
  group.map((id): Call => ['DELETE', `groups/${id}`]),
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('POST', 'DELETE'), group, user)
      .map(([method, id, who]): Call => [method, `groups/${id}/users/${who}`]),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(role, permissions)
      .map(([name, held]): Call => ['POST', 'roles', { name, permissions: held }]),
  },
  fc.tuple(role, permissions).map(([name, held]): Call => ['PUT', `roles/${name}`, { permissions: held }]),
  role.map((name): Call => ['DELETE', `roles/${name}`]),
  text.map((name): Call => ['POST', 'applications', { name }]),
  text.map((name): Call => ['PUT', 'applications/{app}', { name }]),
  fc.constant<Call>(['DELETE', 'applications/{app}']),
  fc
    .tuple(fc.constantFrom('POST', 'DELETE'), role)
    .map(([method, name]): Call => [method, `applications/{app}/roles/${name}`]),
);

const intrusion: fc.Arbitrary<Intrusion> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(user, role, fc.integer({ min: -1, max: 3 }), hours).map(
      ([id, name, from, length]): Intrusion =>
        (database, now) => {
          if (findUser(database, id) === null || findRole(database, name) === null) return;
          const start = now + from * HOUR;
          giveRole(database, id, name, { type: 'TIME_RESTRICTED', start, end: start + length * HOUR });
        },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(user, role, hours).map(
      ([id, name, length]): Intrusion =>
        (database) => {
          if (findUser(database, id) === null || findRole(database, name) === null) return;
          giveRole(database, id, name, { type: 'FLOATING', hours: length });
        },
    ),
  },
  fc.tuple(user, role).map(
    ([id, name]): Intrusion =>
      (database) =>
        takeRole(database, id, name),
  ),
  fc.tuple(group, user).map(
    ([id, who]): Intrusion =>
      (database) => {
        if (findGroup(database, id) !== null && findUser(database, who) !== null)
          addMember(database, id, who);
      },
  ),
  fc.tuple(group, text).map(
    ([id, description]): Intrusion =>
      (database) =>
        upsertGroup(database, { id, description, roles: [], defaultAccess: {} }),
  ),
);

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ call }) },
  { weight: 3, arbitrary: fc.record({ intrusion }) },
  { weight: 1, arbitrary: fc.record({ use: user }) },
  // Back in time, too: a clock is set.
  { weight: 2, arbitrary: fc.record({ pass: fc.constantFrom(1, HOUR, HOUR, 2 * HOUR, -HOUR) }) },
);

describe('a list or a record, read after anything that was acknowledged', () => {
  let folder: string;
  let engine: EngineUnderTest;
  let other: Database;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rolegraph-lists-'));
    engine = await EngineUnderTest.start({ data: folder });
    other = openDatabase(databasePath(folder), () => engine.time);
  });
  afterAll(async () => {
    other.close();
    await engine.stop();
    rmSync(folder, { recursive: true });
  });

  /** What lists must show, read from the file without any memory. */
  function truth(): Record<string, unknown> {
    const written = listRoles(other).map(roleAnswer);
    const members = listGroups(other).map(({ id }) => [
      `groups/${id}/users`,
      userAnswers(other, listMembers(other, id)),
    ]);
    return {
      users: userAnswers(other, listUsers(other, false)),
      'users?apps=true': userAnswers(other, listUsers(other, true)),
      groups: groupAnswers(other, listGroups(other)),
      roles: written,
      'roles/custom': written.filter(({ type }) => type === 'custom'),
      'roles/system': Object.fromEntries(
        written.filter(({ type }) => type === 'system').map((it) => [it.name, it]),
      ),
      ...Object.fromEntries(members),
      ...Object.fromEntries(
        USERS.map((id) => [`users/${id}`, oneOf(userAnswers(other, listUsers(other, true)), id)]),
      ),
      ...Object.fromEntries(
        GROUPS.map((id) => [`groups/${id}`, oneOf(groupAnswers(other, listGroups(other)), id)]),
      ),
    };
  }

  const oneOf = <T extends { id: string }>(records: readonly T[], id: string): unknown =>
    records.find((record) => record.id === id) ?? expect.objectContaining({ status: 404 });

  async function expectTruth(): Promise<string> {
    const expected = truth();
    const read = async (path: string) => [path, (await engine.call('GET', `/api/${path}`)).json];
    const seen = Object.fromEntries(await Promise.all(Object.keys(expected).map(read)));
    expect(seen).toEqual(expected);
    return JSON.stringify(seen);
  }

  async function happen(what: Happening): Promise<void> {
    if ('call' in what) {
      const [method, path, body] = what.call;
      const application = listApplications(other).find(({ name }) => name !== 'administrator');
      await engine.call(method, `/api/${path.replace('{app}', application?.id ?? 'none')}`, { body });
    } else if ('intrusion' in what) what.intrusion(other, engine.time);
    else if ('pass' in what) engine.time += what.pass;
    else if (findUser(other, what.use) !== null) {
      const person = { id: what.use, uuid: '' };
      expect((await engine.call('GET', '/api/token/userInfo', { as: person })).status).toBe(200);
    }
  }

  it('shows it: writes of this process and of others, windows that begin and end, a clock that is set', async () => {
    const seen = new Set<string>();
    const story = fc.array(happening, { minLength: 10, maxLength: 20, size: 'max' });
    await fc.assert(
      fc.asyncProperty(story, async (happenings) => {
        for (const what of happenings) {
          await happen(what);
          seen.add(await expectTruth());
        }
      }),
      { numRuns: 20, endOnFailure: true },
    );
    expect(seen.size, 'different states of the lists').toBeGreaterThan(30);
  }, 60_000);
});

describe('the memory of the directory', () => {
  let now = 1_000;
  let database: Database;
  let calls = 0;
  const workOut = () => ({ call: ++calls });
  const memory = (area: 'users' | 'groups' | 'roles', capacity = 10) =>
    new DirectoryMemory<{ call: number }>(database, () => now, area, capacity);
  beforeAll(() => {
    database = openDatabase(':memory:', () => now);
  });
  afterAll(() => database.close());

  const grow = () =>
    insertRole(database, {
      id: `r${++calls}`,
      name: `n${calls}`,
      type: 'custom',
      description: '',
      permissions: [],
    });

  it('works a value out once until something changes that it shows', () => {
    const [groups, roleMemory] = [memory('groups'), memory('roles')];
    const [first, firstRoles] = [groups.recall('a', workOut), roleMemory.recall('a', workOut)];
    expect(groups.recall('a', workOut)).toBe(first);
    upsertGroup(database, { id: 'ops', description: '', roles: [], defaultAccess: {} });
    expect(groups.recall('a', workOut)).not.toBe(first);
    expect(roleMemory.recall('a', workOut)).toBe(firstRoles);
    grow();
    expect(roleMemory.recall('a', workOut)).not.toBe(firstRoles);
  });

  it('keeps nothing that a transaction may undo', () => {
    const kept = memory('roles');
    const inside = () => {
      grow();
      kept.recall('a', workOut);
      throw new Error('changed my mind');
    };
    expect(() => database.transaction(inside)).toThrow('changed my mind');
    const before = calls;
    grow();
    const after = kept.recall('a', workOut);
    expect(after.call).toBeGreaterThan(before);
  });

  it('keeps no more than its capacity, and nothing of what failed', () => {
    const kept = memory('roles', 2);
    const fail = () => {
      throw new Error('no such thing');
    };
    expect(() => kept.recall('a', fail)).toThrow('no such thing');
    const [a] = [kept.recall('a', workOut), kept.recall('b', workOut), kept.recall('c', workOut)];
    expect(kept.recall('a', workOut)).not.toBe(a);
  });

  it('holds from when it was worked out until a window begins or ends', () => {
    insertRole(database, { id: 'red', name: 'red', type: 'custom', description: '', permissions: [] });
    database.run("INSERT INTO users (id, uuid, name, contact_information) VALUES ('ann', 'u', 'Ann', '{}')");
    giveRole(database, 'ann', 'red', { type: 'TIME_RESTRICTED', start: 2_000, end: 3_000 });
    const kept = memory('users');
    const first = kept.recall('a', workOut);
    const moments: [number, boolean][] = [
      [1_999, true],
      [2_000, false],
      [2_999, false],
      [3_000, false],
    ];
    for (const [moment, same] of moments) {
      now = moment;
      expect(kept.recall('a', workOut) === first, String(moment)).toBe(same);
    }
    const last = kept.recall('a', workOut);
    now = 9_000;
    expect(kept.recall('a', workOut)).toBe(last);
    now = 2_500;
    expect(kept.recall('a', workOut)).not.toBe(last);
  });
});
