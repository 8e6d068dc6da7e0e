import { afterAll, describe, expect, it } from 'vitest';
import { startApiUnderTest } from '../support/api-under-test.ts';
import { expectError } from '../support/expectations.ts';
import { enc, must, unique, Workspace } from '../support/workspace.ts';

const api = await startApiUnderTest();
const make = new Workspace(api);
afterAll(() => api.stop());

const UNKNOWN = '7d0e0000-0000-4000-8000-00000000dead';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

describe('creating an application', () => {
  it('answers all six fields', async () => {
    const { token, userId } = await make.actor('APPLICATION_CREATOR');
    const name = unique('billing');
    const { status, record } = await api.call('POST', '/applications', { token, body: { name } });
    expect(status).toBe(200);
    expect(record).toEqual({
      id: expect.stringMatching(UUID),
      name,
      createdBy: userId,
      updatedBy: userId,
      createTime: expect.any(Number),
      updateTime: record['createTime'],
    });
  });

  it('takes a name twice', async () => {
    const name = unique('twin');
    const first = must(await api.call('POST', '/applications', { body: { name } })).record;
    const second = must(await api.call('POST', '/applications', { body: { name } })).record;
    expect(first['id']).not.toBe(second['id']);
  });

  it.each([
    ['an empty name', { name: '' }],
    ['no name', {}],
    ['a null name', { name: null }],
    ['a number for a name', { name: 7 }],
    ['blanks for a name', { name: '   ' }],
  ])('refuses %s', async (_, body) => {
    const before = (await api.call('GET', '/applications')).list.length;
    expectError(await api.call('POST', '/applications', { body }), 400, 'name');
    expect((await api.call('GET', '/applications')).list).toHaveLength(before);
  });
});

describe('reading applications', () => {
  it('gives the same six fields on get and on look-up by key', async () => {
    const created = must(await api.call('POST', '/applications', { body: { name: unique('a') } })).record;
    const key = await make.key(String(created['id']));
    expect((await api.call('GET', `/applications/${created['id']}`)).json).toEqual(created);
    expect((await api.call('GET', `/applications/key/${key.id}`)).json).toEqual(created);
  });

  it('adds tags in the list only', async () => {
    const [tagged, plain] = [await make.application(), await make.application()];
    const tags = [{ key: 'team', value: 'core' }];
    must(await api.call('PUT', `/applications/${tagged}/tags`, { body: tags }));
    const { list } = await api.call('GET', '/applications');
    expect(list.find(({ id }) => id === tagged)).toMatchObject({ tags, createTime: expect.any(Number) });
    expect(list.find(({ id }) => id === plain)).toMatchObject({ tags: [] });
    expect((await api.call('GET', `/applications/${tagged}`)).record).not.toHaveProperty('tags');
  });
});

describe('updating an application', () => {
  it('keeps id, creator and creation, and moves the update', async () => {
    const id = await make.application();
    const before = (await api.call('GET', `/applications/${id}`)).record;
    const { token, userId } = await make.actor('APPLICATION_MANAGER');
    const name = unique('renamed');
    const { status, record } = await api.call('PUT', `/applications/${id}`, { token, body: { name } });
    expect(status).toBe(200);
    expect(record).toEqual({ ...before, name, updatedBy: userId, updateTime: record['updateTime'] });
    expect(record['updateTime']).toBeGreaterThanOrEqual(Number(before['updateTime']));
    expect((await api.call('GET', `/applications/${id}`)).json).toEqual(record);
  });

  it.each([[{ name: '' }], [{}], [{ name: [] }]])('refuses %j and changes nothing', async (body) => {
    const id = await make.application();
    const before = await api.call('GET', `/applications/${id}`);
    expectError(await api.call('PUT', `/applications/${id}`, { body }), 400, 'name');
    expect((await api.call('GET', `/applications/${id}`)).json).toEqual(before.json);
  });
});

describe('deleting an application', () => {
  it('says so, and is 404 the second time', async () => {
    const id = await make.application();
    const answer = await api.call('DELETE', `/applications/${id}`);
    expect(answer.json).toEqual({ message: `Deleted Application '${id}'` });
    expectError(await api.call('GET', `/applications/${id}`), 404, id);
    expectError(await api.call('DELETE', `/applications/${id}`), 404, id);
  });

  it('takes along its keys, what was signed in with them, its user and its tags', async () => {
    const id = await make.application();
    const key = await make.key(id);
    const token = await make.signIn(key);
    must(await api.call('PUT', `/applications/${id}/tags`, { body: [{ key: 'a', value: 'b' }] }));
    must(await api.call('DELETE', `/applications/${id}`));
    expect(await api.call('GET', '/token/userInfo', { token })).toMatchObject({
      status: 401,
      json: { error: 'INVALID_TOKEN' },
    });
    expectError(
      await api.call('POST', '/token', { token: null, body: { keyId: key.id, keySecret: key.secret } }),
      401,
    );
    expectError(await api.call('GET', `/applications/key/${key.id}`), 404, key.id);
    expectError(await api.call('GET', `/users/${enc(`app:${id}`)}`), 404, `app:${id}`);
    expect((await api.call('GET', `/applications/${id}/tags`)).json).toEqual([]);
    const users = await api.call('GET', '/users?apps=true');
    expect(users.list.map((user) => user['id'])).not.toContain(`app:${id}`);
  });

  it('takes along the grants to it and on it, and its memberships', async () => {
    const id = await make.application();
    const [user, group, workflow] = [await make.user(), await make.group(), unique('wf')];
    const target = { type: 'WORKFLOW_DEF', id: workflow };
    await make.grant({ type: 'USER', id: `app:${id}` }, target, ['READ']);
    await make.grant({ type: 'USER', id: user }, { type: 'APPLICATION', id }, ['READ']);
    must(await api.call('POST', `/groups/${group}/users/${enc(`app:${id}`)}`));
    must(await api.call('DELETE', `/applications/${id}`));
    expect(await make.grantsOf('users', user)).toEqual([]);
    const grants = await api.call('GET', `/auth/authorization/WORKFLOW_DEF/${workflow}?groupBy=subject`);
    expect(grants.json).toEqual({});
    expect((await api.call('GET', `/groups/${group}/users`)).json).toEqual([]);
  });
});

describe('an unknown application is 404 and the message has its id', () => {
  const path = `/applications/${UNKNOWN}`;
  it.each([
    ['GET', path, undefined],
    ['PUT', path, { name: 'x' }],
    ['DELETE', path, undefined],
    ['GET', `${path}/accessKeys`, undefined],
    ['POST', `${path}/accessKeys`, undefined],
    ['POST', `${path}/accessKeys/${UNKNOWN}/status`, undefined],
    ['DELETE', `${path}/accessKeys/${UNKNOWN}`, undefined],
    ['POST', `${path}/roles/USER`, undefined],
    ['DELETE', `${path}/roles/USER`, undefined],
    ['GET', `/applications/key/${UNKNOWN}`, undefined],
  ])('%s %s', async (method, unknownPath, body) => {
    expectError(await api.call(method, unknownPath, { body }), 404, UNKNOWN);
  });
});
