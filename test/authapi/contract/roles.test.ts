import { afterAll, describe, expect, it } from 'vitest';
import { asList, asRecord } from '../support/answer.ts';
import { startApiUnderTest } from '../support/api-under-test.ts';
import { expectError } from '../support/expectations.ts';
import { must, unique, Workspace } from '../support/workspace.ts';

const api = await startApiUnderTest();
const make = new Workspace(api);
afterAll(() => api.stop());

/** The system roles whose permissions the sources show (contract section 3). */
const SYSTEM: Record<string, string> = {
  ADMIN:
    'ADMIN_MANAGEMENT API_GATEWAY_MANAGEMENT API_GATEWAY_VIEW APPLICATION_MANAGEMENT AUTHORIZATION_MANAGEMENT ' +
    'BULK_MANAGEMENT EVENT_HANDLER_MANAGEMENT METADATA_MANAGEMENT METADATA_VIEW PERMISSION_MANAGEMENT PROMPT_MANAGEMENT ' +
    'PUBLISHER_MANAGEMENT SCHEDULE_MANAGEMENT USER_MANAGEMENT WORKFLOW_MANAGEMENT WORKFLOW_SEARCH',
  USER:
    'API_GATEWAY_MANAGEMENT API_GATEWAY_VIEW CREATE_APPLICATION CREATE_INTEGRATION CREATE_SECRET CREATE_TASK_DEF ' +
    'CREATE_USER_FORM_TEMPLATE CREATE_WORKFLOW_DEF WORKFLOW_SEARCH',
  METADATA_MANAGER:
    'API_GATEWAY_MANAGEMENT API_GATEWAY_VIEW CREATE_INTEGRATION CREATE_SECRET METADATA_MANAGEMENT METADATA_VIEW',
  METADATA_API: 'CREATE_TASK_DEF CREATE_USER_FORM_TEMPLATE CREATE_WORKFLOW_DEF',
  WORKER: '',
  WORKFLOW_MANAGER: 'METADATA_VIEW WORKFLOW_MANAGEMENT WORKFLOW_SEARCH',
  UNRESTRICTED_WORKER: '',
  APPLICATION_CREATOR: 'CREATE_APPLICATION',
  APPLICATION_MANAGER: 'API_GATEWAY_MANAGEMENT API_GATEWAY_VIEW APPLICATION_MANAGEMENT',
  USER_READ_ONLY: 'API_GATEWAY_VIEW METADATA_VIEW WORKFLOW_SEARCH',
  PROMPT_MANAGER: 'PROMPT_MANAGEMENT',
};

const permissionNames = (role: unknown) =>
  asList(asRecord(role)['permissions'])
    .map((permission) => String(permission['name']))
    .toSorted();

describe('system roles', () => {
  it.each(Object.entries(SYSTEM))('%s has its permissions', async (name, permissions) => {
    const { record } = await api.call('GET', '/roles/system');
    expect(record[name]).toMatchObject({ name });
    expect(permissionNames(record[name])).toEqual(permissions.split(' ').filter(Boolean));
    expect((await api.call('GET', `/roles/${name}`)).record).toMatchObject({ name });
  });

  it('are eleven, and all of them listed among all roles', async () => {
    const { record } = await api.call('GET', '/roles/system');
    expect(Object.keys(record).toSorted()).toEqual(Object.keys(SYSTEM).toSorted());
    const all = (await api.call('GET', '/roles')).list.map(({ name }) => name);
    expect(all).toEqual(expect.arrayContaining(Object.keys(SYSTEM)));
  });

  it('cannot be changed or deleted, nor their names taken', async () => {
    const permissions = ['READ_TASK_DEF'];
    expectError(await api.call('PUT', '/roles/WORKER', { body: { permissions } }), 400, 'WORKER');
    expectError(await api.call('DELETE', '/roles/WORKER'), 400, 'WORKER');
    const taken = await api.call('POST', '/roles', { body: { name: 'WORKER', permissions } });
    expectError(taken, 409, 'WORKER');
    expect((await api.call('GET', '/roles/WORKER')).record).toMatchObject({ permissions: [] });
  });
});

describe('a custom role', () => {
  it.each([
    ['strings', ['READ_WORKFLOW_DEF', 'EXECUTE_WORKFLOW_DEF']],
    ['{name}', [{ name: 'READ_WORKFLOW_DEF' }, { name: 'EXECUTE_WORKFLOW_DEF' }]],
    ['{resource, actions}', [{ resource: 'WORKFLOW_DEF', actions: ['READ', 'EXECUTE'] }]],
    ['a mixture', ['READ_WORKFLOW_DEF', { resource: 'WORKFLOW_DEF', actions: ['EXECUTE'] }]],
  ])('takes permissions as %s and answers a superset of all three', async (_, permissions) => {
    const body = { name: unique('workflow-operator'), description: 'runs workflows', permissions };
    const { status, record } = await api.call('POST', '/roles', { body });
    expect(status).toBe(200);
    expect(record).toMatchObject({ name: body.name, description: 'runs workflows', type: 'custom' });
    const entries = [
      { name: 'READ_WORKFLOW_DEF', resource: 'WORKFLOW_DEF', actions: ['READ'] },
      { name: 'EXECUTE_WORKFLOW_DEF', resource: 'WORKFLOW_DEF', actions: ['EXECUTE'] },
    ];
    for (const entry of entries) expect(record['permissions']).toContainEqual(expect.objectContaining(entry));
    expect((await api.call('GET', `/roles/${body.name}`)).json).toEqual(record);
    expect((await api.call('GET', '/roles/custom')).list).toContainEqual(record);
    expect((await api.call('GET', '/roles')).list).toContainEqual(record);
    expect((await api.call('GET', '/roles/system')).record).not.toHaveProperty(body.name);
  });

  it.each(['lower-case', 'UPPER_CASE', 'Mixed09'])('may be named like %s', async (style) => {
    const name = await make.role(['READ_PROMPT'], unique(style));
    expect((await api.call('GET', `/roles/${name}`)).record).toMatchObject({ name });
  });

  it.each(['with space', 'a.b', 'a/b', 'ä', '', '../x'])('may not be named "%s"', async (name) => {
    expectError(
      await api.call('POST', '/roles', { body: { name, permissions: ['READ_PROMPT'] } }),
      400,
      'name',
    );
  });

  it('takes everything that is listed as on offer', async () => {
    const { status, record } = await api.call('GET', '/roles/permissions');
    expect(status).toBe(200);
    const names = Object.values(record).flat();
    expect(names.length).toBeGreaterThan(0);
    for (const action of ['CREATE', 'READ', 'UPDATE', 'DELETE', 'EXECUTE']) {
      expect(record['WORKFLOW_DEF']).toContain(`${action}_WORKFLOW_DEF`);
      expect(record['TASK_DEF']).toContain(`${action}_TASK_DEF`);
    }
    const role = await make.role(names);
    expect(permissionNames((await api.call('GET', `/roles/${role}`)).json)).toEqual(
      expect.arrayContaining(names),
    );
  });

  it('offers names with workflow and read or execute, as the journey picks', async () => {
    const names = Object.values((await api.call('GET', '/roles/permissions')).record)
      .flat()
      .map(String);
    expect(names.filter((name) => /workflow/i.test(name) && /read|execute/i.test(name))).not.toEqual([]);
  });

  it.each([
    'INTEGRATION CREATE READ UPDATE DELETE EXECUTE',
    'INTEGRATION_PROVIDER CREATE READ UPDATE DELETE EXECUTE',
    ...'PROMPT API_GATEWAY_SERVICE AUTH_CONFIG ENV_VARIABLE EVENT_HANDLER SCHEMA SECRET SECRET_NAME USER_FORM_TEMPLATE WORKFLOW_SCHEDULE APPLICATION'
      .split(' ')
      .map((resource) => `${resource} CREATE READ UPDATE DELETE`),
    'GROUP READ',
    'ROLE READ',
    'USER READ',
  ])('may hold on %s', async (line) => {
    const [resource, ...actions] = line.split(' ');
    const name = await make.role([{ resource, actions }]);
    expect((await api.call('GET', `/roles/${name}`)).record).toMatchObject({ name });
  });

  it.each([
    ['an unknown word', ['workflow-read']],
    ['an unknown resource', ['READ_PLANET']],
    ['an unknown action', ['FLY_WORKFLOW_DEF']],
    ['an action the resource lacks', ['EXECUTE_PROMPT']],
    ['an unknown {name}', [{ name: 'NO_SUCH' }]],
    ['an unknown action in {resource, actions}', [{ resource: 'TASK_DEF', actions: ['FLY'] }]],
    ['numbers', [1]],
    ['no list', 'READ_TASK_DEF'],
    ['nothing', undefined],
  ])('is refused with %s for permissions', async (_, permissions) => {
    const name = unique('bad');
    expectError(await api.call('POST', '/roles', { body: { name, permissions } }), 400);
    expectError(await api.call('GET', `/roles/${name}`), 404, name);
  });

  it.each([
    'system',
    'custom',
    'permissions',
  ])('is refused as %s: nobody could read it there', async (name) => {
    const body = { name, permissions: ['READ_PROMPT'] };
    expectError(await api.call('POST', '/roles', { body }), 400, name);
    expect((await api.call('GET', '/roles/custom')).list).not.toContainEqual(
      expect.objectContaining({ name }),
    );
  });

  it('is refused without a name, and when the name is taken', async () => {
    expectError(await api.call('POST', '/roles', { body: { permissions: ['READ_PROMPT'] } }), 400, 'name');
    const name = await make.role();
    expectError(
      await api.call('POST', '/roles', { body: { name, permissions: ['READ_PROMPT'] } }),
      409,
      name,
    );
  });
});

describe('updating a custom role', () => {
  it('replaces the permissions and keeps an absent description', async () => {
    const name = unique('role');
    must(
      await api.call('POST', '/roles', { body: { name, description: 'old', permissions: ['READ_PROMPT'] } }),
    );
    const permissions = ['READ_TASK_DEF'];
    const { record } = await api.call('PUT', `/roles/${name}`, { body: { permissions } });
    expect(record).toMatchObject({ name, description: 'old' });
    expect(permissionNames(record)).toContain('READ_TASK_DEF');
    expect(permissionNames(record)).not.toContain('READ_PROMPT');
    const described = await api.call('PUT', `/roles/${name}`, {
      body: { name, description: 'new', permissions },
    });
    expect(described.record).toMatchObject({ name, description: 'new' });
  });

  it('never renames', async () => {
    const [name, other] = [await make.role(), unique('other')];
    const body = { name: other, permissions: ['READ_PROMPT'] };
    expect([200, 400]).toContain((await api.call('PUT', `/roles/${name}`, { body })).status);
    expect((await api.call('GET', `/roles/${name}`)).record).toMatchObject({ name });
    expectError(await api.call('GET', `/roles/${other}`), 404, other);
  });

  it('is refused with unknown permissions and changes nothing', async () => {
    const name = await make.role();
    const before = await api.call('GET', `/roles/${name}`);
    expectError(
      await api.call('PUT', `/roles/${name}`, { body: { permissions: ['NO_SUCH'] } }),
      400,
      'NO_SUCH',
    );
    expect((await api.call('GET', `/roles/${name}`)).json).toEqual(before.json);
  });

  it('takes effect at once, for running tokens too', async () => {
    const role = await make.role(['READ_PROMPT']);
    const { token } = await make.actor(role);
    const create = () => api.call('POST', '/applications', { token, body: { name: unique('app') } });
    expectError(await create(), 403);
    must(await api.call('PUT', `/roles/${role}`, { body: { permissions: ['CREATE_APPLICATION'] } }));
    must(await create());
    must(await api.call('DELETE', `/roles/${role}`));
    expectError(await create(), 403);
  });
});

describe('deleting a custom role', () => {
  it('takes it away from users, groups and applications, and frees the name', async () => {
    const name = await make.role();
    const user = await make.user({ roles: [name, 'WORKER'] });
    const group = await make.group({ roles: [name] });
    const { userId } = await make.actor(name);
    expect(await api.call('DELETE', `/roles/${name}`)).toMatchObject({ status: 200 });
    expect(await make.roleNames(user)).toEqual(['WORKER']);
    expect(await make.roleNames(userId)).toEqual([]);
    expect((await api.call('GET', `/groups/${group}`)).record).toMatchObject({ roles: [] });
    expectError(await api.call('GET', `/roles/${name}`), 404, name);
    await make.role(['READ_PROMPT'], name);
    expect(await make.roleNames(user)).toEqual(['WORKER']);
  });
});

describe('an unknown role is 404 and the message has its name', () => {
  it.each(['no-such-role', '__proto__', 'constructor', 'toString'])('%s', async (name) => {
    expectError(await api.call('GET', `/roles/${name}`), 404, name);
    expectError(await api.call('DELETE', `/roles/${name}`), 404, name);
    expectError(
      await api.call('PUT', `/roles/${name}`, { body: { permissions: ['READ_PROMPT'] } }),
      404,
      name,
    );
  });
});
