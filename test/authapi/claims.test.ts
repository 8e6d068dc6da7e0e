import { describe, expect, it } from 'vitest';
import { rememberClaims } from '../../src/authapi/tokens/claims.ts';
import { issueToken } from '../../src/authapi/tokens/issue.ts';
import { newSigningKey } from '../../src/authapi/tokens/signing-key.ts';

const NOW = Date.UTC(2026, 0, 1);
const SUBJECT = { id: 'ann@example.com', uuid: 'u1', keyId: null };
const [key, otherKey] = [await newSigningKey(), await newSigningKey()];

describe('a token that was read before', () => {
  it('gives the same claims until the second in which it expires, and none from then on', async () => {
    const read = rememberClaims(key);
    const token = await issueToken(key, SUBJECT, NOW, 60);
    const claims = await read(token, NOW);
    expect(claims).toMatchObject({ sub: SUBJECT.id, uuid: SUBJECT.uuid });
    expect(await read(token, NOW + 59_999)).toEqual(claims);
    await expect(read(token, NOW + 60_000)).rejects.toMatchObject({ status: 401, code: 'EXPIRED_TOKEN' });
  });

  it('never expires if it was made so', async () => {
    const read = rememberClaims(key);
    const token = await issueToken(key, SUBJECT, NOW, null);
    await read(token, NOW);
    expect(await read(token, NOW * 2)).toMatchObject({ sub: SUBJECT.id });
  });

  it('vouches for no other text: not one byte may differ, nor the key', async () => {
    const read = rememberClaims(key);
    const token = await issueToken(key, SUBJECT, NOW);
    await read(token, NOW);
    const [head, body, signature = ''] = token.split('.');
    const forged = [head, body, `${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`].join('.');
    const foreign = await issueToken(otherKey, SUBJECT, NOW);
    for (const bad of [forged, foreign]) {
      const refused = expect(read(bad, NOW)).rejects;
      await refused.toMatchObject({ status: 401, code: 'INVALID_TOKEN' });
      // A refusal is not what is remembered as a token either.
      await expect(read(bad, NOW)).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
    }
  });
});
