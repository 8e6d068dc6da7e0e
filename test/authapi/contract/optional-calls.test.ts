import { afterAll, describe, expect, it } from 'vitest';
import { remote, startApiUnderTest } from '../support/api-under-test.ts';
import { expectError } from '../support/expectations.ts';
import { enc, must, unique, Workspace } from '../support/workspace.ts';

const api = await startApiUnderTest();
const make = new Workspace(api);
afterAll(() => api.stop());

const grantsOf = (type: string, id: string, query = '') => `/auth/subjects/${type}/${enc(id)}/grants${query}`;

describe.skipIf(remote)('the grants of a subject (contract section 11, optional)', () => {
  it('are an array of target and access, of any type of subject', async () => {
    const subjects = [
      { type: 'USER', id: await make.user() },
      { type: 'GROUP', id: await make.group() },
      { type: 'ROLE', id: await make.role() },
    ];
    for (const subject of subjects) {
      const target = { type: 'WORKFLOW_DEF', id: unique('wf') };
      await make.grant(subject, target, ['READ']);
      expect((await api.call('GET', grantsOf(subject.type, subject.id))).json).toEqual([
        { target, access: ['READ'] },
      ]);
    }
  });

  it('can be read and revoked for one type of target', async () => {
    const id = await make.user();
    const [workflow, task] = [
      { type: 'WORKFLOW_DEF', id: unique('wf') },
      { type: 'TASK_DEF', id: unique('t') },
    ];
    for (const target of [workflow, task]) await make.grant({ type: 'USER', id }, target, ['READ']);
    const read = () => api.call('GET', grantsOf('USER', id));
    expect((await api.call('GET', grantsOf('USER', id, '?resourceType=TASK_DEF'))).list).toMatchObject([
      { target: task },
    ]);
    const revoked = await api.call('DELETE', grantsOf('USER', id, '?resourceType=TASK_DEF'));
    expect(revoked.json).toEqual({ message: 'Revoked grants' });
    expect((await read()).list).toMatchObject([{ target: workflow }]);
    must(await api.call('DELETE', grantsOf('USER', id)));
    expect((await read()).json).toEqual([]);
  });

  it('are for an ADMIN; reading one’s own is for oneself', async () => {
    const [{ token, userId }, other] = [await make.actor(), await make.user()];
    must(await api.call('GET', grantsOf('USER', userId), { token }));
    expectError(await api.call('GET', grantsOf('USER', other), { token }), 403);
    expectError(await api.call('DELETE', grantsOf('USER', userId), { token }), 403);
    expectError(await api.call('DELETE', grantsOf('USER', other), { token }), 403);
  });
});

describe.skipIf(remote)('what clients’ suites touch beyond authorization (contract section 14)', () => {
  it('lists task definitions, so that PY’s suites run', async () => {
    expect(await api.call('GET', '/metadata/taskdefs')).toMatchObject({ status: 200, json: [] });
  });

  it('takes a workflow definition, so that there is a target', async () => {
    const body = { name: unique('wf'), version: 1, tasks: [] };
    expect(await api.call('POST', '/metadata/workflow', { body })).toMatchObject({ status: 200 });
  });
});
