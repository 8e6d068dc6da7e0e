import { afterAll, describe, expect, it } from 'vitest';
import { startApiUnderTest } from '../support/api-under-test.ts';
import { expectError } from '../support/expectations.ts';
import { enc, must, type Ref, unique, Workspace } from '../support/workspace.ts';

const api = await startApiUnderTest();
const make = new Workspace(api);
afterAll(() => api.stop());

const ACCESS = ['READ', 'CREATE', 'UPDATE', 'DELETE', 'EXECUTE'];
const TARGET_TYPES =
  'WORKFLOW WORKFLOW_DEF WORKFLOW_SCHEDULE EVENT_HANDLER TASK_DEF TASK_REF_NAME TASK_ID APPLICATION USER SECRET_NAME ' +
  'ENV_VARIABLE TAG DOMAIN INTEGRATION_PROVIDER INTEGRATION PROMPT USER_FORM_TEMPLATE SCHEMA CLUSTER_CONFIG WEBHOOK ' +
  'API_GATEWAY_SERVICE API_GATEWAY_SERVICE_ROUTE AUTH_CONFIG GROUP ROLE SERVICE_REGISTRY';
const NONE = { READ: [], CREATE: [], UPDATE: [], DELETE: [], EXECUTE: [] };

const workflow = (id = unique('wf')): Ref => ({ type: 'WORKFLOW_DEF', id });
const post = (body: unknown) => api.call('POST', '/auth/authorization', { body });
const remove = (body: unknown) => api.call('DELETE', '/auth/authorization', { body });
const at = ({ type, id }: Ref, query = '') =>
  api.call('GET', `/auth/authorization/${type}/${enc(id)}${query}`);

describe('granting', () => {
  it('says so, and leaves exactly one entry', async () => {
    const [id, target] = [await make.user(), workflow()];
    const answer = await post({ subject: { type: 'USER', id }, target, access: ['READ', 'EXECUTE'] });
    expect(answer).toMatchObject({ status: 200, json: { message: 'Granted permission' } });
    const grants = await make.grantsOf('users', id);
    expect(grants).toHaveLength(1);
    expect(grants[0]).toEqual({ target, access: expect.arrayContaining(['READ', 'EXECUTE']) });
  });

  it('again is 200 and adds to the set', async () => {
    const [subject, target] = [{ type: 'USER', id: await make.user() }, workflow()];
    for (const access of [['READ'], ['READ'], ['UPDATE', 'UPDATE']])
      await make.grant(subject, target, access);
    const grants = await make.grantsOf('users', subject.id);
    expect(grants).toHaveLength(1);
    expect(grants[0]?.['access']).toEqual(expect.arrayContaining(['READ', 'UPDATE']));
    expect(grants[0]?.['access']).toHaveLength(2);
  });

  it.each(TARGET_TYPES.split(' '))('takes the target type %s', async (type) => {
    const [id, target] = [await make.user(), { type, id: unique('target') }];
    await make.grant({ type: 'USER', id }, target, ['READ']);
    expect(await make.grantsOf('users', id)).toContainEqual({ target, access: ['READ'] });
    expect((await at(target)).record).toMatchObject({ READ: [{ type: 'USER', id }] });
  });

  it('reads SECRET as SECRET_NAME', async () => {
    const [id, secret] = [await make.user(), unique('secret')];
    await make.grant({ type: 'USER', id }, { type: 'SECRET', id: secret }, ['READ']);
    const target = { type: 'SECRET_NAME', id: secret };
    expect(await make.grantsOf('users', id)).toEqual([{ target, access: ['READ'] }]);
    expect(await make.check(id, { type: 'SECRET', id: secret })).toMatchObject({ READ: true });
  });

  it.each(['user', 'User', 'USER'])('takes the subject type %s and answers USER', async (type) => {
    const [id, target] = [await make.user(), workflow()];
    await make.grant({ type, id }, target, ['READ']);
    expect((await at(target)).record).toMatchObject({ READ: [{ type: 'USER', id }] });
  });

  it('finds the user in any case of the id', async () => {
    const [id, target] = [await make.user(), workflow()];
    await make.grant({ type: 'USER', id: id.toUpperCase() }, target, ['READ']);
    expect((await at(target)).record).toMatchObject({ READ: [{ type: 'USER', id }] });
    expect(await make.grantsOf('users', id)).toHaveLength(1);
  });

  it('needs neither the target nor the subject to exist', async () => {
    const [subject, target] = [{ type: 'GROUP', id: unique('No Group') }, workflow()];
    await make.grant(subject, target, ['READ']);
    expect((await at(target)).record).toMatchObject({ READ: [subject] });
  });

  const [subject, target, access] = [{ type: 'USER', id: 'u' }, workflow(), ['READ']];
  const REFUSED: [string, object][] = [
    ['no subject type', { subject: { id: 'u' }, target, access }],
    ['an unknown subject type', { subject: { type: 'ROBOT', id: 'u' }, target, access }],
    ['no subject id', { subject: { type: 'USER' }, target, access }],
    ['no subject', { target, access }],
    ['an unknown target type', { subject, target: { type: 'PLANET', id: 'x' }, access }],
    ['no target id', { subject, target: { type: 'WORKFLOW_DEF' }, access }],
    ['no target', { subject, access }],
    ['an unknown access', { subject, target, access: ['READ', 'FLY'] }],
    ['access as a word', { subject, target, access: 'READ' }],
    ['no access', { subject, target }],
    ['a list', []],
  ];
  it.each(REFUSED)('refuses %s with 400, and so does removing', async (_, body) => {
    expectError(await post(body), 400);
    expectError(await remove(body), 400);
    expect((await at(target)).json).toEqual(NONE);
  });
});

describe('removing a grant', () => {
  it('says so, and takes only what is named', async () => {
    const [user, goal] = [{ type: 'USER', id: await make.user() }, workflow()];
    await make.grant(user, goal, ['READ', 'EXECUTE']);
    const answer = await remove({ subject: user, target: goal, access: ['EXECUTE'] });
    expect(answer).toMatchObject({ status: 200, json: { message: 'Removed permission' } });
    expect(await make.grantsOf('users', user.id)).toEqual([{ target: goal, access: ['READ'] }]);
  });

  it('leaves no entry when nothing is left', async () => {
    const [user, goal] = [{ type: 'USER', id: await make.user() }, workflow()];
    await make.grant(user, goal, ['READ']);
    must(await remove({ subject: user, target: goal, access: ['READ', 'DELETE'] }));
    expect(await make.grantsOf('users', user.id)).toEqual([]);
    expect((await at(goal)).json).toEqual(NONE);
  });

  it('is 200 when it is not there', async () => {
    must(await remove({ subject: { type: 'user', id: unique('u') }, target: workflow(), access: ['READ'] }));
  });
});

describe('the permissions of a user', () => {
  it('are [] for a new one, even an ADMIN', async () => {
    expect(await make.grantsOf('users', await make.user({ roles: ['ADMIN'] }))).toEqual([]);
  });

  it('are its own only, not those of its groups and roles', async () => {
    const group = await make.group();
    const role = await make.role();
    const id = await make.user({ roles: [role], groups: [group] });
    await make.grant({ type: 'GROUP', id: group }, workflow(), ['READ']);
    await make.grant({ type: 'ROLE', id: role }, workflow(), ['READ']);
    expect(await make.grantsOf('users', id)).toEqual([]);
  });

  it('carry the tag they came through', async () => {
    const [id, application, value] = [await make.user(), await make.application(), unique('v')];
    must(await api.call('PUT', `/applications/${application}/tags`, { body: [{ key: 'team', value }] }));
    await make.grant({ type: 'USER', id }, { type: 'TAG', id: `team:${value}` }, ['READ', 'UPDATE']);
    const entries = (await make.grantsOf('users', id)).filter((grant) => grant['tag'] !== undefined);
    expect(entries).toEqual([
      {
        target: { type: 'APPLICATION', id: application },
        access: expect.arrayContaining(['READ', 'UPDATE']),
        tag: `team:${value}`,
      },
    ]);
  });
});

describe('the grants on a target', () => {
  it('have all five keys always', async () => {
    const target = workflow();
    expect((await at(target)).json).toEqual(NONE);
    await make.grant({ type: 'USER', id: await make.user() }, target, ['READ']);
    expect(Object.keys((await at(target)).record).toSorted()).toEqual(ACCESS.toSorted());
  });

  it.each(['', '?groupBy=access'])('are grouped by access with "%s"', async (query) => {
    const [user, group, role] = [await make.user(), unique('Group'), unique('Role')];
    const target = workflow();
    await make.grant({ type: 'USER', id: user }, target, ['READ', 'EXECUTE']);
    await make.grant({ type: 'group', id: group }, target, ['READ']);
    await make.grant({ type: 'Role', id: role }, target, ['DELETE']);
    const { record } = await at(target, query);
    const subjects = [
      { type: 'USER', id: user },
      { type: 'GROUP', id: group },
    ];
    expect(record['READ']).toEqual(expect.arrayContaining(subjects));
    expect(record['READ']).toHaveLength(2);
    expect(record).toMatchObject({
      CREATE: [],
      UPDATE: [],
      EXECUTE: [subjects[0]],
      DELETE: [{ type: 'ROLE', id: role }],
    });
  });

  it('are grouped by subject on demand, the id as it is', async () => {
    const { userId } = await make.actor();
    const target = workflow();
    await make.grant({ type: 'USER', id: userId }, target, ['READ', 'EXECUTE']);
    await make.grant({ type: 'GROUP', id: 'Ops Team' }, target, ['READ']);
    expect((await at(target, '?groupBy=subject')).json).toEqual({
      [`USER:${userId}`]: expect.arrayContaining(['READ', 'EXECUTE']),
      'GROUP:Ops Team': ['READ'],
    });
    expect((await at(workflow(), '?groupBy=subject')).json).toEqual({});
  });

  it('refuse an unknown grouping and an unknown type', async () => {
    expectError(await at(workflow(), '?groupBy=colour'), 400, 'groupBy');
    expectError(await at({ type: 'PLANET', id: 'x' }), 400, 'type');
  });

  it('keep ids apart that differ in case only', async () => {
    const id = unique('Wf');
    await make.grant({ type: 'USER', id: await make.user() }, workflow(id), ['READ']);
    expect((await at(workflow(id.toUpperCase()))).json).toEqual(NONE);
  });
});
