import { afterAll, describe, expect, test } from 'vitest';
import { codesByPath, textAt } from '../support/graphql-answer.ts';
import { startStack } from '../support/start-stack.ts';
import { buildWorld } from '../support/world.ts';

const stack = await startStack();
const world = await buildWorld(stack);
afterAll(() => stack.stop());

const pair = { keyId: world.key.id, keySecret: world.key.secret };

function generate(input: object, token: string | null = null) {
  const document = `mutation ($input: GenerateTokenInput!) { generateToken(input: $input) {
    token expiresInSeconds userErrors { code message field } } }`;
  return stack.query(document, { variables: { input }, token });
}

describe('generateToken', () => {
  test.each([
    ['as long as the installation sees fit', {}, 12 * 60 * 60],
    ['as long as was asked for', { expiresInSeconds: 90 }, 90],
    ['a whole year', { expiresInSeconds: 31_536_000 }, 31_536_000],
  ])('needs no token, and gives one that lasts %s', async (_, wish, expiresInSeconds) => {
    const answer = await generate({ ...pair, ...wish });
    expect(answer.data).toEqual({
      generateToken: { token: expect.any(String), expiresInSeconds, userErrors: [] },
    });
    const token = textAt(answer.data, 'generateToken', 'token');
    expect(await stack.data('{ viewer { id } }', { token })).toEqual({
      viewer: { id: `app:${world.billing}` },
    });
  });

  test('minds no stale token beside it', async () => {
    expect(codesByPath(await generate(pair, 'stale'))).toEqual([]);
  });

  test.each([
    ['another secret', { keySecret: 'wrong' }],
    ['an unknown key', { keyId: 'unknown' }],
  ])('answers UNAUTHENTICATED to %s, without saying which was wrong', async (_, change) => {
    const answer = await generate({ ...pair, ...change });
    expect(answer.data).toEqual({ generateToken: null });
    expect(codesByPath(answer)).toEqual(['generateToken: UNAUTHENTICATED']);
    expect(answer.errors[0]?.message).toMatch(/not known, its secret is another one, or it is inactive/);
  });

  test('answers UNAUTHENTICATED while the key is inactive', async () => {
    const status = (value: string) =>
      stack.data(`mutation { setAccessKeyStatus(applicationId: "${world.billing}", keyId: "${world.key.id}", status: ${value}) {
        userErrors { code } } }`);
    await status('INACTIVE');
    expect(codesByPath(await generate(pair))).toEqual(['generateToken: UNAUTHENTICATED']);
    await status('ACTIVE');
    expect(codesByPath(await generate(pair))).toEqual([]);
  });

  test('refuses a token that lasts no time', async () => {
    const { data } = await generate({ ...pair, expiresInSeconds: 0 });
    expect(data).toEqual({
      generateToken: {
        token: null,
        expiresInSeconds: null,
        userErrors: [
          { code: 'INVALID_INPUT', message: expect.any(String), field: ['input', 'expiresInSeconds'] },
        ],
      },
    });
  });

  test('gives its token nowhere else: not in the log', async () => {
    const token = textAt((await generate(pair)).data, 'generateToken', 'token');
    await stack.data('{ viewer { id } }', { token });
    const written = stack.logLines.join('\n');
    expect(written).not.toBe('');
    for (const secret of [token, pair.keySecret]) expect(written).not.toContain(secret);
  });

  test('gives a token without end, when asked, and tells no time for it', async () => {
    const { data } = await generate({ ...pair, expiresInSeconds: -1 });
    expect(data).toMatchObject({ generateToken: { token: expect.any(String), expiresInSeconds: null } });
  });
});
