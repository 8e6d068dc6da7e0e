import { afterAll, describe, expect, it } from 'vitest';
import { startApiUnderTest } from '../support/api-under-test.ts';
import { expectError } from '../support/expectations.ts';
import { must, type Ref, unique, Workspace } from '../support/workspace.ts';

const api = await startApiUnderTest();
const make = new Workspace(api);
afterAll(() => api.stop());

const NONE = { READ: false, CREATE: false, UPDATE: false, DELETE: false, EXECUTE: false };
const ALL = { READ: true, CREATE: true, UPDATE: true, DELETE: true, EXECUTE: true };

const workflow = (): Ref => ({ type: 'WORKFLOW_DEF', id: unique('wf') });

describe('checkPermissions answers exactly five keys', () => {
  it('all false for an unknown target', async () => {
    expect(await make.check(await make.user({ roles: ['WORKER'] }), workflow())).toEqual(NONE);
  });

  it('for own grants', async () => {
    const [id, target] = [await make.user(), workflow()];
    await make.grant({ type: 'USER', id }, target, ['READ', 'UPDATE']);
    expect(await make.check(id, target)).toEqual({ ...NONE, READ: true, UPDATE: true });
    expect(await make.check(id, { ...target, type: 'TASK_DEF' })).toEqual(NONE);
    expect(await make.check(id.toUpperCase(), target)).toEqual({ ...NONE, READ: true, UPDATE: true });
  });

  it('for grants of the user’s groups', async () => {
    const [group, target] = [await make.group(), workflow()];
    await make.grant({ type: 'GROUP', id: group }, target, ['EXECUTE']);
    expect(await make.check(await make.user({ groups: [group] }), target)).toEqual({
      ...NONE,
      EXECUTE: true,
    });
  });

  it.each(['WORKER', 'custom'])('for grants of the user’s roles: %s', async (kind) => {
    const role = kind === 'custom' ? await make.role(['READ_PROMPT']) : kind;
    const target = workflow();
    await make.grant({ type: 'ROLE', id: role }, target, ['CREATE']);
    expect(await make.check(await make.user({ roles: [role] }), target)).toEqual({ ...NONE, CREATE: true });
    expect(await make.check(await make.user(), target)).toEqual(NONE);
  });

  it('for grants of the roles of the user’s groups', async () => {
    const role = await make.role(['READ_PROMPT']);
    const target = workflow();
    await make.grant({ type: 'ROLE', id: role }, target, ['DELETE']);
    const group = await make.group({ roles: [role] });
    expect(await make.check(await make.user({ groups: [group] }), target)).toEqual({ ...NONE, DELETE: true });
  });

  it('for a union of them', async () => {
    const [group, target] = [await make.group({ roles: ['WORKER'] }), workflow()];
    const id = await make.user({ groups: [group] });
    await make.grant({ type: 'USER', id }, target, ['READ']);
    await make.grant({ type: 'GROUP', id: group }, target, ['UPDATE']);
    await make.grant({ type: 'ROLE', id: 'WORKER' }, target, ['EXECUTE']);
    expect(await make.check(id, target)).toEqual({ ...NONE, READ: true, UPDATE: true, EXECUTE: true });
  });

  it('for what is granted through a tag, while it is tagged', async () => {
    const [id, application, value] = [await make.user(), await make.application(), unique('v')];
    const tags = [{ key: 'team', value }];
    const target = { type: 'APPLICATION', id: application };
    await make.grant({ type: 'USER', id }, { type: 'TAG', id: `team:${value}` }, ['READ']);
    expect(await make.check(id, target)).toEqual(NONE);
    must(await api.call('PUT', `/applications/${application}/tags`, { body: tags }));
    expect(await make.check(id, target)).toEqual({ ...NONE, READ: true });
    must(await api.call('DELETE', `/applications/${application}/tags`, { body: tags }));
    expect(await make.check(id, target)).toEqual(NONE);
  });

  it('for ownership: creators have full access to what they create', async () => {
    const { token, userId } = await make.actor('APPLICATION_CREATOR');
    const id = await make.application(token);
    expect(await make.check(userId, { type: 'APPLICATION', id })).toEqual(ALL);
    expect(await make.check(userId, { type: 'APPLICATION', id: await make.application() })).toEqual(NONE);
  });

  it('for an ADMIN, own or through a group: all true, on unknown targets too', async () => {
    expect(await make.check(await make.user({ roles: ['ADMIN'] }), workflow())).toEqual(ALL);
    const group = await make.group({ roles: ['ADMIN'] });
    expect(await make.check(await make.user({ groups: [group] }), workflow())).toEqual(ALL);
  });

  it('for the user of an application', async () => {
    const [{ userId }, target] = [await make.actor(), workflow()];
    await make.grant({ type: 'USER', id: userId }, target, ['READ']);
    expect(await make.check(userId, target)).toEqual({ ...NONE, READ: true });
  });
});

describe('checkPermissions needs both type and id', () => {
  it.each([
    ['', 'type'],
    ['?type=WORKFLOW_DEF', 'id'],
    ['?id=orders', 'type'],
    ['?type=&id=orders', 'type'],
  ])('400 for "%s"', async (query, naming) => {
    const id = await make.user();
    expectError(await api.call('GET', `/users/${id}/checkPermissions${query}`), 400, naming);
  });
});
