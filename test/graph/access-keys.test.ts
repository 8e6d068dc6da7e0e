import { afterAll, describe, expect, test } from 'vitest';
import { at, codesByPath, listAt, textAt } from '../support/graphql-answer.ts';
import { startStack } from '../support/start-stack.ts';
import { buildWorld } from '../support/world.ts';

const stack = await startStack();
const world = await buildWorld(stack);
afterAll(() => stack.stop());

const NOBODY = '00000000-0000-0000-0000-000000000000';
const fault = (field: readonly string[]) => [{ code: 'NOT_FOUND', message: expect.any(String), field }];
const payload = 'accessKey { id status application { name } } userErrors { code message field }';
const CREATE = `mutation ($id: ID!) { createAccessKey(applicationId: $id) { secret ${payload} } }`;
const SIGN_IN = `mutation ($input: GenerateTokenInput!) { generateToken(input: $input) {
  token expiresInSeconds userErrors { code message field } } }`;

async function newKey(): Promise<{ readonly keyId: string; readonly keySecret: string }> {
  const data = await stack.data(CREATE, { variables: { id: world.shipping } });
  const keyId = textAt(data, 'createAccessKey', 'accessKey', 'id');
  return { keyId, keySecret: textAt(data, 'createAccessKey', 'secret') };
}

async function signIn(input: object): Promise<string> {
  return textAt(await stack.data(SIGN_IN, { variables: { input }, token: null }), 'generateToken', 'token');
}

const change = (mutation: string, keyId: string, { status = '', applicationId = world.shipping } = {}) =>
  stack.data(
    `mutation { done: ${mutation}(applicationId: "${applicationId}", keyId: "${keyId}" ${status}) { ${payload} } }`,
  );

describe('createAccessKey', () => {
  test('gives an active key and its secret, which signs in', async () => {
    const data = await stack.data(CREATE, { variables: { id: world.shipping } });
    expect(data).toEqual({
      createAccessKey: {
        secret: expect.stringMatching(/^\S{20,}$/),
        accessKey: { id: expect.any(String), status: 'ACTIVE', application: { name: 'shipping' } },
        userErrors: [],
      },
    });
    const keyId = textAt(data, 'createAccessKey', 'accessKey', 'id');
    const token = await signIn({ keyId, keySecret: textAt(data, 'createAccessKey', 'secret') });
    expect(await stack.data('{ viewer { id } }', { token })).toEqual({
      viewer: { id: `app:${world.shipping}` },
    });
  });

  test('says that there is no such application', async () => {
    expect(await stack.data(CREATE, { variables: { id: NOBODY } })).toEqual({
      createAccessKey: { secret: null, accessKey: null, userErrors: fault(['applicationId']) },
    });
  });

  test('keeps its secret out of the log, and out of everything that can be read', async () => {
    const { keyId, keySecret } = await newKey();
    await signIn({ keyId, keySecret });
    await stack.query(SIGN_IN, { variables: { input: { keyId, keySecret: `${keySecret}x` } } });
    expect(stack.logLines.length).toBeGreaterThan(0);
    expect(stack.logLines.filter((line) => line.includes(keySecret))).toEqual([]);
    const data = await stack.data(
      `{ application(by: {id: "${world.shipping}"}) { accessKeys { id rawStatus } } }`,
    );
    expect(JSON.stringify(data)).not.toContain(keySecret);
  });

  test('still gives the secret to somebody who may change the application and not read it', async () => {
    const grant = {
      subject: { type: 'USER', id: 'dee@example.com' },
      target: { type: 'APPLICATION', id: world.shipping },
      access: ['UPDATE'],
    };
    await stack.call('POST', '/api/auth/authorization', grant);
    const answer = await stack.query(CREATE, { variables: { id: world.shipping }, token: world.token.dee });
    expect(codesByPath(answer)).toEqual(['createAccessKey.accessKey: FORBIDDEN']);
    expect(answer.data).toEqual({
      createAccessKey: { secret: expect.stringMatching(/^\S{20,}$/), accessKey: null, userErrors: [] },
    });
  });
});

test('accessKeys are listed by id, whatever the order of creation', async () => {
  for (let count = 0; count < 6; count++) await newKey();
  const data = await stack.data(`{ application(by: {id: "${world.shipping}"}) { accessKeys { id } } }`);
  const ids = listAt(data, 'application', 'accessKeys').map((key) => textAt(key, 'id'));
  expect(ids).toEqual(ids.toSorted());
});

describe('the status of a key', () => {
  const statusOf = (data: unknown) => at(data, 'done', 'accessKey', 'status');

  test('is flipped by toggleAccessKeyStatus, each time', async () => {
    const { keyId } = await newKey();
    expect(statusOf(await change('toggleAccessKeyStatus', keyId))).toBe('INACTIVE');
    expect(statusOf(await change('toggleAccessKeyStatus', keyId))).toBe('ACTIVE');
  });

  test('is brought to what is wanted by setAccessKeyStatus, which repeats without a write', async () => {
    const { keyId } = await newKey();
    const read = `GET /api/applications/${world.shipping}/accessKeys`;
    const flip = `POST /api/applications/${world.shipping}/accessKeys/${keyId}/status`;
    for (const [status, writes] of [
      ['INACTIVE', [flip]],
      ['INACTIVE', []],
      ['ACTIVE', [flip]],
      ['ACTIVE', []],
    ] as const) {
      stack.rest.clear();
      expect(statusOf(await change('setAccessKeyStatus', keyId, { status: `status: ${status}` }))).toBe(
        status,
      );
      expect(stack.rest.log.slice(0, -1)).toEqual([read, ...writes]);
    }
  });

  test('rules the tokens that the key gave', async () => {
    const pair = await newKey();
    const token = await signIn(pair);
    await change('setAccessKeyStatus', pair.keyId, { status: 'status: INACTIVE' });
    expect(codesByPath(await stack.query('{ viewer { id } }', { token }))).toEqual([
      'viewer: UNAUTHENTICATED',
    ]);
    await change('setAccessKeyStatus', pair.keyId, { status: 'status: ACTIVE' });
    expect(codesByPath(await stack.query('{ viewer { id } }', { token }))).toEqual([]);
  });

  test.each([
    ['toggleAccessKeyStatus', ''],
    ['setAccessKeyStatus', 'status: ACTIVE'],
  ])('cannot be changed of a key or application that is not there: %s', async (mutation, status) => {
    expect(await change(mutation, NOBODY, { status })).toEqual({
      done: { accessKey: null, userErrors: fault(['keyId']) },
    });
    expect(await change(mutation, world.key.id, { status })).toEqual({
      done: { accessKey: null, userErrors: fault(['keyId']) },
    });
    expect(await change(mutation, world.key.id, { status, applicationId: NOBODY })).toEqual({
      done: { accessKey: null, userErrors: fault(['applicationId']) },
    });
  });
});

test('deleteAccessKey ends the key, and says when there is none', async () => {
  const { keyId } = await newKey();
  const document = `mutation { deleteAccessKey(applicationId: "${world.shipping}", keyId: "${keyId}") {
    deletedId userErrors { code message field } } }`;
  expect(await stack.data(document)).toEqual({ deleteAccessKey: { deletedId: keyId, userErrors: [] } });
  expect(await stack.data(document)).toEqual({
    deleteAccessKey: { deletedId: null, userErrors: fault(['keyId']) },
  });
});
