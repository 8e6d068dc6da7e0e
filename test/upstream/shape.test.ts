import { describe, expect, test } from 'vitest';
import { ShapeError } from '../../src/gateway/upstream/errors/shape-error.ts';
import {
  entries,
  keyOf,
  list,
  object,
  optionalFlag,
  optionalText,
  optionalTime,
  text,
  textEntries,
} from '../../src/gateway/upstream/reading/shape.ts';

const where = 'user.x';
const asText = (item: unknown) => text(item, where);

describe('a reader', () => {
  test.each<[string, () => unknown, unknown]>([
    ['an object', () => object({ a: 1 }, where), { a: 1 }],
    ['a list', () => list(['a', 'b'], where, asText), ['a', 'b']],
    ['a missing list as empty', () => list(undefined, where, asText), []],
    ['a null list as empty', () => list(null, where, asText), []],
    [
      'members as pairs',
      () => entries({ b: 1, a: 2 }, where),
      [
        ['b', 1],
        ['a', 2],
      ],
    ],
    ['a missing map as empty', () => entries(null, where), []],
    [
      'texts by key, leaving out what is no text',
      () => textEntries({ z: 'Z', n: 1, a: 'A' }, where),
      [
        ['a', 'A'],
        ['z', 'Z'],
      ],
    ],
    ['a text', () => text('x', where), 'x'],
    ['a text that may be absent', () => optionalText(undefined, where), null],
    ['an empty text that may be absent', () => optionalText('', where), ''],
    ['a flag', () => optionalFlag(false, where), false],
    ['a flag that may be absent', () => optionalFlag(null, where), null],
    ['a time in milliseconds', () => optionalTime(1_782_734_603_123, where), new Date(1_782_734_603_123)],
    ['the first moment', () => optionalTime(0, where), new Date(0)],
    ['a time that may be absent', () => optionalTime(undefined, where), null],
    ['a bare key', () => keyOf('ADMIN', 'name', where), 'ADMIN'],
    ['the key of a copy', () => keyOf({ name: 'ADMIN', permissions: [] }, 'name', where), 'ADMIN'],
  ])('takes %s', (_, read, expected) => {
    expect(read()).toEqual(expected);
  });

  test.each<[string, () => unknown, string]>([
    ['a list for an object', () => object([], where), 'an object'],
    ['null for an object', () => object(null, where), 'an object'],
    ['an object for a list', () => list({}, where, asText), 'a list'],
    ['a bad item in a list', () => list(['a', 7], where, asText), 'a text'],
    ['a list for a map', () => entries([], where), 'an object'],
    ['an empty text', () => text('', where), 'a text'],
    ['a number for a text', () => text(7, where), 'a text'],
    ['a number for an optional text', () => optionalText(7, where), 'a text'],
    ['a word for a flag', () => optionalFlag('true', where), 'true or false'],
    ['a word for a time', () => optionalTime('2026-01-01', where), 'a time in milliseconds'],
    ['a time beyond all dates', () => optionalTime(9e15, where), 'a time in milliseconds'],
    ['a copy without its key', () => keyOf({ id: 'x' }, 'name', where), 'a text'],
  ])('refuses %s, naming the place and not the value', (_, read, expected) => {
    expect(read).toThrow(ShapeError);
    expect(read).toThrow(`An upstream's answer cannot be read: expected ${expected} at user.x.`);
  });
});
