import { afterAll, describe, expect, it } from 'vitest';
import { asRecord } from '../support/answer.ts';
import { ENGINE, EngineUnderTest, LOCAL, STORE } from './support/engine.ts';
import { expectDone, expectRefusal } from './support/expectations.ts';

const engine = await EngineUnderTest.start();
afterAll(() => engine.stop());

const NOWHERE = '00000000-0000-4000-8000-000000000000';
const LISTS = [
  `${ENGINE}/workflows`,
  `${ENGINE}/workflows/roles`,
  `${ENGINE}/requests?filter=all`,
  `${STORE}/roles`,
  `${LOCAL}/users`,
];

describe('every service of the engine', () => {
  it.each([
    'workflow-engine',
    'role-store',
    'local-user-store',
    'auth',
  ])('says that %s runs, without a token', async (service) => {
    const answer = await engine.call('GET', `/${service}/api/v1/status`, { as: null });
    expect(answer).toMatchObject({ status: 200, json: { api_version: 'v1', status: 'OK' } });
  });

  it.each([
    ...LISTS,
    `${ENGINE}/requests/${NOWHERE}`,
    `${STORE}/users/current`,
  ])('refuses GET %s without a token or with a bad one', async (path) => {
    expectRefusal(await engine.call('GET', path, { as: null }), 401, 'PERMISSION_DENIED');
    const forged = { ...engine.admin, token: `${engine.admin.token}x` };
    expectRefusal(await engine.call('GET', path, { as: forged }), 401, 'PERMISSION_DENIED');
  });

  it('takes the token as X-Authorization too', async () => {
    const headers = { 'x-authorization': engine.admin.token };
    expect(await engine.call('GET', `${STORE}/users/current`, { as: null, headers })).toMatchObject({
      status: 200,
    });
  });

  it('passes over an Authorization that is no bearer’s', async () => {
    const headers = { authorization: 'Basic eDp5', 'x-authorization': engine.admin.token };
    expect((await engine.call('GET', `${STORE}/roles`, { as: null, headers })).status).toBe(200);
    const alone = { authorization: engine.admin.token };
    expect((await engine.call('GET', `${STORE}/roles`, { as: null, headers: alone })).status).toBe(401);
  });

  it('leaves the authorization API with X-Authorization alone', async () => {
    const headers = { authorization: `Bearer ${engine.admin.token}` };
    expect((await engine.call('GET', '/api/users', { as: null, headers })).status).toBe(401);
  });

  it('answers unknown paths in the words of PrivX, and those of the authorization API in its own', async () => {
    expectRefusal(await engine.call('GET', `${ENGINE}/nothing`), 404, 'OBJECT_NOT_FOUND');
    expectRefusal(await engine.call('PATCH', `${STORE}/roles`), 404, 'OBJECT_NOT_FOUND');
    expect((await engine.call('GET', '/api/nothing')).record).toMatchObject({
      status: 404,
      instance: 'rolegraph',
    });
  });

  it('takes JSON that is labelled so and empty, on every call without a body', async () => {
    const role = await engine.role();
    const id = await engine.workflow([role.id], [[role.id]]);
    const headers = { 'content-type': 'application/json' };
    const approver = await engine.person('approver', [role.name]);
    const asker = await engine.person('asker');
    const request = await engine.asked(asker, role.id);
    expect((await engine.call('GET', `${ENGINE}/workflows/${id}`, { headers })).status).toBe(200);
    expect((await engine.call('POST', `${ENGINE}/requests/search`, { headers })).status).toBe(200);
    expectDone(await engine.decide(approver, request, 'APPROVED'));
    const revoke = `${ENGINE}/requests/${request}/role/revoke`;
    expectDone(await engine.call('POST', revoke, { as: approver, headers }));
    expectDone(await engine.call('DELETE', `${ENGINE}/requests/${request}`, { headers }));
    expectDone(await engine.call('DELETE', `${ENGINE}/workflows/${id}`, { headers }));
  });

  it.each([
    ['no JSON', '{"name":', 'BAD_REQUEST'],
    ['another type', '[]', 'VALUE_INCORRECT_TYPE'],
  ])('refuses a body that is %s', async (_, text, code) => {
    const headers = { 'content-type': 'application/json' };
    expectRefusal(await engine.call('POST', `${ENGINE}/workflows`, { form: text, headers }), 400, code);
  });
});

describe('lists', () => {
  it.each(LISTS)('%s have a count and items, and pages', async (path) => {
    const join = path.includes('?') ? '&' : '?';
    const { status, record } = await engine.call('GET', `${path}${join}limit=1&offset=0`);
    expect(status).toBe(200);
    expect(record).toEqual({ count: expect.any(Number), items: expect.any(Array) });
    const beyond = await engine.call('GET', `${path}${join}offset=100000`);
    expect(beyond.record).toEqual({ count: record['count'], items: [] });
  });

  it.each(LISTS)('%s refuse what is out of bounds', async (path) => {
    const at = (query: string) => engine.call('GET', `${path}${path.includes('?') ? '&' : '?'}${query}`);
    expectRefusal(await at('limit=0'), 400, 'VALUE_OUT_OF_BOUNDS', 'limit');
    expectRefusal(await at('limit=1001'), 400, 'VALUE_OUT_OF_BOUNDS', 'limit');
    expectRefusal(await at('offset=-1'), 400, 'VALUE_OUT_OF_BOUNDS', 'offset');
    expectRefusal(await at('limit=ten'), 400, 'VALUE_INCORRECT_TYPE', 'limit');
  });

  it('hold 50 unless asked for more, and never more than 100', async () => {
    const role = await engine.role();
    for (let made = 0; made < 51; made += 1) await engine.workflow([role.id], [[role.id]]);
    const { record } = await engine.call('GET', `${ENGINE}/workflows`);
    expect(record['items']).toHaveLength(50);
    expect(record['count']).toBeGreaterThanOrEqual(51);
    expectRefusal(
      await engine.call('GET', `${ENGINE}/workflows?limit=101`),
      400,
      'VALUE_OUT_OF_BOUNDS',
      'limit',
    );
    expect((await engine.call('GET', `${ENGINE}/workflows/roles?limit=1000`)).status).toBe(200);
  });
});

describe('the document of the API', () => {
  it('lists every call of the engine with a summary and a tag', async () => {
    const { paths } = asRecord(await (await fetch(`${engine.api.url}/openapi.json`)).json());
    const calls = Object.entries(asRecord(paths)).flatMap(([path, methods]) =>
      Object.entries(asRecord(methods)).map(([method, operation]) => ({
        call: `${method.toUpperCase()} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`,
        ...asRecord(operation),
      })),
    );
    const ours = calls.filter(({ call }) => !/ \/(api\/|health)/.test(call));
    expect(ours.map(({ call }) => call).toSorted()).toEqual(
      [
        `GET,POST ${ENGINE}/workflows`,
        `GET,PUT,DELETE ${ENGINE}/workflows/{}`,
        `GET ${ENGINE}/workflows/roles`,
        `GET,POST ${ENGINE}/requests`,
        `GET,DELETE ${ENGINE}/requests/{}`,
        `POST ${ENGINE}/requests/{}/decision`,
        `POST ${ENGINE}/requests/{}/role/revoke`,
        `POST ${ENGINE}/requests/search`,
        `GET ${STORE}/roles`,
        `GET ${STORE}/roles/{}`,
        `POST ${STORE}/roles/resolve`,
        `GET ${STORE}/users/current`,
        `GET ${STORE}/users/{}`,
        `GET,PUT ${STORE}/users/{}/roles`,
        `POST ${STORE}/users/search`,
        `GET ${LOCAL}/users`,
        `GET ${LOCAL}/users/{}`,
        'POST /auth/api/v1/oauth/token',
        ...['workflow-engine', 'role-store', 'local-user-store', 'auth'].map(
          (name) => `GET /${name}/api/v1/status`,
        ),
      ]
        .flatMap((line) => {
          const [methods = '', path = ''] = line.split(' ');
          return methods.split(',').map((method) => `${method} ${path}`);
        })
        .toSorted(),
    );
    const unclear = ours.filter((call) => !('summary' in call) || !('tags' in call));
    expect(unclear).toEqual([]);
  });
});
