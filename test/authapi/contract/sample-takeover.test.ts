import { afterAll, describe, expect, it } from 'vitest';
import { isDefinitionType, type TargetType } from '../../../src/authapi/policy/access.ts';
import { DEFINITIONS } from '../../../src/authapi/seed/sample-definitions.ts';
import { GRANTS } from '../../../src/authapi/seed/sample-grants.ts';
import { emailOf, stableId } from '../../../src/authapi/seed/stable-id.ts';
import { remote, startApiUnderTest } from '../support/api-under-test.ts';
import { expectEmpty, expectError } from '../support/expectations.ts';
import { type Ref, Workspace } from '../support/workspace.ts';

const api = await startApiUnderTest({ seed: true });
const make = new Workspace(api);
afterAll(() => api.stop());

const ALL = { READ: true, CREATE: true, UPDATE: true, DELETE: true, EXECUTE: true };
const ROUTES: Readonly<Partial<Record<TargetType, (name: string) => readonly [string, unknown]>>> = {
  WORKFLOW_DEF: (name) => ['/metadata/workflow', { name }],
  TASK_DEF: (name) => ['/metadata/taskdefs', [{ name }]],
  WORKFLOW_SCHEDULE: (name) => ['/scheduler/schedules', { name }],
};

/** Every target that the sample organisation has granted access to, once. */
const TARGETS = [
  ...new Map(
    GRANTS.map(({ target: [type, id] }) => [
      `${type} ${id}`,
      { type, id: type === 'APPLICATION' ? stableId(`application ${id}`) : id },
    ]),
  ).values(),
];
const USERS = ['sam', 'stefan'];
const cases = (type: TargetType | null) =>
  USERS.flatMap((login) =>
    TARGETS.filter((target) => type === null || target.type === type).map((target) => ({ login, target })),
  );
const tokenOf = (login: string) => api.issueToken(emailOf(login));
const tagsOf = async (id: string) => {
  const applications = await api.call('GET', '/applications', { token: await tokenOf('ada') });
  return applications.list.find((application) => application['id'] === id)?.['tags'];
};
const changeTags = (id: string, token: string) =>
  api.call('PUT', `/applications/${id}/tags`, { token, body: [{ key: 'team', value: 'mine' }] });

describe.skipIf(remote)('the sample organisation is not for a plain USER to take over', () => {
  it('has a creator with full access for every definition that it grants access to', async () => {
    const granted = TARGETS.filter(({ type }) => isDefinitionType(type));
    expect(granted).toHaveLength(9);
    const key = ({ type, id }: Ref) => `${type} ${id}`;
    const registered = DEFINITIONS.map(({ type, name }) => key({ type, id: name }));
    expect(registered.sort()).toEqual(granted.map(key).sort());
    for (const { type, name, creator } of DEFINITIONS) {
      expect(await make.check(emailOf(creator), { type, id: name })).toEqual(ALL);
    }
  });

  it.each(
    USERS.flatMap((login) => DEFINITIONS.map((definition) => ({ login, ...definition }))),
  )('$login neither creates nor overwrites $type $name', async ({ login, type, name }) => {
    const [path, body] = ROUTES[type]?.(name) ?? expect.fail(`no route for ${type}`);
    expectError(await api.call('POST', path, { token: await tokenOf(login), body }), 403, name);
  });

  it.each(cases(null))('$login neither shares $target.type $target.id nor takes it from others', async ({
    login,
    target,
  }) => {
    const token = await tokenOf(login);
    for (const subject of [
      { type: 'USER', id: emailOf(login) },
      { type: 'GROUP', id: 'engineering' },
    ]) {
      const body = { subject, target, access: ['READ'] };
      expectError(await api.call('POST', '/auth/authorization', { token, body }), 403, target.id);
      expectError(await api.call('DELETE', '/auth/authorization', { token, body }), 403, target.id);
    }
  });

  it.each(cases('APPLICATION'))('$login tags APPLICATION $target.id only where UPDATE was granted', async ({
    login,
    target,
  }) => {
    const { UPDATE, DELETE } = await make.check(emailOf(login), target);
    expect(DELETE).toBe(false);
    const before = await tagsOf(target.id);
    const answer = await changeTags(target.id, await tokenOf(login));
    // stefan is in platform, which has UPDATE on all that bears tier:critical: that is enough to tag (section 24).
    const mayTag = login === 'stefan' && target.id === stableId('application billing');
    expect(UPDATE).toBe(mayTag);
    if (mayTag) expectEmpty(answer);
    // Who may do nothing with it is answered as for an application that is not there (section 6): nothing happens.
    else expect(await tagsOf(target.id)).toEqual(before);
  });

  it('lets neither of them grant on a tag', async () => {
    for (const { login, target } of cases('TAG')) {
      const body = { subject: { type: 'USER', id: emailOf(login) }, target, access: ['DELETE'] };
      const token = await tokenOf(login);
      expectError(await api.call('POST', '/auth/authorization', { token, body }), 403, target.id);
    }
    const reached = await make.grantsOf('users', emailOf('sam'));
    expect(reached).toEqual([
      { target: { type: 'WORKFLOW_DEF', id: 'expense-claim' }, access: ['READ', 'EXECUTE'] },
    ]);
  });
});
