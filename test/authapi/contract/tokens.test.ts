import { afterAll, describe, expect, it } from 'vitest';
import { asList, asRecord } from '../support/answer.ts';
import { remote, startApiUnderTest } from '../support/api-under-test.ts';
import { expectError, expectTokenRefused } from '../support/expectations.ts';
import { must, unique, Workspace } from '../support/workspace.ts';

const api = await startApiUnderTest();
const make = new Workspace(api);
afterAll(() => api.stop());

const exchange = (body: unknown, token: string | null = null) => api.call('POST', '/token', { token, body });

async function lifetimeOf(token: string): Promise<number> {
  const { record } = must(await api.call('GET', '/token/userInfo?claims=true', { token }));
  const { exp, iat } = asRecord(record['claims']);
  return exp === undefined ? Number.POSITIVE_INFINITY : Number(exp) - Number(iat);
}

describe('exchanging an access key', () => {
  it('answers token and expiresIn, at least 60 minutes', async () => {
    const key = await make.key(await make.application());
    const answer = await exchange({ keyId: key.id, keySecret: key.secret });
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.record['token']).toMatch(/\S/);
    expect(answer.record['expiresIn']).toBeGreaterThanOrEqual(3600);
    expect(await lifetimeOf(String(answer.record['token']))).toBe(answer.record['expiresIn']);
  });

  it.each([
    ['a broken token', 'broken'],
    ['an expired-looking one', `eyJhbGciOiJub25lIn0.${btoa('{"exp":1}')}.`],
  ])('ignores %s in X-Authorization', async (_, token) => {
    const key = await make.key(await make.application());
    expect(await exchange({ keyId: key.id, keySecret: key.secret }, token)).toMatchObject({ status: 200 });
  });

  it('refuses a wrong secret and an unknown key with 401 and without a token code', async () => {
    const key = await make.key(await make.application());
    expectError(await exchange({ keyId: key.id, keySecret: 'wrong' }), 401);
    expectError(await exchange({ keyId: unique('key'), keySecret: key.secret }), 401);
    const other = await make.key(await make.application());
    expectError(await exchange({ keyId: key.id, keySecret: other.secret }), 401);
  });

  it('refuses an inactive and a deleted key the same way', async () => {
    const applicationId = await make.application();
    const key = await make.key(applicationId);
    const body = { keyId: key.id, keySecret: key.secret };
    must(await api.call('POST', `/applications/${applicationId}/accessKeys/${key.id}/status`));
    expectError(await exchange(body), 401);
    must(await api.call('DELETE', `/applications/${applicationId}/accessKeys/${key.id}`));
    expectError(await exchange(body), 401);
  });

  it.each([
    ['no body', undefined],
    ['nothing', {}],
    ['no secret', { keyId: 'x' }],
    ['numbers', { keyId: 1, keySecret: 2 }],
    ['a list', []],
    ['null', null],
    ['an empty key', { keyId: '', keySecret: '' }],
    ['a password', { email: 'ann@example.com', password: 'x' }],
  ])('refuses %s with 400 or 401, never 404', async (_, body) => {
    const answer = await exchange(body);
    expect([400, 401]).toContain(answer.status);
    expectError(answer, answer.status);
  });

  it('never tells the secret in its refusal', async () => {
    const keySecret = unique('open-sesame');
    expect((await exchange({ keyId: unique('key'), keySecret })).text).not.toContain(keySecret);
  });
});

describe('the lifetime asked for', () => {
  it.each([
    ['seconds up to 31 536 000', 7200, 7200],
    ['31 536 000 itself as seconds', 31_536_000, 31_536_000],
    ['milliseconds above', 86_400_000, 86_400],
  ])('is read as %s', async (_, expiration, seconds) => {
    const key = await make.key(await make.application());
    const { record } = must(await exchange({ keyId: key.id, keySecret: key.secret, expiration }));
    expect(record['expiresIn']).toBe(seconds);
    expect(await lifetimeOf(String(record['token']))).toBe(seconds);
  });

  it.each([
    0,
    0.5,
    1e18,
    1e300,
    '60',
    true,
  ])('is 200 or 400 for %j, never an error of the server', async (expiration) => {
    const key = await make.key(await make.application());
    const { status } = await exchange({ keyId: key.id, keySecret: key.secret, expiration });
    expect([200, 400]).toContain(status);
  });

  it('is for ever when negative', async () => {
    const key = await make.key(await make.application());
    const { record } = must(await exchange({ keyId: key.id, keySecret: key.secret, expiration: -1 }));
    expect(await lifetimeOf(String(record['token']))).toBeGreaterThan(31_536_000);
  });
});

describe('what a token tells about its user', () => {
  it('is the application’s own user', async () => {
    const { token, userId, applicationId } = await make.actor('WORKER');
    const answer = await api.call('GET', '/token/userInfo', { token });
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.record).toMatchObject({
      id: userId,
      roles: [{ name: 'WORKER', permissions: [] }],
      groups: [],
      uuid: expect.any(String),
      contactInformation: {},
      namespace: 'default',
      applicationUser: true,
      orkesWorkersApp: false,
      orkesApiGateway: false,
      orkesApp: false,
    });
    if (!remote) {
      const { record } = await api.call('GET', `/applications/${applicationId}`);
      expect(answer.record).toMatchObject({ name: record['name'], application: { id: applicationId } });
    }
  });

  it('comes beside the claims when asked', async () => {
    const { token, userId } = await make.actor();
    const plain = await api.call('GET', '/token/userInfo?claims=false', { token });
    const { record } = await api.call('GET', '/token/userInfo?claims=true', { token });
    expect(record['user']).toEqual(plain.record);
    expect(record['claims']).toMatchObject({ sub: userId, iat: expect.any(Number), exp: expect.any(Number) });
    expect(asRecord(record['claims'])['iss']).toEqual(expect.any(String));
  });

  it('spells out what Update, Delete and Execute imply', async () => {
    const role = await make.role(['UPDATE_TASK_DEF', 'EXECUTE_WORKFLOW_DEF', 'DELETE_SECRET']);
    const { token } = await make.actor(role);
    const answer = await api.call('GET', '/token/userInfo', { token });
    const names = asList(answer.record['roles']).flatMap((held) =>
      asList(held['permissions']).map((permission) => permission['name']),
    );
    expect(names).toEqual(expect.arrayContaining(['READ_TASK_DEF', 'READ_WORKFLOW_DEF', 'READ_SECRET']));
    expect(names).not.toContain('DELETE_TASK_DEF');
    expect(names).not.toContain('UPDATE_SECRET');
  });

  it('spells out what every custom role carries', async () => {
    const { token } = await make.actor(await make.role(['READ_PROMPT']));
    const { record } = await api.call('GET', '/token/userInfo', { token });
    const names = asList(asList(record['roles'])[0]?.['permissions']).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['READ_PROMPT', 'CREATE_EVENT_HANDLER', 'CREATE_USER_FORM_TEMPLATE']),
    );
  });

  it('shows groups and roles at once', async () => {
    const { token, userId, applicationId } = await make.actor();
    const group = await make.group({ roles: ['WORKER'] });
    must(await api.call('POST', `/groups/${group}/users/${userId}`));
    must(await api.call('POST', `/applications/${applicationId}/roles/METADATA_API`));
    const { record } = await api.call('GET', '/token/userInfo', { token });
    expect(record).toMatchObject({ roles: [{ name: 'METADATA_API' }], groups: [{ id: group }] });
  });
});

describe('no or a bad token', () => {
  it('is 401 on every path below /api but /token', async () => {
    for (const path of [
      '/token/userInfo',
      '/users',
      '/groups',
      '/applications',
      '/roles',
      '/gateway/config/auth',
    ]) {
      expect(await api.call('GET', path, { token: null }), path).toMatchObject({ status: 401 });
      expectTokenRefused(await api.call('GET', path, { token: 'nonsense' }));
    }
  });

  it.each(['', 'Bearer ', 'Bearer', 'a.b.c', '....', 'Basic YTpi'])('is "%s"', async (token) => {
    const answer = await api.call('GET', '/token/userInfo', { token });
    expect(answer).toMatchObject({ status: 401 });
    expect(answer.record['message']).toMatch(/\S/);
  });
});

describe.skipIf(remote)('a token for a person (embedded only: it can sign for anybody)', () => {
  it('carries what the person holds, and dies with the person', async () => {
    const id = await make.user({ roles: ['USER'] });
    const token = await api.issueToken(id);
    const { record } = await api.call('GET', '/token/userInfo', { token });
    expect(record).toMatchObject({ id, roles: [{ name: 'USER' }], applicationUser: false });
    must(await api.call('DELETE', `/users/${id}`));
    expectTokenRefused(await api.call('GET', '/token/userInfo', { token }));
    await make.user({}, id);
    expectTokenRefused(await api.call('GET', '/token/userInfo', { token }));
  });

  it('is not signed for somebody unknown', async () => {
    await expect(api.issueToken(unique('nobody'))).rejects.toThrow();
  });
});
