import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ShapeError } from '../../src/gateway/upstream/errors/shape-error.ts';
import { looksLikeList } from '../../src/gateway/upstream/reading/list-bytes.ts';
import { listOf } from '../../src/gateway/upstream/reading/list-read.ts';
import { leftOutOf } from '../../src/gateway/upstream/reading/readable-items.ts';
import { object, text } from '../../src/gateway/upstream/reading/shape.ts';
import { parseInSlices } from '../../src/gateway/upstream/reading/sliced-list.ts';

/** What either way of parsing gives: the items, or that the text is refused. */
function sliced(json: Buffer, sliceBytes: number): unknown {
  try {
    return [...parseInSlices(json, sliceBytes)].flat();
  } catch (error) {
    expect(error).toBeInstanceOf(ShapeError);
    return 'refused';
  }
}

function whole(json: Buffer): unknown {
  try {
    const parsed: unknown = JSON.parse(json.toString());
    return Array.isArray(parsed) ? parsed : 'refused';
  } catch {
    return 'refused';
  }
}

const sliceBytes = fc.integer({ min: 1, max: 200 });
const spaces = fc.constantFrom(undefined, 1, '\t', '\r\n ');
const anyText = fc.string({ unit: 'binary' });
const lists = fc
  .tuple(fc.array(fc.oneof(fc.jsonValue({ stringUnit: 'binary' }), anyText)), spaces)
  .map(([items, space]) => Buffer.from(JSON.stringify(items, null, space)));

describe('a list that is parsed in slices', () => {
  test('is what JSON.parse makes of it, wherever it is cut', () => {
    fc.assert(
      fc.property(lists, sliceBytes, (json, size) => {
        expect(sliced(json, size)).toEqual(whole(json));
      }),
      { numRuns: 500 },
    );
  });

  test('is refused exactly where JSON.parse refuses it: cut off, with something left over, or with a byte changed', () => {
    const byte = fc.constantFrom(...Buffer.from('[]{},":\\ \n0a\u00e9'));
    const at = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        lists,
        sliceBytes,
        at,
        byte,
        fc.constantFrom('cut', 'add', 'change'),
        (json, size, where, code, how) => {
          const index = Math.floor(where * json.length);
          const head = json.subarray(0, index);
          const tail = json.subarray(how === 'change' ? index + 1 : index);
          const faulty = how === 'cut' ? head : Buffer.concat([head, Buffer.of(code), tail]);
          expect(sliced(faulty, size)).toEqual(whole(faulty));
        },
      ),
      { numRuns: 3000 },
    );
  });

  test.each([
    '',
    ' ',
    '[',
    '[1',
    '[1,',
    '[1,]',
    '[,1]',
    '[1,,2]',
    '[1]]',
    '[1],[2]',
    '[1}',
    '{}',
    '["a]',
    '[1] x',
    '\ufeff[1]',
  ])('is refused as %j', (json) => {
    expect(sliced(Buffer.from(json), 1)).toBe('refused');
  });

  test('comes in parts of about the size that was asked for', () => {
    const json = Buffer.from(JSON.stringify(Array.from({ length: 1000 }, (_, id) => ({ id }))));
    const parts = [...parseInSlices(json, 1000)];
    expect(parts.length).toBeGreaterThan(8);
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThan(200);
  });

  test('is told from other bodies by how it begins', () => {
    expect(looksLikeList(Buffer.from(' \r\n\t[1]'))).toBe(true);
    expect(looksLikeList(Buffer.from('{"a":[]}'))).toBe(false);
    expect(looksLikeList(Buffer.alloc(0))).toBe(false);
  });
});

describe('the read of a list', () => {
  const read = listOf('things', (item) => ({ id: text(object(item, 'thing')['id'], 'thing.id'), item }));
  const inSlices = (items: unknown) =>
    read.list?.long?.inSlices(Buffer.from(JSON.stringify(items)), () => Promise.resolve());

  test('in slices gives the same records, frozen, in the order of their ids', async () => {
    const ids = fc.array(fc.string({ minLength: 1, maxLength: 3 }), { maxLength: 60 });
    // Long items, so that few of them make a slice.
    const padding = 'x'.repeat(20_000);
    await fc.assert(
      fc.asyncProperty(ids, async (keys) => {
        const items = keys.map((id, index) => ({ id, index, padding }));
        const records = await inSlices(items);
        expect(records).toEqual(read(items).toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)));
        expect(Object.isFrozen(records)).toBe(true);
        expect(records?.every((record) => Object.isFrozen(record) && Object.isFrozen(record.item))).toBe(
          true,
        );
      }),
      { numRuns: 50 },
    );
  });

  test('in slices leaves out what it leaves out otherwise, and tells', async () => {
    const items = [{ id: 'a' }, { name: 'b' }];
    const error = new ShapeError('an item with a key in things');
    for (const records of [read(items), await inSlices(items)]) {
      expect(records?.map(({ id }) => id)).toEqual(['a']);
      expect(leftOutOf(records)).toEqual(error);
    }
  });
});
