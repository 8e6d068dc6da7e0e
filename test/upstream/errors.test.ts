import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, GatewayUnderTest } from '../transport/gateway-under-test.ts';
import { half, halfThenNothing, html, never, redirect, reset } from './bad-answers.ts';
import { type Behaviour, json, MisbehavingServer, text } from './misbehaving-server.ts';

let server: MisbehavingServer;
let gateway: GatewayUnderTest;
beforeAll(async () => {
  server = await MisbehavingServer.start();
  gateway = await GatewayUnderTest.start(server.url, { limits: { callMs: 300 } });
});
afterEach(() => server.reset());
afterAll(async () => {
  await gateway.stop();
  await server.stop();
});

type Row = [upstream: string, answer: Behaviour, code: string, extensions?: Record<string, unknown>];

/** The same for every field and mutation. */
const failures: Row[] = [
  ['401', json({ message: 'Token expired' }, 401), 'UNAUTHENTICATED', { upstreamStatus: 401 }],
  ['403', json({ message: 'Not for you' }, 403), 'FORBIDDEN', { upstreamStatus: 403 }],
  ['403 EXPIRED_TOKEN', json({ error: 'EXPIRED_TOKEN' }, 403), 'UNAUTHENTICATED', { upstreamStatus: 403 }],
  ['429', json({}, 429), 'RATE_LIMITED', { upstreamStatus: 429 }],
  [
    '429 with Retry-After',
    json({}, 429, { 'retry-after': '7' }),
    'RATE_LIMITED',
    { upstreamStatus: 429, retryAfterSeconds: 7 },
  ],
  ['500', json({ message: 'ORA-1' }, 500), 'UPSTREAM_ERROR', { upstreamStatus: 500 }],
  ['503', json({}, 503), 'UPSTREAM_ERROR', { upstreamStatus: 503 }],
  ['a redirect', redirect('http://127.0.0.1/login'), 'UPSTREAM_ERROR', { upstreamStatus: 302 }],
  ['a hang-up', reset, 'UPSTREAM_UNAVAILABLE'],
  ['half a body', half, 'UPSTREAM_UNAVAILABLE'],
  ['silence', never, 'UPSTREAM_TIMEOUT'],
  ['silence after half a body', halfThenNothing, 'UPSTREAM_TIMEOUT'],
  ['HTML and 200', html('Sign in'), 'UPSTREAM_INVALID_RESPONSE'],
];

/** Expects exactly one error, and the request id of the answer's header in it. */
function expectOneError(answer: Answer, path: unknown[], code: string, extensions: object = {}): void {
  const requestId = answer.headers.get('x-request-id');
  expect(requestId).toMatch(/^[\w-]{36}$/);
  expect(answer.errors).toHaveLength(1);
  expect(answer.errors[0]?.path).toEqual(path);
  expect(answer.errors[0]?.extensions).toEqual({ code, requestId, ...extensions });
}

describe('a field whose REST call gets', () => {
  const fields: Row[] = [
    ...failures,
    ['400', json({ message: 'Odd id' }, 400), 'BAD_USER_INPUT', { upstreamStatus: 400 }],
    ['422', json({}, 422), 'BAD_USER_INPUT', { upstreamStatus: 422 }],
    ['409', json({}, 409), 'UPSTREAM_ERROR', { upstreamStatus: 409 }],
    ['a list for an object', json([]), 'UPSTREAM_INVALID_RESPONSE'],
    ['an object without its key', json({ name: 'Bad' }), 'UPSTREAM_INVALID_RESPONSE'],
    ['a member of a wrong type', json({ id: 'bad', name: 7 }), 'UPSTREAM_INVALID_RESPONSE'],
    ['nothing at all', text('', 'application/json'), 'UPSTREAM_INVALID_RESPONSE'],
  ];
  test.each(fields)('%s is null with a typed error, and its siblings stay', async (_, ...row) => {
    const [answer, code, extensions] = row;
    server.on('GET /api/users/bad', answer).on('GET /api/users/good', json({ id: 'good', name: 'Good' }));
    const got = await gateway.send('{ bad: user(id: "bad") { name } good: user(id: "good") { name } }');
    expect(got.status).toBe(200);
    expect(got.data).toEqual({ bad: null, good: { name: 'Good' } });
    expectOneError(got, ['bad'], code, extensions);
  });

  test('404 is null, without an error', async () => {
    const got = await gateway.send('{ user(id: "nobody") { name } }');
    expect(got.text).toBe('{"data":{"user":null}}\n');
  });

  test('a failure in the middle of the graph leaves what is around it', async () => {
    server
      .on('GET /api/groups/eng', json({ id: 'eng', description: 'Engineering' }))
      .on('GET /api/groups/eng/users', json([{ id: 'ann' }, { id: 'bob' }]))
      .on('GET /api/users/ann/permissions', json({ grantedAccess: [] }))
      .on('GET /api/users/bob/permissions', json({ message: 'Not for you' }, 403));
    const got = await gateway.send(
      '{ group(id: "eng") { description members { nodes { id grants { access } } } } }',
    );
    expect(got.data).toEqual({
      group: {
        description: 'Engineering',
        members: {
          nodes: [
            { id: 'ann', grants: [] },
            { id: 'bob', grants: null },
          ],
        },
      },
    });
    expectOneError(got, ['group', 'members', 'nodes', 1, 'grants'], 'FORBIDDEN', { upstreamStatus: 403 });
  });
});

describe('a mutation whose REST call gets', () => {
  const write =
    'mutation { bad: deleteUser(id: "bad") { deletedId } good: deleteUser(id: "good") { deletedId } }';

  /** Whatever leaves open whether the write was done says so. */
  const LOST = new Set(['a hang-up', 'half a body', 'silence', 'silence after half a body', 'HTML and 200']);
  test.each(failures)('%s is null with a typed error, and the next one still runs', async (what, ...row) => {
    const [answer, code, extensions] = row;
    server.on('DELETE /api/users/bad', answer).on('DELETE /api/users/good', json({}));
    const got = await gateway.send(write);
    expect(got.status).toBe(200);
    expect(got.data).toEqual({ bad: null, good: { deletedId: 'good' } });
    expectOneError(got, ['bad'], LOST.has(what) ? 'OUTCOME_UNKNOWN' : code, extensions);
    expect(server.log).toEqual(['DELETE /api/users/bad', 'DELETE /api/users/good']);
  });

  test.each([
    [400, 'INVALID_INPUT'],
    [422, 'INVALID_INPUT'],
    [404, 'NOT_FOUND'],
    [409, 'ALREADY_EXISTS'],
  ])('%i tells the person at the form, in the data', async (status, code) => {
    server.on('PUT /api/users/bad', json({ message: 'User bad is odd' }, status));
    const got = await gateway.send(
      'mutation { upsertUser(id: "bad", input: { name: "B" }) { user { id } userErrors { code message field } } }',
    );
    expect(got.errors).toEqual([]);
    expect(got.data.upsertUser).toMatchObject({
      user: null,
      userErrors: [{ code, message: 'User bad is odd' }],
    });
  });

  test('a failure when its result is read again keeps the rest of the payload', async () => {
    server.on('PUT /api/users/bad', json({})).on('GET /api/users/bad', json({}, 503));
    const got = await gateway.send(
      'mutation { upsertUser(id: "bad", input: { name: "B" }) { user { id name } userErrors { code } } }',
    );
    expect(got.data).toEqual({ upsertUser: { user: { id: 'bad', name: null }, userErrors: [] } });
    expectOneError(got, ['upsertUser', 'user', 'name'], 'UPSTREAM_ERROR', { upstreamStatus: 503 });
  });
});

describe('an id that REST has no path for', () => {
  test('fails at its field, and nothing is sent', async () => {
    expectOneError(await gateway.send('{ user(id: "..") { name } }'), ['user'], 'BAD_USER_INPUT');
    expect(server.log).toEqual([]);
  });

  test('is the fault of the person at the form in a mutation', async () => {
    const got = await gateway.send(
      'mutation { deleteUser(id: "") { deletedId userErrors { code message } } }',
    );
    expect(got.data.deleteUser.userErrors).toEqual([{ code: 'INVALID_INPUT', message: 'An id is empty.' }]);
    expect(server.log).toEqual([]);
  });
});

test('an operation past its budget answers what it could read', async () => {
  const small = await GatewayUnderTest.start(server.url, { limits: { restCalls: 2 } });
  try {
    server.on('GET /api/users/a', json({ id: 'a' })).on('GET /api/users/b', json({ id: 'b' }));
    const got = await small.send(
      '{ a: user(id: "a") { id } b: user(id: "b") { id } c: user(id: "c") { id } }',
    );
    expect(got.data).toEqual({ a: { id: 'a' }, b: { id: 'b' }, c: null });
    expectOneError(got, ['c'], 'UPSTREAM_BUDGET_EXCEEDED');
    expect(server.log).toHaveLength(2);
  } finally {
    await small.stop();
  }
});

test("a client's own request id comes back in header and errors, unless it is odd", async () => {
  const kept = await gateway.send('{ nope }', {}, { 'x-request-id': 'my-id.7' });
  expect(kept.headers.get('x-request-id')).toBe('my-id.7');
  expect(kept.errors[0]?.extensions['requestId']).toBe('my-id.7');
  const odd = await gateway.send('{ nope }', {}, { 'x-request-id': '{"a":1}' });
  expectOneError(
    { ...odd, errors: odd.errors.map((e) => ({ ...e, path: [] })) },
    [],
    'GRAPHQL_VALIDATION_FAILED',
  );
});
