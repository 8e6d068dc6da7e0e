import { afterAll, describe, expect, it } from 'vitest';
import { asList } from '../support/answer.ts';
import { DAY, ENGINE, EngineUnderTest, HOUR, type Person, STORE } from './support/engine.ts';
import { expectDone } from './support/expectations.ts';

const engine = await EngineUnderTest.start();
afterAll(() => engine.stop());
const red = await engine.role('red');
const rita = await engine.person('Rita', [red.name]);
const time = (offset: number) => new Date(engine.time + offset).toISOString().replace('.000Z', 'Z');
const GRANT_TYPES = ['PERMANENT', 'TIME_RESTRICTED', 'FLOATING'];

/** Has a role that runs the workflow `deploy` given to somebody for a window. */
async function given(asker: Person, window: object, permissions = ['EXECUTE_WORKFLOW_DEF']) {
  const role = await engine.role('wanted', permissions);
  await engine.workflow([role.id], [[red.id]], { grant_types: GRANT_TYPES });
  const id = await engine.asked(asker, role.id, window);
  expectDone(await engine.decide(rita, id, 'APPROVED'));
  return role;
}

const timed = (start: number, end: number) => ({
  grant_type: 'TIME_RESTRICTED',
  grant_start: time(start),
  grant_end: time(end),
});

async function mayRun(person: Person): Promise<unknown> {
  const path = `/api/users/${person.id}/checkPermissions?type=WORKFLOW_DEF&id=deploy`;
  return engine.must(await engine.call('GET', path), 200).record['EXECUTE'];
}

async function storeRoles(person: Person): Promise<Record<string, unknown>[]> {
  const { record } = await engine.call('GET', `${STORE}/users/${person.uuid}/roles`);
  return asList(record['items']);
}

describe('a role for a time', () => {
  it('counts from its start until its end, in every place where roles show', async () => {
    const asker = await engine.person('asker');
    const role = await given(asker, timed(HOUR, 3 * HOUR));
    const start = engine.time + HOUR;
    const moments: [number, boolean][] = [
      [start - 1, false],
      [start, true],
      [start + 2 * HOUR - 1, true],
      [start + 2 * HOUR, false],
    ];
    for (const [moment, counts] of moments) {
      engine.time = moment;
      expect(await mayRun(asker), `at ${moment - start}`).toBe(counts);
      expect(await engine.roles(asker)).toEqual(counts ? [role.name] : []);
      expect((await storeRoles(asker)).map(({ id }) => id)).toEqual(counts ? [role.id] : []);
      const members = (await engine.call('GET', `${STORE}/roles/${role.id}`)).record['member_count'];
      expect(members).toBe(counts ? 1 : 0);
      const listed = asList((await engine.call('GET', '/api/users')).json).find(({ id }) => id === asker.id);
      expect(listed?.['roles']).toHaveLength(counts ? 1 : 0);
    }
  });

  it('shows in the role store with its start and end', async () => {
    const asker = await engine.person('asker');
    const window = timed(0, DAY);
    const role = await given(asker, window);
    expect(await storeRoles(asker)).toMatchObject([{ ...role, explicit: true, ...window }]);
  });

  it('opens to its holder what it is for, and no longer than that', async () => {
    const asker = await engine.person('asker');
    await given(asker, timed(0, HOUR), ['READ_USER']);
    expect((await engine.call('GET', '/api/users', { as: asker })).status).toBe(200);
    engine.time += HOUR;
    expect((await engine.call('GET', '/api/users', { as: asker })).status).toBe(403);
  });

  it('lets an approver approve only while it runs', async () => {
    const relief = await engine.person('relief');
    const approver = await given(relief, timed(0, HOUR));
    const role = await engine.role('wanted');
    await engine.workflow([role.id], [[approver.id], [approver.id]]);
    const id = await engine.asked(await engine.person('asker'), role.id);
    expectDone(await engine.decide(relief, id, 'APPROVED'));
    engine.time += HOUR;
    expect((await engine.decide(relief, id, 'APPROVED', 1)).status).toBe(403);
  });

  it('is not made to last by writing the user back as it was read', async () => {
    const asker = await engine.person('asker', ['USER']);
    const role = await given(asker, timed(0, HOUR));
    const later = await given(asker, timed(2 * HOUR, 3 * HOUR));
    const body = { name: 'asker', roles: await engine.roles(asker) };
    expect(body.roles).toEqual(expect.arrayContaining(['USER', role.name]));
    engine.must(await engine.call('PUT', `/api/users/${asker.id}`, { body }), 200);
    engine.must(await engine.call('PUT', `/api/users/${asker.id}`, { body: { name: 'New name' } }), 200);
    expect(await engine.roles(asker)).toEqual(expect.arrayContaining(['USER', role.name]));
    engine.time += HOUR;
    expect(await engine.roles(asker)).toEqual(['USER']);
    engine.time += HOUR;
    expect(await engine.roles(asker), 'what begins later was not lost').toEqual(['USER', later.name]);
  });

  it('ends when the user is written without it', async () => {
    const asker = await engine.person('asker');
    await given(asker, timed(0, HOUR));
    engine.must(
      await engine.call('PUT', `/api/users/${asker.id}`, { body: { name: 'asker', roles: [] } }),
      200,
    );
    expect(await engine.roles(asker)).toEqual([]);
  });

  it('leaves a lasting role lasting', async () => {
    const asker = await engine.person('asker');
    const role = await given(asker, { grant_type: 'PERMANENT' });
    const id = await engine.asked(asker, role.id, timed(0, HOUR));
    expectDone(await engine.decide(rita, id, 'APPROVED'));
    engine.time += 2 * HOUR;
    expect(await engine.roles(asker)).toEqual([role.name]);
  });

  it('goes with its user: one of the same id starts with nothing', async () => {
    const asker = await engine.person('asker');
    await given(asker, timed(0, HOUR));
    engine.must(await engine.call('DELETE', `/api/users/${asker.id}`), 200);
    engine.must(await engine.call('PUT', `/api/users/${asker.id}`, { body: { name: 'x', roles: [] } }), 200);
    expect(await engine.roles(asker)).toEqual([]);
  });
});

describe('a floating role', () => {
  const floating = { grant_type: 'FLOATING', floating_length: 2 };

  it('is held from the approval on, and begins to run with the first call of its holder', async () => {
    const asker = await engine.person('asker');
    const role = await given(asker, floating);
    engine.time += 10 * DAY;
    expect(await engine.roles(asker), 'others looking at it starts nothing').toEqual([role.name]);
    expect(await storeRoles(asker)).toMatchObject([{ ...role, ...floating }]);
    engine.must(
      await engine.call('GET', '/api/token/userInfo', {
        as: asker,
      }),
      200,
    );
    const end = engine.time + 2 * HOUR;
    expect(await storeRoles(asker)).toMatchObject([{ ...role, ...timed(0, 2 * HOUR) }]);
    engine.time = end - 1;
    expect(await mayRun(asker)).toBe(true);
    engine.time = end;
    expect(await mayRun(asker)).toBe(false);
    expect(await engine.roles(asker)).toEqual([]);
  });

  it('shows in the request that gave it when it began and will end, after its end too', async () => {
    const asker = await engine.person('asker');
    const role = await engine.role('wanted');
    await engine.workflow([role.id], [[red.id]], { grant_types: GRANT_TYPES, max_active_requests: 2 });
    const [first, second] = [
      await engine.asked(asker, role.id, floating),
      await engine.asked(asker, role.id, floating),
    ];
    expectDone(await engine.decide(rita, first, 'APPROVED'));
    expect(await engine.request(first, asker), 'the answer tells of the use that the call is').toMatchObject({
      ...floating,
      grant_start: time(0),
      grant_end: time(2 * HOUR),
      requested_grant_type: 'FLOATING',
    });
    engine.time += DAY;
    const seen = await engine.request(first, asker);
    expect(seen).toMatchObject({ grant_start: time(-DAY), grant_end: time(2 * HOUR - DAY) });
    expect(seen).not.toHaveProperty('requested_grant_start');
    expect(await engine.request(second, asker)).not.toHaveProperty('grant_start');
  });

  it('is not started by a token that is refused', async () => {
    const asker = await engine.person('asker');
    await given(asker, floating);
    await engine.call('GET', '/api/users', { as: { ...asker, token: 'forged' } });
    expect(await storeRoles(asker)).toMatchObject([floating]);
  });

  it('starts once, with calls of the engine too', async () => {
    const asker = await engine.person('asker');
    await given(asker, floating);
    for (const pause of [0, HOUR]) {
      engine.time += pause;
      engine.must(await engine.call('GET', `${ENGINE}/requests?filter=requests`, { as: asker }), 200);
    }
    expect(await storeRoles(asker)).toMatchObject([timed(-HOUR, HOUR)]);
  });
});

describe('roles set through the role store', () => {
  const put = (person: Person, body: unknown) =>
    engine.call('PUT', `${STORE}/users/${person.uuid}/roles`, { body });

  it('replace those of the user, each for its time', async () => {
    const person = await engine.person('person', ['USER']);
    const [first, second] = [await engine.role(), await engine.role()];
    expectDone(await put(person, [{ id: first.id }, { id: second.id, ...timed(0, HOUR) }]));
    expect(await engine.roles(person)).toEqual([first.name, second.name]);
    engine.time += HOUR;
    expect(await engine.roles(person)).toEqual([first.name]);
  });

  it('can be written back as they were read', async () => {
    const group = { description: 'A group', roles: ['WORKER'] };
    engine.must(await engine.call('PUT', '/api/groups/workers', { body: group }), 200);
    const person = await engine.person('person', ['USER'], ['workers']);
    await given(person, timed(0, HOUR));
    const before = await storeRoles(person);
    expect(before).toHaveLength(3);
    expectDone(await put(person, before));
    expect(await storeRoles(person)).toEqual(before);
    expect(await engine.roles(person)).not.toContain('WORKER');
  });

  it('must be known, and fit together', async () => {
    const person = await engine.person('person');
    expect((await put(person, [{ id: 'nothing' }])).status).toBe(400);
    const mix = [{ id: await engine.roleId('USER_READ_ONLY') }, { id: await engine.roleId('USER') }];
    expect((await put(person, mix)).status).toBe(400);
    expect(await engine.roles(person)).toEqual([]);
  });
});
