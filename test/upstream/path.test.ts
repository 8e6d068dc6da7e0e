import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { path, withQuery } from '../../src/gateway/upstream/client/path.ts';
import { InvalidIdError } from '../../src/gateway/upstream/errors/invalid-id-error.ts';

describe('an id in a path', () => {
  test.each([
    ['ann@example.com', '/api/users/ann%40example.com'],
    ['app:3b1e', '/api/users/app%3A3b1e'],
    ['a/b', '/api/users/a%2Fb'],
    ['two words', '/api/users/two%20words'],
    ['100%', '/api/users/100%25'],
    ['?x=1#top', '/api/users/%3Fx%3D1%23top'],
    ['Zoë', '/api/users/Zo%C3%AB'],
    ['...', '/api/users/...'],
    ['a\\..\\b', '/api/users/a%5C..%5Cb'],
    ['line\r\nbreak', '/api/users/line%0D%0Abreak'],
  ])('is percent-encoded: %j', (id, expected) => {
    expect(path`/api/users/${id}`.text).toBe(expected);
  });

  test('stays one segment that decodes back, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (id) => {
        fc.pre(id !== '.' && id !== '..');
        const { pathname, search, hash } = new URL(`http://host${path`/api/users/${id}/permissions`}`);
        const segments = pathname.split('/');
        expect(segments).toHaveLength(5);
        expect(decodeURIComponent(segments[3] ?? '')).toBe(id);
        expect(search + hash).toBe('');
      }),
    );
  });

  test('leaves its neighbours alone, several in one path', () => {
    expect(path`/api/groups/${'a/b'}/users/${'c d'}`.text).toBe('/api/groups/a%2Fb/users/c%20d');
  });

  test.each([
    ['', 'An id is empty.'],
    ['.', "An id must not be '.'."],
    ['..', "An id must not be '..'."],
    ['\uD800', 'An id is not well-formed Unicode.'],
    ['x'.repeat(1025), 'An id is longer than 1024 characters.'],
  ])('is refused, not sent, when it cannot be a segment', (id, message) => {
    expect(() => path`/api/users/${id}`).toThrow(InvalidIdError);
    expect(() => path`/api/users/${id}`).toThrow(message);
  });

  test('may be as long as 1,024 characters', () => {
    expect(path`/api/users/${'x'.repeat(1024)}`.text).toHaveLength('/api/users/'.length + 1024);
  });
});

describe('the route of a path', () => {
  test('tells neither ids nor values', () => {
    expect(path`/api/groups/${'a/b'}/users/${'c'}`.route).toBe('/api/groups/{id}/users/{id}');
    expect(withQuery(path`/api/users`, { id: 'secret' }).route).toBe('/api/users');
    expect(path`/api/users?apps=true`.route).toBe('/api/users');
  });

  test('is not what keys that are made of paths hold', () => {
    expect(`${path`/api/users/${'a'}`}`).not.toBe(`${path`/api/users/${'b'}`}`);
  });
});

describe('a query', () => {
  test('is encoded, and parameters without a value are left out', () => {
    const written = withQuery(path`/api/users`, { type: undefined, id: 'a&b=c d' });
    expect(written.text).toBe('/api/users?id=a%26b%3Dc%20d');
  });

  test('is absent when nothing has a value', () => {
    expect(withQuery(path`/api/users`, { apps: undefined }).text).toBe('/api/users');
  });

  test('comes back as it was, whatever the value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const { searchParams } = new URL(`http://host${withQuery(path`/api/users`, { id: value })}`);
        expect([...searchParams]).toEqual([['id', value]]);
      }),
    );
  });
});
