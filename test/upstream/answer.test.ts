import { describe, expect, test } from 'vitest';
import { KnownSecrets } from '../../src/gateway/upstream/client/known-secrets.ts';
import type { RestAnswer } from '../../src/gateway/upstream/client/rest-call.ts';
import { HttpError } from '../../src/gateway/upstream/errors/http-error.ts';
import { ShapeError } from '../../src/gateway/upstream/errors/shape-error.ts';
import { parseBody, refusalOf } from '../../src/gateway/upstream/reading/answer.ts';

function answer(status: number, body: unknown, rest: Partial<RestAnswer> = {}): RestAnswer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, contentType: 'application/json', retryAfter: undefined, body: Buffer.from(text), ...rest };
}

const refusal = (status: number, body: unknown, retryAfter?: string) =>
  refusalOf('authorization API', answer(status, body, { retryAfter }), (words) =>
    new KnownSecrets().sentence(words, []),
  );

describe('the body of a success', () => {
  test.each([
    ['JSON', '{"id":1}', 'application/json', { id: 1 }],
    ['JSON under another name', '[1]', 'text/plain', [1]],
    ['nothing', '', 'application/json', undefined],
    ['a bare text', '3b1e', 'text/plain;charset=UTF-8', '3b1e'],
  ])('may be %s', (_, body, contentType, expected) => {
    expect(parseBody(answer(200, body, { contentType }))).toEqual(expected);
  });

  test.each([
    ['text that says it is JSON', 'oops', 'application/json'],
    ['a web page', '<html>', 'text/html'],
    ['text of no type', 'oops', ''],
  ])('must not be %s', (_, body, contentType) => {
    expect(() => parseBody(answer(200, body, { contentType }))).toThrow(ShapeError);
  });
});

describe('the sentence of a refusal', () => {
  test("is the upstream's own where it is the caller's business, in either API's words", () => {
    expect(refusal(404, { message: 'No user bob' }).message).toBe('No user bob');
    expect(refusal(400, { error_message: 'Bad name' }).message).toBe('Bad name');
  });

  test.each([
    ['of a server failure', 500, { message: 'ORA-00942 at 10.0.0.7' }],
    ['of a redirect', 302, { message: 'see http://inside' }],
    ['that is no JSON', 400, 'NullPointerException at com.acme'],
    ['that is no object', 400, ['secret']],
    ['that is no text', 400, { message: { stack: 'at x' } }],
    ['that is empty', 400, { message: '' }],
  ])('is ours in place of one %s', (_, status, body) => {
    expect(refusal(status, body).message).toBe(`The authorization API answered with status ${status}.`);
  });

  test('is cut where no sentence is that long', () => {
    expect(refusal(400, { message: 'x'.repeat(5000) }).message).toHaveLength(400);
  });
});

describe('the faulty member', () => {
  test.each([
    ['with dots', { validationErrors: [{ path: 'input.name' }] }, ['input', 'name']],
    ['with slashes', { validationErrors: [{ path: '/roles/0' }] }, ['roles', '0']],
    ["in the workflow engine's words", { property: 'steps.0' }, ['steps', '0']],
    ['unnamed', { validationErrors: [] }, undefined],
    ['of a wrong type', { validationErrors: 'name' }, undefined],
  ])('is read: %s', (_, body, field) => {
    expect(refusal(400, body).field).toEqual(field);
  });
});

describe('Retry-After', () => {
  test.each([
    ['seconds', '7', 7],
    ['a date that has passed', 'Wed, 21 Oct 2015 07:28:00 GMT', 0],
    ['nonsense', 'soon', undefined],
    ['a negative number, which is now', '-5', 0],
  ])('may be %s', (_, sent, expected) => {
    expect(refusal(429, {}, sent).retryAfterSeconds).toBe(expected);
  });

  test('may be a date to come', () => {
    const seconds = refusal(429, {}, new Date(Date.now() + 90_000).toUTCString()).retryAfterSeconds;
    expect(seconds).toBeGreaterThan(80);
    expect(seconds).toBeLessThanOrEqual(90);
  });

  test('is absent where none was sent', () => {
    expect(refusal(429, {}).retryAfterSeconds).toBeUndefined();
  });
});

describe('the code of a refusal', () => {
  test.each([
    [400, undefined, 'BAD_USER_INPUT'],
    [422, undefined, 'BAD_USER_INPUT'],
    [401, undefined, 'UNAUTHENTICATED'],
    [403, undefined, 'FORBIDDEN'],
    [403, 'EXPIRED_TOKEN', 'UNAUTHENTICATED'],
    [403, 'INVALID_TOKEN', 'UNAUTHENTICATED'],
    [403, 'NOT_ADMIN', 'FORBIDDEN'],
    [404, undefined, 'NOT_FOUND'],
    [409, undefined, 'UPSTREAM_ERROR'],
    [429, undefined, 'RATE_LIMITED'],
    [302, undefined, 'UPSTREAM_ERROR'],
    [418, undefined, 'UPSTREAM_ERROR'],
    [500, 'EXPIRED_TOKEN', 'UPSTREAM_ERROR'],
    [503, undefined, 'UPSTREAM_ERROR'],
  ])('for %i with the word %s is %s', (status, error, code) => {
    expect(new HttpError(refusal(status, { error })).code).toBe(code);
  });
});
