import { afterAll, describe, expect, it } from 'vitest';
import { asList } from '../support/answer.ts';
import { startApiUnderTest } from '../support/api-under-test.ts';
import { expectError, expectTokenRefused } from '../support/expectations.ts';
import { enc, must, unique, Workspace } from '../support/workspace.ts';

const api = await startApiUnderTest();
const make = new Workspace(api);
afterAll(() => api.stop());

describe('creating a user', () => {
  it('answers the whole user, roles and groups as objects', async () => {
    const group = await make.group({ description: 'Operations', roles: ['WORKER'] });
    const id = `${unique('ann')}@example.com`;
    const body = { name: 'Ann', roles: ['USER'], groups: [group], contactInformation: { phone: '12' } };
    const { status, record } = await api.call('PUT', `/users/${enc(id)}`, { body });
    expect(status).toBe(200);
    expect(record).toMatchObject({
      id,
      name: 'Ann',
      roles: [{ name: 'USER' }],
      groups: [
        {
          id: group,
          description: 'Operations',
          roles: [{ name: 'WORKER' }],
          defaultAccess: {},
          contactInformation: {},
        },
      ],
      uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      contactInformation: { phone: '12' },
      namespace: 'default',
      applicationUser: false,
      orkesWorkersApp: false,
      orkesApiGateway: false,
      orkesApp: false,
    });
    expect(asList(asList(record['roles'])[0]?.['permissions'])).toContainEqual(
      expect.objectContaining({ name: 'CREATE_WORKFLOW_DEF' }),
    );
    expect((await api.call('GET', `/users/${enc(id)}`)).json).toEqual(record);
  });

  it('needs only a name', async () => {
    const id = unique('user');
    const { record } = await api.call('PUT', `/users/${id}`, { body: { name: 'Bo' } });
    expect(record).toMatchObject({ id, name: 'Bo', roles: [], groups: [], contactInformation: {} });
  });

  it('stores the id in lower case and finds it in any', async () => {
    const id = `${unique('TestUser')}@Example.COM`;
    must(await api.call('PUT', `/users/${enc(id)}`, { body: { name: 'T' } }));
    for (const spelling of [id, id.toLowerCase(), id.toUpperCase()]) {
      expect((await api.call('GET', `/users/${enc(spelling)}`)).record).toMatchObject({
        id: id.toLowerCase(),
      });
    }
    must(await api.call('PUT', `/users/${enc(id.toUpperCase())}`, { body: { name: 'Again' } }));
    const ids = (await api.call('GET', '/users')).list.map((user) => user['id']);
    expect(ids.filter((listed) => String(listed).toLowerCase() === id.toLowerCase())).toEqual([
      id.toLowerCase(),
    ]);
  });

  it.each([
    ['one bare string', 'USER', ['USER']],
    ['a list', ['USER', 'WORKER'], ['USER', 'WORKER']],
    ['an empty list', [], []],
    ['a list that repeats itself', ['USER', 'USER'], ['USER']],
  ])('takes roles as %s', async (_, roles, held) => {
    expect((await make.roleNames(await make.user({ roles }))).toSorted()).toEqual(held);
  });

  it('takes custom roles', async () => {
    const role = await make.role();
    expect(await make.roleNames(await make.user({ roles: [role] }))).toEqual([role]);
  });

  it.each([
    ['no name', { roles: [] }, 'name'],
    ['a name that is no text', { name: 5 }, 'name'],
    ['a name of blanks only', { name: ' ' }, 'name'],
    ['an unknown role', { name: 'A', roles: ['NO_SUCH'] }, 'NO_SUCH'],
    ['an unknown bare role', { name: 'A', roles: 'NO_SUCH' }, 'NO_SUCH'],
    ['the role constructor', { name: 'A', roles: ['constructor'] }, 'constructor'],
    ['roles that are numbers', { name: 'A', roles: [1] }, 'roles'],
    ['groups that are no list', { name: 'A', groups: { a: 1 } }, 'groups'],
    ['USER_READ_ONLY beside others', { name: 'A', roles: ['USER_READ_ONLY', 'USER'] }, 'USER_READ_ONLY'],
  ])('refuses %s with 400 and writes nothing', async (_, body, naming) => {
    const id = unique('user');
    expectError(await api.call('PUT', `/users/${id}`, { body }), 400, naming);
    expectError(await api.call('GET', `/users/${id}`), 404, id);
  });

  it('refuses an unknown group with 404 and writes nothing', async () => {
    const [id, known, group] = [unique('user'), await make.group(), unique('group')];
    const body = { name: 'A', roles: [], groups: [known, group] };
    expectError(await api.call('PUT', `/users/${id}`, { body }), 404, group);
    expectError(await api.call('GET', `/users/${id}`), 404, id);
    expect((await api.call('GET', `/groups/${known}/users`)).json).toEqual([]);
  });

  it.each(['app:anything', 'APP:anything'])('refuses the reserved id %s', async (id) => {
    expectError(await api.call('PUT', `/users/${enc(id)}`, { body: { name: 'A' } }), 400, 'app:');
    expectError(await api.call('PUT', `/users/${id}`, { body: { name: 'A' } }), 400, 'app:');
  });

  it('refuses to overwrite an application’s user', async () => {
    const id = `app:${await make.application()}`;
    expectError(await api.call('PUT', `/users/${enc(id)}`, { body: { name: 'A', roles: ['ADMIN'] } }), 400);
    expect(await make.roleNames(id)).toEqual([]);
  });
});

describe('updating a user', () => {
  it('keeps absent roles and groups, and the uuid', async () => {
    const group = await make.group();
    const id = await make.user({ roles: ['USER'], groups: [group] });
    const before = (await api.call('GET', `/users/${id}`)).record;
    const after = (await api.call('PUT', `/users/${id}`, { body: { name: 'Renamed' } })).record;
    expect(after).toEqual({ ...before, name: 'Renamed' });
  });

  it('replaces roles and groups that are given; [] clears', async () => {
    const [first, second] = [await make.group(), await make.group()];
    const id = await make.user({ roles: ['USER'], groups: [first] });
    const replaced = await api.call('PUT', `/users/${id}`, {
      body: { name: 'A', roles: ['WORKER'], groups: [second] },
    });
    expect(replaced.record).toMatchObject({ roles: [{ name: 'WORKER' }], groups: [{ id: second }] });
    expect((await api.call('GET', `/groups/${first}/users`)).json).toEqual([]);
    const cleared = await api.call('PUT', `/users/${id}`, { body: { name: 'A', roles: [], groups: [] } });
    expect(cleared.record).toMatchObject({ roles: [], groups: [] });
  });

  it('leaves everything when it is refused', async () => {
    const id = await make.user({ roles: ['USER'] });
    const before = await api.call('GET', `/users/${id}`);
    expectError(await api.call('PUT', `/users/${id}`, { body: { name: 'B', roles: ['NO_SUCH'] } }), 400);
    expect((await api.call('GET', `/users/${id}`)).json).toEqual(before.json);
  });
});

describe('listing users', () => {
  it('leaves application users out unless apps=true', async () => {
    const [user, app] = [await make.user(), `app:${await make.application()}`];
    const people = (await api.call('GET', '/users')).list;
    expect(people.map(({ id }) => id)).toContain(user);
    expect(people.filter(({ id }) => String(id).startsWith('app:'))).toEqual([]);
    const all = (await api.call('GET', '/users?apps=true')).list;
    expect(all.map(({ id }) => id)).toContain(user);
    expect(all.find(({ id }) => id === app)).toMatchObject({ applicationUser: true });
  });

  it('gives the same user as reading one', async () => {
    const id = await make.user({ roles: ['USER'], groups: [await make.group()] });
    const listed = (await api.call('GET', '/users')).list.find((user) => user['id'] === id);
    expect(listed).toEqual((await api.call('GET', `/users/${id}`)).json);
  });
});

describe('reading app:<application id>', () => {
  it('gives the application’s user', async () => {
    const id = `app:${await make.application()}`;
    expect((await api.call('GET', `/users/${enc(id)}`)).record).toMatchObject({
      id,
      applicationUser: true,
      roles: [],
    });
  });
});

describe('deleting a user', () => {
  it('says so, and is 404 the second time', async () => {
    const id = await make.user();
    expect((await api.call('DELETE', `/users/${enc(id)}`)).json).toEqual({ message: `Deleted user '${id}'` });
    expectError(await api.call('GET', `/users/${enc(id)}`), 404, id);
    expectError(await api.call('DELETE', `/users/${enc(id)}`), 404, id);
  });

  it('removes memberships and grants: made again, the user has none', async () => {
    const [group, target] = [await make.group(), { type: 'WORKFLOW_DEF', id: unique('wf') }];
    const id = await make.user({ roles: ['USER'], groups: [group] });
    await make.grant({ type: 'USER', id }, target, ['READ']);
    must(await api.call('DELETE', `/users/${id}`));
    expect((await api.call('GET', `/groups/${group}/users`)).json).toEqual([]);
    await make.user({}, id);
    expect(await make.grantsOf('users', id)).toEqual([]);
    expect((await api.call('GET', `/users/${id}`)).record).toMatchObject({ groups: [], roles: [] });
    expect(await make.check(id, target)).toMatchObject({ READ: false });
  });

  it('cannot remove the user of an application under it', async () => {
    const { userId, token } = await make.actor();
    const answer = await api.call('DELETE', `/users/${enc(userId)}`);
    if (answer.status === 200) expectTokenRefused(await api.call('GET', '/token/userInfo', { token }));
    else expect([400, 403]).toContain(answer.status);
  });
});

describe('an unknown user is 404 and the message has its id', () => {
  it.each([
    '',
    '/permissions',
    '/checkPermissions?type=WORKFLOW_DEF&id=x',
  ])('GET …%s, as it was asked for', async (suffix) => {
    const id = unique('Nobody');
    expectError(await api.call('GET', `/users/${id}${suffix}`), 404, id);
  });

  it.each([
    ['GET', ''],
    ['DELETE', ''],
    ['GET', '/permissions'],
    ['GET', '/checkPermissions?type=WORKFLOW_DEF&id=x'],
  ])('%s /users/{id}%s', async (method, suffix) => {
    const id = `${unique('nobody')}@example.com`;
    expectError(await api.call(method, `/users/${enc(id)}${suffix}`), 404, id);
    expectError(await api.call('GET', `/users/app:${id}`), 404, `app:${id}`);
  });
});
