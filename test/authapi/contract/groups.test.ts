import { afterAll, describe, expect, it } from 'vitest';
import { asList, asRecord } from '../support/answer.ts';
import { startApiUnderTest } from '../support/api-under-test.ts';
import { expectError } from '../support/expectations.ts';
import { enc, must, unique, Workspace } from '../support/workspace.ts';

const api = await startApiUnderTest();
const make = new Workspace(api);
afterAll(() => api.stop());

const ACCESS = ['READ', 'CREATE', 'UPDATE', 'DELETE', 'EXECUTE'];

const asSet = (list: unknown) => (Array.isArray(list) ? list.toSorted() : list);

/** Puts each list of a map in order, for they are sets. */
function sorted(map: unknown): Record<string, unknown> {
  const entries = Object.entries(asRecord(map)).map(([key, list]) => [key, asSet(list)]);
  return Object.fromEntries(entries);
}

describe('creating a group', () => {
  it('answers the whole group, roles as objects', async () => {
    const id = unique('ops');
    const defaultAccess = { WORKFLOW_DEF: ['READ', 'EXECUTE'], TASK_DEF: ['READ'] };
    const body = { description: 'Operations', roles: ['USER'], defaultAccess };
    const { status, record } = await api.call('PUT', `/groups/${id}`, { body });
    expect(status).toBe(200);
    expect(record).toMatchObject({
      id,
      description: 'Operations',
      roles: [
        {
          name: 'USER',
          permissions: expect.arrayContaining([expect.objectContaining({ name: 'CREATE_WORKFLOW_DEF' })]),
        },
      ],
      contactInformation: {},
    });
    expect(sorted(record['defaultAccess'])).toEqual({
      WORKFLOW_DEF: ['EXECUTE', 'READ'],
      TASK_DEF: ['READ'],
    });
    expect((await api.call('GET', `/groups/${id}`)).json).toEqual(record);
    expect((await api.call('GET', '/groups')).list).toContainEqual(record);
  });

  it('keeps the case of the id: two spellings are two groups', async () => {
    const id = unique('Ops');
    await make.group({}, id);
    expect((await api.call('GET', `/groups/${id}`)).record).toMatchObject({ id });
    expectError(await api.call('GET', `/groups/${id.toLowerCase()}`), 404, id.toLowerCase());
  });

  it('has {} for absent default access', async () => {
    const id = unique('group');
    const { record } = await api.call('PUT', `/groups/${id}`, { body: { description: 'D', roles: [] } });
    expect(record).toMatchObject({ roles: [], defaultAccess: {} });
  });

  it.each([
    ['one bare string', 'USER', ['USER']],
    ['a list', ['WORKER', 'USER'], ['USER', 'WORKER']],
    ['nothing', undefined, []],
  ])('takes roles as %s', async (_, roles, held) => {
    const { record } = await api.call('GET', `/groups/${await make.group({ roles })}`);
    expect(
      asList(record['roles'])
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(held);
  });

  it('takes custom roles', async () => {
    const role = await make.role();
    const id = await make.group({ roles: [role] });
    expect((await api.call('GET', `/groups/${id}`)).record).toMatchObject({ roles: [{ name: role }] });
  });

  it.each([
    'WORKFLOW_DEF',
    'TASK_DEF',
    'WORKFLOW_SCHEDULE',
  ])('takes all five accesses on %s', async (type) => {
    const id = await make.group({ defaultAccess: { [type]: ACCESS } });
    const { record } = await api.call('GET', `/groups/${id}`);
    expect(sorted(record['defaultAccess'])).toEqual({ [type]: ACCESS.toSorted() });
  });

  it.each([
    ['no description', { roles: [] }, 'description'],
    ['a description that is no text', { description: {} }, 'description'],
    ['an empty description', { description: '' }, 'description'],
    ['an unknown role', { description: 'D', roles: ['NO_SUCH'] }, 'NO_SUCH'],
    [
      'default access on another type',
      { description: 'D', defaultAccess: { SECRET_NAME: ['READ'] } },
      'defaultAccess',
    ],
    ['an unknown access', { description: 'D', defaultAccess: { TASK_DEF: ['FLY'] } }, 'defaultAccess'],
    [
      'default access that is no list',
      { description: 'D', defaultAccess: { TASK_DEF: 'READ' } },
      'defaultAccess',
    ],
    [
      'USER_READ_ONLY beside others',
      { description: 'D', roles: ['USER_READ_ONLY', 'USER'] },
      'USER_READ_ONLY',
    ],
  ])('refuses %s with 400 and writes nothing', async (_, body, naming) => {
    const id = unique('group');
    expectError(await api.call('PUT', `/groups/${id}`, { body }), 400, naming);
    expectError(await api.call('GET', `/groups/${id}`), 404, id);
  });
});

describe('updating a group', () => {
  it('replaces what is given and keeps the members', async () => {
    const id = await make.group({ roles: ['USER'] });
    const user = await make.user({ groups: [id] });
    const body = { description: 'New', roles: ['WORKER'], defaultAccess: { TASK_DEF: ['READ'] } };
    const { record } = await api.call('PUT', `/groups/${id}`, { body });
    expect(record).toMatchObject({
      id,
      description: 'New',
      roles: [{ name: 'WORKER' }],
      defaultAccess: { TASK_DEF: ['READ'] },
    });
    expect((await api.call('GET', `/groups/${id}/users`)).list).toMatchObject([{ id: user }]);
  });
});

describe('the permissions of a group', () => {
  it('are its own grants, one entry for each target', async () => {
    const [id, workflow, secret] = [await make.group(), unique('wf'), unique('secret')];
    const subject = { type: 'GROUP', id };
    await make.grant(subject, { type: 'WORKFLOW_DEF', id: workflow }, ['READ']);
    await make.grant(subject, { type: 'WORKFLOW_DEF', id: workflow }, ['EXECUTE']);
    await make.grant(subject, { type: 'INTEGRATION', id: secret }, ['READ']);
    const grants = await make.grantsOf('groups', id);
    expect(grants).toHaveLength(2);
    expect(grants).toContainEqual({ target: { type: 'INTEGRATION', id: secret }, access: ['READ'] });
    expect(grants).toContainEqual({
      target: { type: 'WORKFLOW_DEF', id: workflow },
      access: expect.arrayContaining(['READ', 'EXECUTE']),
    });
  });

  it('are [] for a new group, even with roles and members', async () => {
    const id = await make.group({ roles: ['ADMIN'] });
    await make.grant(
      { type: 'USER', id: await make.user({ groups: [id] }) },
      { type: 'TASK_DEF', id: unique('t') },
      ['READ'],
    );
    expect(await make.grantsOf('groups', id)).toEqual([]);
  });

  it('carry the tag they came through', async () => {
    const [id, application, value] = [await make.group(), await make.application(), unique('v')];
    must(await api.call('PUT', `/applications/${application}/tags`, { body: [{ key: 'dev', value }] }));
    await make.grant({ type: 'GROUP', id }, { type: 'TAG', id: `dev:${value}` }, ['READ']);
    expect(await make.grantsOf('groups', id)).toContainEqual({
      target: { type: 'APPLICATION', id: application },
      access: ['READ'],
      tag: `dev:${value}`,
    });
  });
});

describe('deleting a group', () => {
  it('says so, and is 404 the second time', async () => {
    const id = await make.group();
    expect((await api.call('DELETE', `/groups/${id}`)).json).toEqual({ message: `Deleted group '${id}'` });
    expectError(await api.call('GET', `/groups/${id}`), 404, id);
    expectError(await api.call('DELETE', `/groups/${id}`), 404, id);
  });

  it('removes its memberships and grants, and leaves the users', async () => {
    const [id, target] = [await make.group(), { type: 'WORKFLOW_DEF', id: unique('wf') }];
    const user = await make.user({ groups: [id] });
    await make.grant({ type: 'GROUP', id }, target, ['READ']);
    expect(await make.check(user, target)).toMatchObject({ READ: true });
    must(await api.call('DELETE', `/groups/${id}`));
    expect((await api.call('GET', `/users/${user}`)).record).toMatchObject({ id: user, groups: [] });
    await make.group({}, id);
    expect(await make.grantsOf('groups', id)).toEqual([]);
    expect((await api.call('GET', `/groups/${id}/users`)).json).toEqual([]);
    expect(await make.check(user, target)).toMatchObject({ READ: false });
  });
});

describe('an unknown group is 404 and the message has its id', () => {
  it.each([
    ['GET', '', undefined],
    ['DELETE', '', undefined],
    ['GET', '/permissions', undefined],
    ['GET', '/users', undefined],
    ['POST', '/users', []],
    ['DELETE', '/users', []],
  ])('%s /groups/{id}%s', async (method, suffix, body) => {
    const id = unique('no group');
    expectError(await api.call(method, `/groups/${enc(id)}${suffix}`, { body }), 404, id);
  });
});
