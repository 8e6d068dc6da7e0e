import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { afterAll, describe, expect, it } from 'vitest';
import { remote, startApiUnderTest } from '../support/api-under-test.ts';
import { expectTokenRefused } from '../support/expectations.ts';
import { must } from '../support/workspace.ts';

const data = await mkdtemp(join(tmpdir(), 'rolegraph-forged-'));
let clock = Date.now();
const api = await startApiUnderTest(remote ? {} : { data, now: () => clock });
afterAll(async () => {
  await api.stop();
  await rm(data, { recursive: true });
});

const [head = '', payload = '', signature = ''] = api.admin.split('.');
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

async function tried(token: string) {
  return api.call('GET', '/token/userInfo', { token });
}

/** The public half of the key that the server signs with, as an attacker may have it. */
const publicKey = async () => createPublicKey(await signingKey());

/** Finds the key that the server signs with. */
async function signingKey(): Promise<KeyObject> {
  for (const file of await readdir(data)) {
    const bytes = await readFile(join(data, file));
    try {
      const text = bytes.toString();
      const jwk = text.startsWith('{') ? JSON.parse(text) : undefined;
      return createPrivateKey(jwk ? { key: jwk, format: 'jwk' } : text);
    } catch {
      // Not the key: look on.
    }
  }
  throw new Error('The data folder holds no private key that can be read');
}

describe('a forged token is 401 INVALID_TOKEN', () => {
  it.each(['none', 'None', 'NONE', ''])('with the algorithm "%s" and no signature', async (alg) => {
    expectTokenRefused(await tried(`${encode({ alg, typ: 'JWT' })}.${payload}.`));
    expectTokenRefused(await tried(`${encode({ alg, typ: 'JWT' })}.${payload}.${signature}`));
  });

  it('without its signature', async () => expectTokenRefused(await tried(`${head}.${payload}.`)));

  it('with claims changed under the old signature', async () => {
    const claims = { ...decodeJwt(api.admin), exp: 4_000_000_000 };
    expectTokenRefused(await tried(`${head}.${encode(claims)}.${signature}`));
  });

  it.each(['ES256', 'EdDSA', 'RS256'] as const)('signed by another %s key, same key id', async (alg) => {
    const { privateKey } =
      alg === 'ES256'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : alg === 'EdDSA'
          ? generateKeyPairSync('ed25519')
          : generateKeyPairSync('rsa', { modulusLength: 2048 });
    const header = { ...decodeProtectedHeader(api.admin), alg };
    expectTokenRefused(
      await tried(await new SignJWT(decodeJwt(api.admin)).setProtectedHeader(header).sign(privateKey)),
    );
  });

  it('with its own key in the header', async () => {
    const { privateKey, publicKey: own } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = own.export({ format: 'jwk' });
    const header = { alg: 'ES256', jwk: { kty: 'EC', crv: 'P-256', ...jwk } };
    const token = await new SignJWT(decodeJwt(api.admin)).setProtectedHeader(header).sign(privateKey);
    expectTokenRefused(await tried(token));
  });

  it.skipIf(remote)('signed HS256 with the public key as the secret', async () => {
    const key = await publicKey();
    const secrets = [
      key.export({ format: 'pem', type: 'spki' }),
      key.export({ format: 'der', type: 'spki' }),
      JSON.stringify(key.export({ format: 'jwk' })),
    ];
    for (const secret of secrets) {
      const header = { ...decodeProtectedHeader(api.admin), alg: 'HS256' };
      const signed = new SignJWT(decodeJwt(api.admin)).setProtectedHeader(header);
      expectTokenRefused(await tried(await signed.sign(Buffer.from(secret))));
    }
  });

  it.each([
    '../../../../../../dev/null',
    '/dev/null',
    'signing-key.json',
    "' UNION SELECT 'secret' --",
    'http://127.0.0.1:9/key.json',
    '',
  ])('that names a key elsewhere: kid "%s"', async (kid) => {
    const claims = decodeJwt(api.admin);
    for (const secret of ['\0', 'secret', kid || ' ']) {
      const signed = new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid });
      expectTokenRefused(await tried(await signed.sign(Buffer.from(secret))));
    }
    const { privateKey } = generateKeyPairSync('ed25519');
    for (const place of [
      { kid },
      { kid, jku: 'http://127.0.0.1:9/keys' },
      { kid, x5u: 'http://127.0.0.1:9/x' },
    ]) {
      const signed = new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', ...place });
      expectTokenRefused(await tried(await signed.sign(privateKey)));
    }
  });

  it.skipIf(remote)('signed with the right key, but not meant for this server, or for nobody', async () => {
    const key = await signingKey();
    const sign = (claims: Record<string, unknown>) =>
      new SignJWT(claims).setProtectedHeader(decodeProtectedHeader(api.admin) as { alg: string }).sign(key);
    const { aud, iss, sub, uuid, ...rest } = decodeJwt(api.admin);
    const whole = { ...rest, aud, iss, sub, uuid };
    expect(await tried(await sign(whole))).toMatchObject({ status: 200 });
    for (const claims of [
      { ...rest, iss, sub, uuid },
      { ...whole, aud: 'another' },
      { ...whole, aud: [] },
      { ...rest, aud, sub, uuid },
      { ...whole, iss: 'another' },
      { ...rest, aud, iss, uuid },
      { ...rest, aud, iss, sub },
      { ...whole, nbf: 4_000_000_000 },
    ]) {
      expectTokenRefused(await tried(await sign(claims)));
    }
  });

  it.skipIf(remote)('issued by another installation', async () => {
    const other = await startApiUnderTest();
    try {
      expectTokenRefused(await tried(other.admin));
    } finally {
      await other.stop();
    }
  });
});

describe.skipIf(remote)('the embedded API’s own tokens', () => {
  it('are signed with an asymmetric key', () => {
    expect(['ES256', 'EdDSA', 'Ed25519']).toContain(decodeProtectedHeader(api.admin).alg);
  });
});

// Last, for it turns the clock. A real server's clock cannot be turned: skipped against a URL.
describe.skipIf(remote)('an expired token', () => {
  it('is 401 EXPIRED_TOKEN, and still good 60 minutes after it was issued', async () => {
    const body = api.adminKey;
    const issued = must(await api.call('POST', '/token', { token: null, body })).record;
    const token = String(issued['token']);
    clock += 59 * 60_000;
    expect(await tried(token)).toMatchObject({ status: 200 });
    clock += Number(issued['expiresIn']) * 1000;
    expectTokenRefused(await tried(token), 'EXPIRED_TOKEN');
    const renewed = must(await api.call('POST', '/token', { token, body })).record;
    expect(await tried(String(renewed['token']))).toMatchObject({ status: 200 });
    clock = Date.now();
  });
});
