import { afterAll, describe, expect, it } from 'vitest';
import { EngineUnderTest, STORE } from './support/engine.ts';

const engine = await EngineUnderTest.start();
const strict = await EngineUnderTest.start({ oauthClient: { id: 'privx', secret: 'sesame' } });
afterAll(() => Promise.all([engine.stop(), strict.stop()]));

const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` });

function signIn(
  server: EngineUnderTest,
  form: Record<string, string>,
  headers: Record<string, string> = basic('any:pair'),
) {
  const body = new URLSearchParams(form).toString();
  return server.call('POST', '/auth/api/v1/oauth/token', { as: null, form: body, headers });
}

/** Makes an application and a key of it. */
async function keyOf(server: EngineUnderTest) {
  const { id } = (await server.call('POST', '/api/applications', { body: { name: 'robot' } })).record;
  const key = (await server.call('POST', `/api/applications/${id}/accessKeys`)).record;
  const form = { grant_type: 'password', username: String(key['id']), password: String(key['secret']) };
  return { id: String(id), key: String(key['id']), form };
}

describe('the password grant', () => {
  it('takes an access key and gives its application’s user', async () => {
    const { id, form } = await keyOf(engine);
    const answer = await signIn(engine, form);
    expect(answer).toMatchObject({
      status: 200,
      json: {
        access_token: expect.any(String),
        token_type: 'bearer',
        expires_in: 43_200,
        scope: 'privx-user',
      },
    });
    expect(answer.headers['cache-control']).toBe('no-store');
    const headers = { authorization: `Bearer ${answer.record['access_token']}` };
    const me = await engine.call('GET', `${STORE}/users/current`, { as: null, headers });
    expect(me.record).toMatchObject({ id, principal: `app:${id}` });
  });

  it('gives a token for the authorization API too, which dies with its key', async () => {
    const { id, key, form } = await keyOf(engine);
    const token = String((await signIn(engine, form)).record['access_token']);
    const headers = { 'x-authorization': token };
    expect((await engine.call('GET', '/api/token/userInfo', { as: null, headers })).status).toBe(200);
    engine.must(await engine.call('DELETE', `/api/applications/${id}/accessKeys/${key}`), 200);
    expect((await engine.call('GET', `${STORE}/users/current`, { as: null, headers })).status).toBe(401);
  });

  it.each([
    ['another secret', { password: 'wrong' }, 'invalid_grant'],
    ['an unknown key', { username: 'nobody' }, 'invalid_grant'],
    ['another grant type', { grant_type: 'refresh_token' }, 'unsupported_grant_type'],
  ])('refuses %s', async (_, fault, error) => {
    const { form } = await keyOf(engine);
    const answer = await signIn(engine, { ...form, ...fault });
    expect(answer).toMatchObject({ status: 400, json: { error, error_description: expect.any(String) } });
    expect(answer.text).not.toContain(form.password);
  });

  it('refuses an inactive key', async () => {
    const { id, key, form } = await keyOf(engine);
    engine.must(await engine.call('POST', `/api/applications/${id}/accessKeys/${key}/status`), 200);
    expect(await signIn(engine, form)).toMatchObject({ status: 400, json: { error: 'invalid_grant' } });
  });

  it.each([
    {},
    { grant_type: 'password' },
    { grant_type: 'password', username: 'x' },
    { username: 'x', password: 'y' },
  ])('refuses a form that lacks something: %j', async (form) => {
    expect(await signIn(engine, form)).toMatchObject({ status: 400, json: { error: 'invalid_request' } });
  });

  it.each([
    ['a body of another type', 'text/plain', 'grant_type=password'],
    ['JSON that is none', 'application/json', '{'],
    ['a body that is too large', 'application/x-www-form-urlencoded', `username=${'x'.repeat(1024 * 1024)}`],
  ])('refuses %s in words of its own kind', async (_, type, text) => {
    const headers = { ...basic('any:pair'), 'content-type': type };
    const answer = await engine.call('POST', '/auth/api/v1/oauth/token', { as: null, form: text, headers });
    expect(answer).toMatchObject({
      status: 400,
      json: { error: 'invalid_request', error_description: expect.any(String) },
    });
  });

  it.each([
    {},
    { authorization: 'Bearer x' },
    { authorization: 'Basic ****' },
    basic('without-colon'),
  ])('refuses a call without an OAuth client: %j', async (headers) => {
    const { form } = await keyOf(engine);
    expect(await signIn(engine, form, headers)).toMatchObject({
      status: 401,
      json: { error: 'invalid_client' },
    });
  });

  it('takes the configured client alone where one is configured', async () => {
    const { form } = await keyOf(strict);
    expect((await signIn(strict, form, basic('privx:sesame'))).status).toBe(200);
    for (const pair of ['privx:other', 'other:sesame', ':', 'privx:sesame2']) {
      const answer = await signIn(strict, form, basic(pair));
      expect(answer).toMatchObject({ status: 401, json: { error: 'invalid_client' } });
    }
  });
});
