import { afterAll, describe, expect, it } from 'vitest';
import { startApiUnderTest } from '../support/api-under-test.ts';
import { expectError } from '../support/expectations.ts';
import { must, Workspace } from '../support/workspace.ts';

const api = await startApiUnderTest();
const make = new Workspace(api);
afterAll(() => api.stop());

const COMBINABLE = [
  'ADMIN',
  'USER',
  'METADATA_MANAGER',
  'METADATA_API',
  'WORKER',
  'WORKFLOW_MANAGER',
  'UNRESTRICTED_WORKER',
  'APPLICATION_CREATOR',
  'APPLICATION_MANAGER',
  'PROMPT_MANAGER',
];
const FREE = ['WORKER', 'METADATA_API', 'APPLICATION_CREATOR'];
const ADMIN_ONLY = [...COMBINABLE.filter((role) => !FREE.includes(role)), 'USER_READ_ONLY'];

const rolePath = (id: string, role: string) => `/applications/${id}/roles/${role}`;

describe('the roles of an application', () => {
  it('show at the user app:<id>', async () => {
    const id = await make.application();
    for (const role of COMBINABLE) must(await api.call('POST', rolePath(id, role)));
    expect((await make.roleNames(`app:${id}`)).toSorted()).toEqual(COMBINABLE.toSorted());
  });

  it('are none at first', async () => {
    expect(await make.roleNames(`app:${await make.application()}`)).toEqual([]);
  });

  it('are held once when given twice', async () => {
    const id = await make.application();
    for (const role of ['USER', 'USER']) must(await api.call('POST', rolePath(id, role)));
    expect(await make.roleNames(`app:${id}`)).toEqual(['USER']);
  });

  it('can be taken away, also when not held', async () => {
    const id = await make.application();
    must(await api.call('POST', rolePath(id, 'USER')));
    for (const role of ['USER', 'USER', 'WORKER']) must(await api.call('DELETE', rolePath(id, role)));
    expect(await make.roleNames(`app:${id}`)).toEqual([]);
  });

  it('may be custom', async () => {
    const [id, role] = [await make.application(), await make.role()];
    must(await api.call('POST', rolePath(id, role)));
    expect(await make.roleNames(`app:${id}`)).toEqual([role]);
  });

  it.each([
    'NO_SUCH_ROLE',
    'worker',
    '__proto__',
    'constructor',
  ])('cannot be the unknown %s', async (role) => {
    const id = await make.application();
    expectError(await api.call('POST', rolePath(id, role)), 400, role);
    expect(await make.roleNames(`app:${id}`)).toEqual([]);
  });

  it('change what a running token may do at once', async () => {
    const { token, applicationId } = await make.actor();
    expectError(await api.call('GET', '/users', { token }), 403);
    must(await api.call('POST', rolePath(applicationId, 'ADMIN')));
    must(await api.call('GET', '/users', { token }));
    must(await api.call('DELETE', rolePath(applicationId, 'ADMIN')));
    expectError(await api.call('GET', '/users', { token }), 403);
  });
});

describe('USER_READ_ONLY stands alone', () => {
  it('is alone on an application', async () => {
    const id = await make.application();
    must(await api.call('POST', rolePath(id, 'USER_READ_ONLY')));
    expectError(await api.call('POST', rolePath(id, 'WORKER')), 400, 'USER_READ_ONLY');
    expect(await make.roleNames(`app:${id}`)).toEqual(['USER_READ_ONLY']);
  });

  it('cannot join another role', async () => {
    const id = await make.application();
    must(await api.call('POST', rolePath(id, 'WORKER')));
    expectError(await api.call('POST', rolePath(id, 'USER_READ_ONLY')), 400, 'USER_READ_ONLY');
  });
});

describe('who may give a role to an application it has access to', () => {
  const give = async (role: string, ...callerRoles: string[]) => {
    const { token } = await make.actor(...callerRoles);
    const id = await make.application(token);
    return { id, answer: await api.call('POST', rolePath(id, role), { token }) };
  };

  it.each(FREE)('%s: its creator', async (role) => {
    const { answer } = await give(role, 'APPLICATION_CREATOR');
    expect(answer).toMatchObject({ status: 200 });
  });

  it.each(ADMIN_ONLY)('%s: only an ADMIN', async (role) => {
    const refused = await give(role, 'APPLICATION_CREATOR');
    expectError(refused.answer, 403);
    expect(await make.roleNames(`app:${refused.id}`)).toEqual([]);
    expectError((await give(role, 'APPLICATION_MANAGER')).answer, 403);
    expect((await give(role, 'ADMIN')).answer).toMatchObject({ status: 200 });
  });

  it('a custom role: only an ADMIN', async () => {
    const role = await make.role();
    expectError((await give(role, 'APPLICATION_CREATOR')).answer, 403);
  });

  it('none: somebody without access to the application', async () => {
    const { token } = await make.actor('USER');
    const id = await make.application();
    expectError(await api.call('POST', rolePath(id, 'WORKER'), { token }), 404, id);
    expectError(await api.call('DELETE', rolePath(id, 'WORKER'), { token }), 404, id);
  });
});
