import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { path } from '../../../src/gateway/upstream/client/path.ts';
import { HttpError } from '../../../src/gateway/upstream/errors/http-error.ts';
import { nothing } from '../../../src/gateway/upstream/reading/shape.ts';
import type { MethodOf, WriteClass } from '../../../src/gateway/upstream/resilience/call-class.ts';
import { retryPause } from '../../../src/gateway/upstream/resilience/retry-pause.ts';
import { half, html, never, reset } from '../bad-answers.ts';
import { type Behaviour, json, MisbehavingServer } from '../misbehaving-server.ts';
import { type ClientOptions, clientFor, clientOf, upstreamFor } from '../rest-client.ts';

let server: MisbehavingServer;
beforeAll(async () => {
  server = await MisbehavingServer.start();
});
afterEach(() => server.reset());
afterAll(() => server.stop());

const THING = path`/api/things/a`;
const asIs = (body: unknown) => body;
const resilient = (guard: ClientOptions['guard'] = {}): ClientOptions => ({
  guard: { repeats: 2, ...guard },
});

const passing: [what: string, answer: Behaviour][] = [
  ['500', json({}, 500)],
  ['502', json({}, 502)],
  ['503', json({}, 503)],
  ['504', json({}, 504)],
  ['429 that says when to come back', json({}, 429, { 'retry-after': '0' })],
  ['a hang-up', reset],
  ['half a body', half],
  ['HTML and 200', html('sorry')],
];

describe('a read', () => {
  test.each(passing)('is sent again after %s', async (_, answer) => {
    server.on('GET /api/things/a', answer, json({ id: 'a' }));
    expect(await clientFor(server.url, resilient()).get(THING, asIs)).toEqual({ id: 'a' });
    expect(server.log).toHaveLength(2);
  });

  test('is sent again after silence, when its attempt has had its time', async () => {
    server.on('GET /api/things/a', never, json({ id: 'a' }));
    const client = clientFor(server.url, resilient({ callMs: 50 }));
    expect(await client.get(THING, asIs)).toEqual({ id: 'a' });
  });

  test.each<[what: string, answer: Behaviour, code: string]>([
    ['400', json({}, 400), 'BAD_USER_INPUT'],
    ['401', json({}, 401), 'UNAUTHENTICATED'],
    ['403', json({}, 403), 'FORBIDDEN'],
    ['404', json({ status: 404, message: 'None' }, 404), 'NOT_FOUND'],
    ['429 that says nothing', json({}, 429), 'RATE_LIMITED'],
    ['501', json({}, 501), 'UPSTREAM_ERROR'],
  ])('is not sent again after %s', async (_, answer, code) => {
    server.on('GET /api/things/a', answer);
    await expect(clientFor(server.url, resilient()).get(THING, asIs)).rejects.toMatchObject({ code });
    expect(server.log).toHaveLength(1);
  });

  test('is sent three times at most, and fails as the last time', async () => {
    server.on('GET /api/things/a', json({}, 503), json({}, 502), json({}, 500));
    const read = clientFor(server.url, resilient()).get(THING, asIs);
    await expect(read).rejects.toMatchObject({ code: 'UPSTREAM_ERROR', status: 500 });
    expect(server.log).toHaveLength(3);
  });

  test('does not wait for a Retry-After past the deadline', async () => {
    server.on('GET /api/things/a', json({}, 429, { 'retry-after': '60' }));
    const started = performance.now();
    const read = clientFor(server.url, resilient()).get(THING, asIs);
    await expect(read).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 60 });
    expect(performance.now() - started).toBeLessThan(5000);
    expect(server.log).toHaveLength(1);
  });

  test('that operations share is sent again once for all of them', async () => {
    server.on('GET /api/things/a', json({}, 503), json({ id: 'a' }));
    const upstream = upstreamFor(server.url, resilient());
    const reads = Array.from({ length: 20 }, () => clientOf(upstream).get(THING, asIs));
    expect(await Promise.all(reads)).toEqual(Array(20).fill({ id: 'a' }));
    expect(server.log).toHaveLength(2);
  });
});

describe('a write', () => {
  const write = <C extends WriteClass>(callClass: C, method: MethodOf[C], options = resilient()) =>
    clientFor(server.url, options).write(callClass, method, THING, nothing);

  test.each<[WriteClass, MethodOf[WriteClass]]>([
    ['IDEMPOTENT_BY_METHOD', 'PUT'],
    ['IDEMPOTENT_BY_METHOD', 'DELETE'],
    ['IDEMPOTENT_BY_MEANING', 'POST'],
  ])('of the class %s (%s) is sent again after whatever passes', async (callClass, method) => {
    for (const [, answer] of passing) {
      server.reset();
      server.on(`${method} /api/things/a`, answer, json({}));
      await write(callClass, method);
      expect(server.log).toHaveLength(2);
    }
  });

  test.each<WriteClass>([
    'KEYED_CREATE',
    'NEVER_REPEATED',
    'FLIP',
  ])('of the class %s is not sent again when it may have been done', async (callClass) => {
    for (const answer of [json({}, 500), json({}, 502), json({}, 503), reset, half, html('sorry')]) {
      server.reset();
      server.on('POST /api/things/a', answer);
      await expect(write(callClass, 'POST')).rejects.toThrow();
      expect(server.log).toHaveLength(1);
    }
  });

  test.each<WriteClass>([
    'KEYED_CREATE',
    'NEVER_REPEATED',
    'FLIP',
  ])('of the class %s is sent again when it was refused for the time being', async (callClass) => {
    server.on('POST /api/things/a', json({}, 429, { 'retry-after': '0' }), json({}));
    await write(callClass, 'POST');
    expect(server.log).toHaveLength(2);
  });

  test('that finds nothing left to delete, after an answer was lost, has done it', async () => {
    server.on('DELETE /api/things/a', reset, json({ status: 404, message: 'gone' }, 404));
    await expect(write('IDEMPOTENT_BY_METHOD', 'DELETE')).resolves.toBeUndefined();
  });

  test.each<[what: string, answers: Behaviour[]]>([
    ['the first time', [json({}, 404)]],
    ['after it was refused', [json({}, 503), json({}, 404)]],
  ])('that finds nothing to delete %s is told so', async (_, answers) => {
    server.on('DELETE /api/things/a', ...answers);
    await expect(write('IDEMPOTENT_BY_METHOD', 'DELETE')).rejects.toMatchObject({ status: 404 });
  });

  test('that may have been done stays unknown, whatever the last attempt says', async () => {
    server.on('PUT /api/things/a', reset, json({}, 503), json({}, 503));
    await expect(write('IDEMPOTENT_BY_METHOD', 'PUT')).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    expect(server.log).toHaveLength(3);
  });

  test.each([500, 503])('that the server says it has not done (%i) failed for certain', async (status) => {
    server.on('POST /api/things/a', json({}, status));
    await expect(write('NEVER_REPEATED', 'POST')).rejects.toMatchObject({ code: 'UPSTREAM_ERROR', status });
  });

  test('that never found a connection is certain not to be done', async () => {
    const gone = await MisbehavingServer.start();
    await gone.stop();
    const written = clientFor(gone.url, resilient()).write('NEVER_REPEATED', 'POST', THING, nothing);
    await expect(written).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });
});

describe('the pause before a repeat', () => {
  test('is anything up to a bound that doubles, so that nobody comes back together', () => {
    const longest = [0, 1, 2, 3, 9].map((repeat) => retryPause(repeat, null, () => 1));
    expect(longest).toEqual([100, 200, 400, 800, 1000]);
    expect(retryPause(3, null, () => 0)).toBe(0);
  });

  test('is never shorter than what the upstream asks for', () => {
    const error = new HttpError({ status: 503, message: 'Later', retryAfterSeconds: 2 });
    expect(retryPause(0, error, () => 0)).toBe(2000);
    expect(retryPause(0, error, () => 0.5)).toBe(2050);
  });
});

describe('the budget of repeats', () => {
  test.each<[what: string, answer: Behaviour]>([
    ['everything fails', json({}, 503)],
    ['everything is too much', json({}, 429, { 'retry-after': '0' })],
  ])('keeps them within a tenth of the calls when %s', async (_, answer) => {
    const ids = Array.from({ length: 500 }, (__, n) => `n${n}`);
    for (const id of ids) server.on(`GET /api/things/${id}`, answer);
    const upstream = upstreamFor(server.url, resilient());
    await Promise.allSettled(ids.map((id) => clientOf(upstream).get(path`/api/things/${id}`, asIs)));
    expect(server.log.length).toBeGreaterThan(500);
    // Ten are there from the start.
    expect(server.log.length).toBeLessThanOrEqual(500 + 50 + 10);
  });
});
