import { describe, expect, test } from 'vitest';
import { CredentialRefusal, readCredential } from '../../src/gateway/credentials/sent-credential.ts';
import { tokenOf } from '../../src/gateway/credentials/token.ts';

const HEADER = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url');
const PAYLOAD = Buffer.from('{"sub":"ann"}').toString('base64url');
const SIGNATURE = Buffer.alloc(32, 0xff).toString('base64url');
const JWT = `${HEADER}.${PAYLOAD}.${SIGNATURE}`;

describe('what a caller sent becomes one value:', () => {
  test.each<[string, Record<string, unknown>]>([
    ['X-Authorization, bare', { 'x-authorization': 't0k' }],
    ['X-Authorization after Bearer', { 'x-authorization': 'Bearer t0k' }],
    ['X-Authorization after bearer, in any case', { 'x-authorization': 'bEARER   t0k' }],
    ['Authorization after Bearer', { authorization: 'Bearer t0k' }],
    ['the scheme in any case', { authorization: 'BEARER t0k' }],
    ['a tab', { authorization: 'Bearer\tt0k' }],
    ['blanks and tabs all around', { authorization: ' \t bearer \t t0k \t ' }],
    ['both headers with the same', { authorization: 'Bearer t0k', 'x-authorization': 't0k' }],
  ])('%s', (_, headers) => {
    expect(readCredential(headers)).toEqual({ authorization: 't0k', workflowEngine: 't0k' });
  });

  test('of two tokens each goes to its own upstream', () => {
    expect(readCredential({ authorization: 'Bearer b', 'x-authorization': 'a' })).toEqual({
      authorization: 'a',
      workflowEngine: 'b',
    });
  });

  test('nothing at all is null', () => {
    expect(readCredential({})).toBeNull();
    expect(readCredential({ cookie: 'token=t0k' })).toBeNull();
  });
});

describe('what is sent and not understood is refused with a sentence that says what to send, and never taken for nothing:', () => {
  test.each<[string, Record<string, unknown>]>([
    ['Basic', { authorization: 'Basic dXNlcjpwYXNz' }],
    ['Digest', { authorization: 'Digest username="u"' }],
    ['a scheme that begins with Bearer', { authorization: 'BearerX t0k' }],
    ['Authorization without a scheme', { authorization: 't0k' }],
    ['Bearer without a token', { authorization: 'Bearer' }],
    ['Bearer and blanks', { authorization: 'Bearer \t ' }],
    ['Bearer twice', { authorization: 'Bearer Bearer t0k' }],
    ['two words', { authorization: 'Bearer t0k t0k' }],
    ['a line break', { authorization: 'Bearer\nt0k' }],
    ['two headers put together', { authorization: 'Bearer a, Bearer b' }],
    ['two headers put together without a blank', { 'x-authorization': 'a,b' }],
    ['an empty Authorization', { authorization: '' }],
    ['an empty X-Authorization', { 'x-authorization': '' }],
    ['blanks', { 'x-authorization': '  ' }],
    ['Bearer alone in X-Authorization', { 'x-authorization': 'Bearer' }],
    ['Basic in X-Authorization', { 'x-authorization': 'Basic dXNlcjpwYXNz' }],
    ['a blank that is no blank of HTTP', { authorization: 'Bearer\u00a0t0k' }],
    ['letters beyond ASCII', { 'x-authorization': 'tök' }],
    ['a token that is longer than all headers may be', { 'x-authorization': 'x'.repeat(16 * 1024 + 1) }],
    ['null', { authorization: null }],
    ['a number', { 'x-authorization': 7 }],
    ['a list', { authorization: ['Bearer t0k'] }],
    ['an object', { authorization: { token: 't0k' } }],
    [
      'a right one beside one that is not understood',
      { authorization: 'Basic abc', 'x-authorization': 't0k' },
    ],
    ['a right one beside an empty one', { authorization: 'Bearer t0k', 'x-authorization': '' }],
  ])('%s', (_, headers) => {
    const read = () => readCredential(headers);
    expect(read).toThrow(CredentialRefusal);
    expect(read).toThrow(/^(X-)?Authorization holds no token\. Send "\1?Authorization: Bearer <token>"\.$/i);
  });
});

describe('a JWT has the spelling that its issuer gave it, and no other:', () => {
  test('that one is taken', () => {
    expect(tokenOf(JWT)).toBe(JWT);
  });

  const lastReplaced = (last: string) => JWT.slice(0, -1) + last;
  test.each(
    [
      ...['9', '-', '_', 'z'].map((last) => [`its last character as ${last}`, lastReplaced(last)]),
      ['padding', `${JWT}=`],
      ['the other alphabet', JWT.replaceAll('_', '/')],
      ['a sign that readers skip', `${HEADER}.${PAYLOAD}.!${SIGNATURE}`],
      ['a dot too many', `${JWT}.`],
      ['padding of its head', `${HEADER}==.${PAYLOAD}.${SIGNATURE}`],
    ].filter(([, word]) => word !== JWT),
  )('%s', (_, word = '') => {
    expect(tokenOf(word)).toBeNull();
  });

  test.each([
    'a.b.c',
    'eyJ.t0k.en',
    'abc/def+ghi==',
    't.',
    'A~b-._',
  ])('what is none has its text: %s', (word) => {
    expect(tokenOf(word)).toBe(word);
  });
});
