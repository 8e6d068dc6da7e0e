import { afterAll, describe, expect, it } from 'vitest';
import { asList } from '../support/answer.ts';
import { EngineUnderTest, LOCAL, STORE } from './support/engine.ts';
import { expectRefusal } from './support/expectations.ts';

const engine = await EngineUnderTest.start();
afterAll(() => engine.stop());
const NOWHERE = '00000000-0000-4000-8000-000000000000';
const role = await engine.role('Linux-Admin', ['READ_TASK_DEF']);
engine.must(
  await engine.call('PUT', '/api/groups/admins', { body: { description: 'Admins', roles: [role.name] } }),
  200,
);
const alice = await engine.person('Alice', ['USER'], ['admins']);

describe('the role store', () => {
  it('lists the roles of the authorization API by name, each with an id that stays', async () => {
    const { record } = await engine.call('GET', `${STORE}/roles?limit=100`);
    const names = asList(record['items']).map(({ name }) => String(name));
    const known = (await engine.call('GET', '/api/roles')).list.map(({ name }) => name);
    expect(names).toEqual(known.map(String).toSorted());
    const down = await engine.call('GET', `${STORE}/roles?limit=100&sortdir=desc`);
    expect(asList(down.record['items']).map(({ name }) => name)).toEqual(names.toReversed());
    expectRefusal(
      await engine.call('GET', `${STORE}/roles?sortkey=colour`),
      400,
      'INVALID_REQUEST_DATA',
      'sortkey',
    );
  });

  it('gets a role with the number of those who hold it, also through groups', async () => {
    expect((await engine.call('GET', `${STORE}/roles/${role.id}`)).json).toEqual({
      ...role,
      comment: '',
      permissions: ['READ_TASK_DEF'],
      explicit: true,
      implicit: false,
      system: false,
      grant_type: 'PERMANENT',
      access_group_id: '',
      member_count: 1,
    });
    expectRefusal(await engine.call('GET', `${STORE}/roles/${NOWHERE}`), 404, 'OBJECT_NOT_FOUND');
  });

  it('finds roles by name, and ADMIN by the name PrivX has for it', async () => {
    const body = ['privx-admin', role.name, 'nothing'];
    const { record } = await engine.call('POST', `${STORE}/roles/resolve`, { body });
    expect(record['count']).toBe(2);
    expect(asList(record['items']).map(({ name }) => name)).toEqual(['ADMIN', role.name]);
  });

  it('gives a user its roles, own ones and those of groups', async () => {
    const { record } = await engine.call('GET', `${STORE}/users/${alice.uuid}`);
    expect(record).toMatchObject({
      id: alice.uuid,
      principal: alice.id,
      full_name: 'Alice',
      email: alice.id,
      source_type: 'local',
      permissions: expect.arrayContaining(['READ_TASK_DEF', 'CREATE_APPLICATION']),
    });
    const held = asList(record['roles']).map(({ name, explicit, implicit }) => [name, explicit, implicit]);
    expect(held.toSorted()).toEqual([
      [role.name, false, true],
      ['USER', true, false],
    ]);
    const roles = await engine.call('GET', `${STORE}/users/${alice.uuid}/roles`);
    expect(roles.json).toEqual({ count: 2, items: record['roles'] });
    expect((await engine.call('GET', `${STORE}/users/current`, { as: alice })).json).toEqual(record);
  });

  it('answers 404 for users that are not there, and knows them by uuid only', async () => {
    for (const id of [NOWHERE, alice.id]) {
      for (const path of [`/users/${id}`, `/users/${id}/roles`]) {
        expectRefusal(await engine.call('GET', `${STORE}${path}`), 404, 'OBJECT_NOT_FOUND');
      }
      expectRefusal(await engine.call('GET', `${LOCAL}/users/${id}`), 404, 'OBJECT_NOT_FOUND');
      expectRefusal(
        await engine.call('PUT', `${STORE}/users/${id}/roles`, { body: [] }),
        404,
        'OBJECT_NOT_FOUND',
      );
    }
  });

  it('finds users by words in any case, applications among them', async () => {
    const search = async (keywords?: string) => {
      const answer = await engine.call('POST', `${STORE}/users/search`, { body: { keywords } });
      return asList(engine.must(answer, 200).record['items']).map(({ principal }) => principal);
    };
    expect(await search('ALICE')).toEqual([alice.id]);
    expect(await search()).toEqual([alice.id, engine.admin.id].toSorted());
    expect(await search('nobody of that name')).toEqual([]);
  });
});

describe('the local user store', () => {
  it('calls people by their names there', async () => {
    const user = {
      id: alice.uuid,
      username: alice.id,
      full_name: 'Alice',
      display_name: 'Alice',
      email: alice.id,
    };
    expect((await engine.call('GET', `${LOCAL}/users/${alice.uuid}`)).json).toEqual(user);
    const { record } = await engine.call('GET', `${LOCAL}/users`);
    expect(record['count']).toBe(2);
    expect(asList(record['items'])).toContainEqual(user);
  });
});
