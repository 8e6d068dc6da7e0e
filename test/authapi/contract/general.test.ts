import { afterAll, describe, expect, it } from 'vitest';
import { startApiUnderTest } from '../support/api-under-test.ts';
import { expectEmpty, expectError } from '../support/expectations.ts';
import { enc, must, unique, Workspace } from '../support/workspace.ts';

const api = await startApiUnderTest();
const make = new Workspace(api);
afterAll(() => api.stop());

async function* chunks(value: unknown) {
  const bytes = Buffer.from(JSON.stringify(value));
  yield bytes.subarray(0, 3);
  yield bytes.subarray(3);
}

describe('the token header', () => {
  it('takes the bare token', async () => {
    const answer = await api.call('GET', '/token/userInfo', {
      token: null,
      headers: { 'X-Authorization': api.admin },
    });
    expect(answer).toMatchObject({ status: 200 });
  });

  it('takes the token behind "Bearer "', async () => {
    const answer = await api.call('GET', '/token/userInfo', { token: `Bearer ${api.admin}` });
    expect(answer).toMatchObject({ status: 200 });
  });
});

describe('success', () => {
  it('is exactly 200 on create, grant and delete too', async () => {
    const id = unique('user');
    const grant = {
      subject: { type: 'USER', id },
      target: { type: 'WORKFLOW_DEF', id: unique('wf') },
      access: ['READ'],
    };
    const name = unique('role');
    const calls: [string, string, unknown?][] = [
      ['PUT', `/users/${id}`, { name: 'New', roles: [] }],
      ['POST', '/auth/authorization', grant],
      ['DELETE', '/auth/authorization', grant],
      ['POST', '/roles', { name, permissions: ['READ_WORKFLOW_DEF'] }],
      ['DELETE', `/roles/${name}`],
      ['DELETE', `/users/${id}`],
    ];
    for (const [method, path, body] of calls) {
      const { status } = await api.call(method, path, { body });
      expect(`${method} ${path} ${status}`).toBe(`${method} ${path} 200`);
    }
  });

  it('labels JSON answers as JSON', async () => {
    for (const path of ['/users', '/groups', '/applications', '/roles', '/gateway/config/auth']) {
      const { headers } = await api.call('GET', path);
      expect(headers['content-type'], path).toMatch(/^application\/json/);
    }
  });
});

describe('empty answers have length 0 or are {}', () => {
  const tags = [{ key: 'team', value: 'core' }];
  const cases: [string, () => Promise<[method: string, path: string, body?: unknown]>][] = [
    ['set tags', async () => ['PUT', `/applications/${await make.application()}/tags`, tags]],
    ['delete tags', async () => ['DELETE', `/applications/${await make.application()}/tags`, tags]],
    ['add members', async () => ['POST', `/groups/${await make.group()}/users`, [await make.user()]]],
    ['remove members', async () => ['DELETE', `/groups/${await make.group()}/users`, [await make.user()]]],
    ['add a member', async () => ['POST', `/groups/${await make.group()}/users/${await make.user()}`]],
    ['remove a member', async () => ['DELETE', `/groups/${await make.group()}/users/${await make.user()}`]],
    [
      'add an application role',
      async () => ['POST', `/applications/${await make.application()}/roles/WORKER`],
    ],
    [
      'remove an application role',
      async () => ['DELETE', `/applications/${await make.application()}/roles/WORKER`],
    ],
  ];
  it.each(cases)('%s', async (_, prepare) => {
    const [method, path, body] = await prepare();
    expectEmpty(await api.call(method, path, { body }));
  });
});

describe('JSON bodies', () => {
  const user = { name: 'Ann', roles: ['USER'] };

  it('may arrive in chunks without a length', async () => {
    const id = await make.user();
    const headers = { 'content-type': 'application/json' };
    const answer = await api.call('PUT', `/users/${id}`, { raw: chunks(user), headers });
    expect(answer.record).toMatchObject({ id, name: 'Ann' });
  });

  it('may name a charset', async () => {
    const id = await make.user();
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    const answer = await api.call('PUT', `/users/${id}`, {
      raw: JSON.stringify({ name: 'Ånn 安' }),
      headers,
    });
    expect(answer.record).toMatchObject({ name: 'Ånn 安' });
  });

  it('may hold unknown fields', async () => {
    const id = await make.user();
    const answer = await api.call('PUT', `/users/${id}`, { body: { ...user, shoeSize: 43, uuid: 'mine' } });
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.record).not.toHaveProperty('shoeSize');
    expect(answer.record['uuid']).not.toBe('mine');
  });

  it('mean the same by null as by leaving out', async () => {
    const id = await make.user({ roles: ['USER'], contactInformation: { phone: '1' } });
    const body = { name: 'Ann', roles: null, groups: null, contactInformation: null };
    must(await api.call('PUT', `/users/${id}`, { body }));
    expect(await make.roleNames(id)).toEqual(['USER']);
  });

  it('are read on DELETE: tags, members and grants', async () => {
    const applicationId = await make.application();
    const tags = [
      { key: 'a', value: '1' },
      { key: 'b', value: '2' },
    ];
    must(await api.call('PUT', `/applications/${applicationId}/tags`, { body: tags }));
    must(
      await api.call('DELETE', `/applications/${applicationId}/tags`, { body: [{ key: 'a', value: '1' }] }),
    );
    expect((await api.call('GET', `/applications/${applicationId}/tags`)).json).toEqual([
      { key: 'b', value: '2' },
    ]);
  });

  it('are read on DELETE in chunks too', async () => {
    const [group, ann, bob] = [await make.group(), await make.user(), await make.user()];
    must(await api.call('POST', `/groups/${group}/users`, { body: [ann, bob] }));
    const headers = { 'content-type': 'application/json' };
    must(await api.call('DELETE', `/groups/${group}/users`, { raw: chunks([ann]), headers }));
    expect((await api.call('GET', `/groups/${group}/users`)).list.map(({ id }) => id)).toEqual([bob]);
  });
});

describe('ids in paths', () => {
  const kept = [
    'with space',
    'Case.Kept',
    'a/b',
    'x%2Fy',
    '50%',
    'ünï',
    'q?x=1',
    'hash#1',
    'plus+sign',
    'co:lon',
  ];
  it.each(kept)('are decoded once: group "%s"', async (name) => {
    const id = unique(name);
    await make.group({}, id);
    expect((await api.call('GET', `/groups/${enc(id)}`)).record).toMatchObject({ id });
    must(await api.call('DELETE', `/groups/${enc(id)}`));
    expectError(await api.call('GET', `/groups/${enc(id)}`), 404, id);
  });

  it('may be encoded or raw: user@example.com and app:<id>', async () => {
    const user = await make.user();
    const app = `app:${await make.application()}`;
    for (const id of [user, app]) {
      expect((await api.call('GET', `/users/${id}`)).record).toMatchObject({ id });
      expect((await api.call('GET', `/users/${enc(id)}`)).record).toMatchObject({ id });
    }
  });

  it('are decoded for members, grants and targets as well', async () => {
    const [group, user] = [
      await make.group({}, unique('ops/emea')),
      await make.user({}, unique('ann smith/')),
    ];
    must(await api.call('POST', `/groups/${enc(group)}/users/${enc(user)}`));
    expect((await api.call('GET', `/groups/${enc(group)}/users`)).list).toMatchObject([{ id: user }]);
    const target = { type: 'WORKFLOW_DEF', id: unique('orders/eu 1') };
    await make.grant({ type: 'GROUP', id: group }, target, ['READ']);
    expect(await make.check(user, target)).toMatchObject({ READ: true });
    const grants = await api.call('GET', `/auth/authorization/WORKFLOW_DEF/${enc(target.id)}`);
    expect(grants.record).toMatchObject({ READ: [{ type: 'GROUP', id: group }] });
  });

  it('hold any text: one with a NUL in it is refused, or is not another one', async () => {
    const plain = await make.group();
    const odd = `${plain}\0x`;
    const answer = await api.call('PUT', `/groups/${enc(odd)}`, { body: { description: 'D', roles: [] } });
    expect([200, 400]).toContain(answer.status);
    if (answer.status === 400) return;
    const user = await make.user({ groups: [odd] });
    expect((await api.call('GET', `/users/${user}`)).record).toMatchObject({ groups: [{ id: odd }] });
    expect((await api.call('GET', `/groups/${plain}/users`)).json).toEqual([]);
  });

  it('may be as long as an id gets', async () => {
    const id = unique('g'.repeat(150));
    await make.group({}, id);
    expect((await api.call('GET', `/groups/${id}`)).record).toMatchObject({ id });
  });
});

describe('queries and values', () => {
  it.each([
    ['true', true],
    ['TRUE', true],
    ['True', true],
    ['false', false],
    ['FALSE', false],
  ])('reads the boolean apps=%s', async (word, included) => {
    const id = `app:${await make.application()}`;
    const users = await api.call('GET', `/users?apps=${word}`);
    expect(users.list.some((user) => user['id'] === id)).toBe(included);
  });

  it('gives times as whole epoch milliseconds', async () => {
    const before = Date.now() - 60_000;
    const { record } = await api.call('GET', `/applications/${await make.application()}`);
    for (const name of ['createTime', 'updateTime']) {
      expect(record[name]).toSatisfy(Number.isInteger);
      expect(record[name]).toBeGreaterThan(before);
      expect(record[name]).toBeLessThan(before + 120_000);
    }
  });
});

describe('the order of routes', () => {
  it.each(['/roles/system', '/roles/custom', '/roles/permissions'])('%s is not a role name', async (path) => {
    const { status, json } = await api.call('GET', path);
    expect(status).toBe(200);
    expect(json).not.toHaveProperty('name');
  });

  it('/applications/key/{k} is not an application', async () => {
    const applicationId = await make.application();
    const key = await make.key(applicationId);
    expect((await api.call('GET', `/applications/key/${key.id}`)).record).toMatchObject({
      id: applicationId,
    });
  });
});
