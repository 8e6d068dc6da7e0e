import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { sendBeforeReading } from '../support/send-before-reading.ts';
import { EmbeddedApi } from './embedded-api.ts';
import { type Answer, GatewayUnderTest, readAnswer } from './gateway-under-test.ts';

let api: EmbeddedApi;
let gateway: GatewayUnderTest;
let admin: string;
beforeAll(async () => {
  api = await EmbeddedApi.start();
  gateway = await GatewayUnderTest.start(api.url, { limits: { requestBytes: 512 * 1024 } });
  admin = await api.adminToken();
  api.log.length = 0;
});
afterEach(() => {
  api.ahead = 0;
  api.log.length = 0;
});
afterAll(async () => {
  await gateway.stop();
  await api.stop();
});

const WRITE =
  'mutation { upsertUser(id: "mallory", input: { name: "M" }) { user { id } userErrors { code } } }';
const inUrl = (query: string): string => `/graphql?query=${encodeURIComponent(query)}`;
const asJson = { 'content-type': 'application/json' };

/** Sends a request with the administrator's token, so that nothing but the request itself can be at fault. */
async function request(path: string, init: RequestInit = {}): Promise<Answer> {
  const headers = { ...init.headers, 'x-authorization': admin };
  return readAnswer(await fetch(gateway.url + path, { ...init, headers }));
}

const post = (body: string, headers: Record<string, string> = asJson) =>
  request('/graphql', { method: 'POST', body, headers });

function expectRefusal(answer: Answer, status: number, code: string, message: RegExp): void {
  const requestId = answer.headers.get('x-request-id');
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(answer.data).toBeNull();
  expect(answer.errors).toHaveLength(1);
  expect(answer.errors[0]?.extensions).toMatchObject({ code, requestId });
  expect(requestId).not.toBeNull();
  expect(answer.errors[0]?.message).toMatch(message);
}

describe('a request that never reaches upstream', () => {
  const preflighted = { headers: { 'apollo-require-preflight': '1' } };
  const write = JSON.stringify({ query: WRITE });

  test.each<[what: string, send: () => Promise<Answer>, status: number, code: string, message: RegExp]>([
    [
      'GET with a mutation',
      () => request(inUrl(WRITE), preflighted),
      405,
      'BAD_REQUEST',
      /^GET requests only support query operations, not mutation operations$/,
    ],
    [
      'GET as a page can send it without a preflight',
      () => request(inUrl(WRITE)),
      400,
      'BAD_REQUEST',
      /CSRF/,
    ],
    [
      'GET without an operation',
      () => request('/graphql', preflighted),
      400,
      'BAD_REQUEST',
      /non-empty `query`/,
    ],
    ['a body of 10 MB', () => post(`{"query":"${'x'.repeat(10e6)}"}`), 413, 'PAYLOAD_TOO_LARGE', /too large/],
    ['bad JSON', () => post(`${write}}`), 400, 'BAD_REQUEST', /not valid JSON/],
    ['no body', () => post(''), 400, 'BAD_REQUEST', /cannot be empty/],
    ['an empty object', () => post('{}'), 400, 'BAD_REQUEST', /POST body missing/],
    ['a list of operations', () => post(`[${write}]`), 400, 'BAD_REQUEST', /batching disabled/],
    ['text for a form', () => post(write, { 'content-type': 'text/plain' }), 400, 'BAD_REQUEST', /CSRF/],
    [
      'a form',
      () => post(`query=${WRITE}`, { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      /Unsupported Media Type/,
    ],
    ['XML', () => post('<a/>', { 'content-type': 'text/xml' }), 415, 'UNSUPPORTED_MEDIA_TYPE', /Unsupported/],
    [
      '__proto__ beside the query',
      () => post(`{"__proto__":{},"query":${JSON.stringify(WRITE)}}`),
      400,
      'BAD_REQUEST',
      /JSON/,
    ],
    [
      '__proto__ among the variables',
      () => post('{"query":"{__typename}","variables":{"__proto__":{"a":1}}}'),
      400,
      'BAD_REQUEST',
      /JSON/,
    ],
    ['a syntax error', () => post('{"query":"{ viewer { "}'), 400, 'GRAPHQL_PARSE_FAILED', /^Syntax Error/],
    [
      'an unknown field',
      () => post(JSON.stringify({ query: WRITE.replace('user {', 'usr {') })),
      400,
      'GRAPHQL_VALIDATION_FAILED',
      /Cannot query field "usr" on type "UserPayload". Did you mean "user"/,
    ],
    [
      'a variable of a wrong type',
      () => post('{"query":"query($id: ID!) { user(id: $id) { id } }","variables":{"id":{}}}'),
      400,
      'BAD_USER_INPUT',
      /Variable "\$id" got invalid value/,
    ],
    ['an unknown path', () => request('/api/users'), 404, 'NOT_FOUND', /Operations go to \/graphql/],
    ['a path that cannot be decoded', () => request('/%E0%A4%A'), 400, 'BAD_REQUEST', /not a valid url/],
  ])('%s: a clear, typed error', async (_, send, status, code, message) => {
    expectRefusal(await send(), status, code, message);
    expect(api.log).toEqual([]);
  });

  test.each(['PUT', 'PATCH', 'DELETE'])('%s is told which methods there are', async (method) => {
    const answer = await request('/graphql', { method, body: write, headers: asJson });
    expectRefusal(answer, 405, 'BAD_REQUEST', /^Send operations by GET or POST, not by /);
    expect(answer.headers.get('allow')).toBe('GET, POST');
  });

  test('a body of 10 MB is told so even to a client that reads nothing before it has sent all', async () => {
    const answer = await sendBeforeReading(gateway.endpoint, `{"query":"${'x'.repeat(10e6)}"}`);
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(answer).toContain('"code":"PAYLOAD_TOO_LARGE"');
    expect(api.log).toEqual([]);
  });

  test('the same operation does reach it when it is sent properly', async () => {
    const answer = await post(write);
    expect(answer.data.upsertUser).toEqual({ user: { id: 'mallory' }, userErrors: [] });
    expect(api.log).toEqual(['PUT /api/users/mallory']);
    await api.call('DELETE', '/users/mallory', admin);
  });
});

describe('a token that is no longer good', () => {
  /** Expects that the write was refused at its field, and that the API knows no such user. */
  async function expectNothingDone(token: string): Promise<void> {
    const answer = await gateway.send(WRITE, {}, { authorization: `Bearer ${token}` });
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual({ upsertUser: null });
    expect(answer.errors).toMatchObject([
      {
        path: ['upsertUser'],
        extensions: {
          code: 'UNAUTHENTICATED',
          upstreamStatus: 401,
          requestId: answer.headers.get('x-request-id'),
        },
      },
    ]);
    expect(answer.text).not.toContain(token);
    api.ahead = 0;
    const users = await api.call<{ id: string }[]>('GET', '/users', admin);
    expect(users.map(({ id }) => id)).not.toContain('mallory');
  }

  test('because it has expired changes nothing', async () => {
    api.ahead = 365 * 24 * 60 * 60_000;
    await expectNothingDone(admin);
  });

  test('because its key was deleted changes nothing', async () => {
    const { id } = await api.call<{ id: string }>('POST', '/applications', admin, { name: 'short-lived' });
    await api.call('POST', `/applications/${id}/roles/ADMIN`, admin);
    const key = await api.call<{ id: string; secret: string }>(
      'POST',
      `/applications/${id}/accessKeys`,
      admin,
    );
    const token = await api.signIn(key.id, key.secret);
    const before = await gateway.send('{ viewer { id } }', {}, { 'x-authorization': token });
    expect(before.data).toEqual({ viewer: { id: `app:${id}` } });
    await api.call('DELETE', `/applications/${id}/accessKeys/${key.id}`, admin);
    await expectNothingDone(token);
  });

  test.each([['forged'], ['a.b.c']])('because nobody issued it changes nothing: %s', expectNothingDone);
});
