import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type CutProxy, startCutProxy } from '../support/cut-proxy.ts';
import { at, codesByPath, textAt } from '../support/graphql-answer.ts';
import { type Stack, startStack } from '../support/start-stack.ts';

const ROTATE = `mutation ($applicationId: ID!, $keyId: ID!) {
  rotateAccessKey(applicationId: $applicationId, keyId: $keyId) {
    accessKey { id status } secret retired { id status } userErrors { code field }
  }
}`;

let stack: Stack;
let proxy: CutProxy;
let applicationId: string;
let keyId: string;

beforeAll(async () => {
  stack = await startStack({
    // Each run of a test breaks the line, and is about nothing but that.
    limits: { repeats: 0, pauseMs: 0 },
    between: async (apiUrl) => {
      proxy = await startCutProxy(apiUrl);
      return proxy.url;
    },
  });
});
afterAll(async () => {
  await stack.stop();
  await proxy.stop();
});
beforeEach(async () => {
  proxy.mend();
  applicationId = textAt(await stack.call('POST', '/api/applications', { name: 'keyed' }), 'id');
  keyId = textAt(await stack.call('POST', `/api/applications/${applicationId}/accessKeys`), 'id');
  stack.rest.clear();
});

const keys = async () =>
  (await stack.call('GET', `/api/applications/${applicationId}/accessKeys`)) as {
    id: string;
    status: string;
  }[];
const rotate = () => stack.query(ROTATE, { variables: { applicationId, keyId } });

test('a new key is active before the old one goes inactive, and its secret is told once', async () => {
  const { data, errors } = await rotate();
  expect(errors).toEqual([]);
  expect(stack.rest.log).toEqual([
    `GET /api/applications/${applicationId}/accessKeys`,
    `POST /api/applications/${applicationId}/accessKeys`,
    `POST /api/applications/${applicationId}/accessKeys/${keyId}/status`,
    `GET /api/applications/${applicationId}/accessKeys`,
  ]);
  expect(at(data, 'rotateAccessKey')).toMatchObject({
    accessKey: { status: 'ACTIVE' },
    retired: { id: keyId, status: 'INACTIVE' },
    userErrors: [],
  });
  const secret = textAt(data, 'rotateAccessKey', 'secret');
  const pair = { keyId: textAt(data, 'rotateAccessKey', 'accessKey', 'id'), keySecret: secret };
  expect(await stack.call('POST', '/api/token', pair)).toMatchObject({ token: expect.any(String) });
  expect(stack.logLines.join('')).not.toContain(secret);
});

test('an old key that is inactive already stays so', async () => {
  await stack.call('POST', `/api/applications/${applicationId}/accessKeys/${keyId}/status`);
  stack.rest.clear();
  const { data } = await rotate();
  expect(at(data, 'rotateAccessKey', 'retired')).toEqual({ id: keyId, status: 'INACTIVE' });
  expect(stack.rest.log.filter((call) => call.endsWith('/status'))).toEqual([]);
});

test('a key that is not there is refused, and nothing is made', async () => {
  keyId = 'no-such-key';
  const { data } = await rotate();
  expect(at(data, 'rotateAccessKey')).toMatchObject({
    secret: null,
    userErrors: [{ code: 'NOT_FOUND', field: ['keyId'] }],
  });
  expect(await keys()).toHaveLength(1);
});

/** What is left, and what is told, where the line breaks at each of the four calls. */
test.each([
  [0, 'before', { active: 1, hasSecret: false, errors: ['rotateAccessKey: UPSTREAM_UNAVAILABLE'] }],
  [0, 'after', { active: 1, hasSecret: false, errors: ['rotateAccessKey: UPSTREAM_UNAVAILABLE'] }],
  [1, 'before', { active: 1, hasSecret: false, errors: ['rotateAccessKey: OUTCOME_UNKNOWN'] }],
  [1, 'after', { active: 2, hasSecret: false, errors: ['rotateAccessKey: OUTCOME_UNKNOWN'] }],
  [
    2,
    'before',
    {
      active: 2,
      hasSecret: true,
      errors: ['rotateAccessKey.accessKey: UPSTREAM_UNAVAILABLE', 'rotateAccessKey.retired: OUTCOME_UNKNOWN'],
    },
  ],
  [
    2,
    'after',
    {
      active: 1,
      hasSecret: true,
      errors: ['rotateAccessKey.accessKey: UPSTREAM_UNAVAILABLE', 'rotateAccessKey.retired: OUTCOME_UNKNOWN'],
    },
  ],
  [3, 'before', { active: 1, hasSecret: true, errors: ['rotateAccessKey.accessKey: UPSTREAM_UNAVAILABLE'] }],
  [3, 'after', { active: 1, hasSecret: true, errors: ['rotateAccessKey.accessKey: UPSTREAM_UNAVAILABLE'] }],
] as const)('killed after %i calls, %s the next arrives, it leaves an active key', async (calls, where, left) => {
  proxy.cutAfter(calls, where);
  const answer = await rotate();
  expect({
    active: (await keys()).filter(({ status }) => status === 'ACTIVE').length,
    hasSecret:
      typeof (
        answer.data &&
        at(answer.data, 'rotateAccessKey') &&
        at(answer.data, 'rotateAccessKey', 'secret')
      ) === 'string',
    errors: codesByPath(answer),
  }).toEqual(left);

  proxy.mend();
  expect((await rotate()).errors).toEqual([]);
  const after = await keys();
  expect(after.find(({ id }) => id === keyId)?.status).toBe('INACTIVE');
  expect(after.filter(({ status }) => status === 'ACTIVE').length).toBeGreaterThan(0);
});
