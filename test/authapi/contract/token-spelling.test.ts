import { afterAll, describe, expect, it } from 'vitest';
import { startApiUnderTest } from '../support/api-under-test.ts';
import { expectTokenRefused } from '../support/expectations.ts';
import { sendRaw } from '../support/raw-socket.ts';
import { ENGINE } from '../workflows/support/engine.ts';

const api = await startApiUnderTest();
afterAll(() => api.stop());

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const token = api.admin;
const [head = '', claims = '', signature = ''] = token.split('.');
const bytesOf = (text: string) => Buffer.from(text, 'base64url').toString('hex');

/** Other texts that readers of base64 take for the same signature. */
const twins = [...DIGITS]
  .map((digit) => signature.slice(0, -1) + digit)
  .filter((text) => text !== signature && bytesOf(text) === bytesOf(signature));

async function sent(header: string): Promise<{ status: number; text: string }> {
  return sendRaw(api.url, { method: 'GET', path: '/api/token/userInfo', headers: [header] });
}

describe('one token has one text', () => {
  it('so there is something to tell apart: the last digit of a signature has bits that mean nothing', async () => {
    expect(twins).toHaveLength(15);
    expect((await sent(`X-Authorization: ${token}`)).status).toBe(200);
  });

  it.each([
    ...twins.map((text) => ['the signature ends in other digits', `${head}.${claims}.${text}`]),
    ['the signature is padded', `${token}==`],
    ['the signature is padded by one', `${token}=`],
    ['there is a blank in the signature', `${token.slice(0, -9)} ${token.slice(-9)}`],
    ['there is a tab in the signature', `${token.slice(0, -9)}\t${token.slice(-9)}`],
    ['there is a blank before the signature', `${head}.${claims}. ${signature}`],
    ['there is a blank in the claims', `${head}.${claims.slice(0, 9)} ${claims.slice(9)}.${signature}`],
    ['the header is padded', `${head}=.${claims}.${signature}`],
    [
      'the signature holds a character of no alphabet',
      `${head}.${claims}.${signature.slice(0, 9)}!${signature.slice(9)}`,
    ],
    ['there is a fourth part', `${token}.`],
    ['it comes twice', `${token}, ${token}`],
  ])('and is refused where %s', async (_, text) => {
    const answer = await api.call('GET', '/token/userInfo', { token: text });
    expectTokenRefused(answer);
    expect((await sent(`X-Authorization: Bearer ${text}`)).status).toBe(401);
  });

  it('and is taken from the plain base64 alphabet by nobody', async () => {
    const plain = signature.replaceAll('-', '+').replaceAll('_', '/');
    // A signature without either letter is the same in both alphabets.
    if (plain !== signature)
      expect((await sent(`X-Authorization: ${head}.${claims}.${plain}`)).status).toBe(401);
    expect((await sent(`X-Authorization: ${head}.${claims}.${signature.slice(0, -2)}+/`)).status).toBe(401);
  });

  it('and is refused behind a tab, which is no blank', async () => {
    expect((await sent(`X-Authorization: Bearer\t${token}`)).status).toBe(401);
  });

  it('and is found behind any spelling of its scheme, as HTTP has it', async () => {
    for (const scheme of ['Bearer ', 'bearer ', 'BEARER   ', '']) {
      expect((await sent(`X-Authorization: ${scheme}${token}`)).status, scheme).toBe(200);
    }
  });

  it('and is one where the workflow engine takes it in two headers', async () => {
    const path = `${ENGINE}/requests?filter=all`;
    const call = (...headers: string[]) => sendRaw(api.url, { method: 'GET', path, headers });
    expect((await call(`Authorization: Bearer ${token}`)).status).toBe(200);
    expect((await call(`Authorization: Bearer ${head}.${claims}.${twins[0]}`)).status).toBe(401);
    expect((await call(`Authorization: Bearer ${token}`, 'Authorization: Bearer another')).status).toBe(400);
    expect((await call(`Authorization: Bearer ${token}`, 'X-Authorization: another')).status).toBe(401);
    expect((await call(`Authorization: Bearer ${token}`, `X-Authorization: ${token}`)).status).toBe(200);
  });
});
