import { afterAll, describe, expect, it } from 'vitest';
import { startApiUnderTest } from '../support/api-under-test.ts';
import { must, unique, Workspace } from '../support/workspace.ts';

const api = await startApiUnderTest();
const make = new Workspace(api);
afterAll(() => api.stop());

const TIMES = Array.from({ length: 12 }, (_, index) => index);

describe('the same call many times at once', () => {
  it('creates a role once: one 200, the others 409', async () => {
    const body = { name: unique('role'), permissions: ['READ_PROMPT'] };
    const answers = await Promise.all(TIMES.map(() => api.call('POST', '/roles', { body })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual(
      TIMES.map((index) => (index === 0 ? 200 : 409)),
    );
  });

  it('deletes a user once: one 200, the others 404', async () => {
    const id = await make.user();
    const answers = await Promise.all(TIMES.map(() => api.call('DELETE', `/users/${id}`)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual(
      TIMES.map((index) => (index === 0 ? 200 : 404)),
    );
  });

  it('flips a key every time', async () => {
    const applicationId = await make.application();
    const path = `/applications/${applicationId}/accessKeys/${(await make.key(applicationId)).id}/status`;
    const answers = await Promise.all(TIMES.map(() => api.call('POST', path)));
    const statuses = answers.map(({ record }) => record['status']);
    expect(statuses.filter((status) => status === 'INACTIVE')).toHaveLength(TIMES.length / 2);
    expect((await api.call('GET', path.replace(/\/[^/]+\/status$/, ''))).list).toMatchObject([
      { status: 'ACTIVE' },
    ]);
  });

  it('makes one user of an id in all its spellings', async () => {
    const id = unique('User');
    const spelling = (index: number) => (index % 2 === 0 ? id : id.toUpperCase());
    const put = (index: number) => api.call('PUT', `/users/${spelling(index)}`, { body: { name: 'N' } });
    const uuids = (await Promise.all(TIMES.map(put))).map((answer) => must(answer).record['uuid']);
    expect(new Set(uuids).size).toBe(1);
  });

  it('adds up accesses that are granted side by side', async () => {
    const [id, target] = [await make.user(), { type: 'WORKFLOW_DEF', id: unique('wf') }];
    const access = ['READ', 'CREATE', 'UPDATE', 'DELETE', 'EXECUTE'];
    await Promise.all(access.map((one) => make.grant({ type: 'USER', id }, target, [one])));
    expect(Object.values(await make.check(id, target))).toEqual(access.map(() => true));
  });
});
