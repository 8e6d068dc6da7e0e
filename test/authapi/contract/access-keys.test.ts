import { pino } from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { remote, startApiUnderTest } from '../support/api-under-test.ts';
import { expectError, expectTokenRefused } from '../support/expectations.ts';
import { must, Workspace } from '../support/workspace.ts';

const logged: string[] = [];
const logger = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
const api = await startApiUnderTest({ logger });
const make = new Workspace(api);
afterAll(() => api.stop());

const UNKNOWN = '7d0e0000-0000-4000-8000-00000000dead';

async function applicationWithKey() {
  const applicationId = await make.application();
  const key = await make.key(applicationId);
  const keys = `/applications/${applicationId}/accessKeys`;
  return { applicationId, key, keys, path: `${keys}/${key.id}` };
}

describe('creating a key', () => {
  it('answers id and secret', async () => {
    const keys = `/applications/${await make.application()}/accessKeys`;
    const { status, json } = await api.call('POST', keys);
    expect(status).toBe(200);
    expect(json).toEqual({ id: expect.stringMatching(/\S/), secret: expect.stringMatching(/^\S{20,}$/) });
  });

  it('makes another one each time', async () => {
    const { applicationId, key, keys } = await applicationWithKey();
    const second = await make.key(applicationId);
    expect(second.id).not.toBe(key.id);
    expect(second.secret).not.toBe(key.secret);
    expect((await api.call('GET', keys)).list).toHaveLength(2);
  });

  it('shows the secret nowhere else', async () => {
    const { key, keys, applicationId, path } = await applicationWithKey();
    const reads = [
      '/applications',
      `/applications/${applicationId}`,
      keys,
      `/applications/key/${key.id}`,
      '/users?apps=true',
    ];
    const answers = await Promise.all(reads.map((read) => api.call('GET', read)));
    answers.push(await api.call('POST', `${path}/status`), await api.call('DELETE', path));
    for (const { text } of answers) expect(text).not.toContain(key.secret);
  });
});

describe('listing keys', () => {
  it('gives id, createdAt in milliseconds and status', async () => {
    const { key, keys } = await applicationWithKey();
    const { list } = await api.call('GET', keys);
    expect(list).toHaveLength(1);
    expect(list[0]).toMatchObject({ id: key.id, createdAt: expect.any(Number), status: 'ACTIVE' });
    expect(list[0]?.['createdAt']).toBeGreaterThan(Date.now() - 60_000);
  });

  it('is [] without keys', async () => {
    expect((await api.call('GET', `/applications/${await make.application()}/accessKeys`)).json).toEqual([]);
  });
});

describe('toggling a key', () => {
  it('gives INACTIVE first, then ACTIVE', async () => {
    const { key, keys, path } = await applicationWithKey();
    const listed = (await api.call('GET', keys)).list[0];
    for (const status of ['INACTIVE', 'ACTIVE', 'INACTIVE']) {
      const answer = await api.call('POST', `${path}/status`);
      expect(answer.record).toMatchObject({ id: key.id, createdAt: listed?.['createdAt'], status });
      expect((await api.call('GET', keys)).list).toMatchObject([{ id: key.id, status }]);
    }
  });

  it('puts its tokens to sleep and wakes them', async () => {
    const { key, path } = await applicationWithKey();
    const token = await make.signIn(key);
    must(await api.call('POST', `${path}/status`));
    expectTokenRefused(await api.call('GET', '/token/userInfo', { token }));
    must(await api.call('POST', `${path}/status`));
    expect(await api.call('GET', '/token/userInfo', { token })).toMatchObject({ status: 200 });
  });

  it('leaves tokens of the application’s other keys alone', async () => {
    const { applicationId, path } = await applicationWithKey();
    const token = await make.signIn(await make.key(applicationId));
    must(await api.call('POST', `${path}/status`));
    expect(await api.call('GET', '/token/userInfo', { token })).toMatchObject({ status: 200 });
  });
});

describe('deleting a key', () => {
  it('says so, and is 404 the second time', async () => {
    const { key, keys, path } = await applicationWithKey();
    expect((await api.call('DELETE', path)).json).toEqual({ message: `Deleted Access key '${key.id}'` });
    expect((await api.call('GET', keys)).json).toEqual([]);
    expectError(await api.call('DELETE', path), 404, key.id);
  });

  it('cuts access at once', async () => {
    const { key, path } = await applicationWithKey();
    const token = await make.signIn(key);
    must(await api.call('DELETE', path));
    expectTokenRefused(await api.call('GET', '/token/userInfo', { token }));
    expectTokenRefused(await api.call('GET', '/roles', { token }));
  });
});

describe('an unknown key is 404', () => {
  it.each([
    ['toggle', 'POST', '/status'],
    ['delete', 'DELETE', ''],
  ])('%s', async (_, method, suffix) => {
    const { keys } = await applicationWithKey();
    expectError(await api.call(method, `${keys}/${UNKNOWN}${suffix}`), 404, UNKNOWN);
  });

  it.each([
    ['toggle', 'POST', '/status'],
    ['delete', 'DELETE', ''],
  ])('%s: a key of another application is unknown too', async (_, method, suffix) => {
    const { key, keys } = await applicationWithKey();
    const other = await applicationWithKey();
    expectError(await api.call(method, `${other.keys}/${key.id}${suffix}`), 404, key.id);
    expect((await api.call('GET', keys)).list).toMatchObject([{ id: key.id, status: 'ACTIVE' }]);
  });

  it('look-up', async () => {
    expectError(await api.call('GET', `/applications/key/${UNKNOWN}`), 404, UNKNOWN);
  });
});

describe.skipIf(remote)('the log of the embedded API', () => {
  it('holds no secret and no token', async () => {
    const { key } = await applicationWithKey();
    const token = await make.signIn(key);
    must(await api.call('GET', '/token/userInfo', { token }));
    await api.call('POST', '/token', { token: null, body: { keyId: key.id, keySecret: `${key.secret}x` } });
    const log = logged.join('');
    expect(log).not.toBe('');
    for (const secret of [key.secret, token, api.admin, api.adminKey.keySecret])
      expect(log).not.toContain(secret);
  });
});
