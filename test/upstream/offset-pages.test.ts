import { describe, expect, test } from 'vitest';
import {
  offsetPage,
  type ReadPage,
  readRange,
  pageOf as recordPage,
  wholeList,
} from '../../src/gateway/upstream/reading/offset-pages.ts';
import { object, text } from '../../src/gateway/upstream/reading/shape.ts';

/** A list of numbers that gives pages of at most `largest`, and a record of what was asked. */
function listOf(length: number, largest = 100) {
  const asked: string[] = [];
  const readPage: ReadPage<number> = async (offset, limit) => {
    asked.push(`${offset}+${limit}`);
    const size = Math.max(0, Math.min(limit, largest, length - offset));
    return pageOf(length, offset, size);
  };
  return { asked, readPage };
}

function pageOf(count: number | null, offset: number, given: number) {
  return { count, items: Array.from({ length: given }, (_, index) => offset + index) };
}

const readThings = recordPage('things', (item) => ({ id: text(object(item, 'thing')['id'], 'thing.id') }));
const invalid = { code: 'UPSTREAM_INVALID_RESPONSE' };

describe('a range of a list', () => {
  test.each<[number, number, number | undefined, string[]]>([
    [0, 0, undefined, ['0+100']],
    [99, 0, undefined, ['0+100']],
    [100, 0, undefined, ['0+100']],
    [101, 0, undefined, ['0+100', '100+100']],
    [250, 0, undefined, ['0+100', '100+100', '200+100']],
    [250, 0, 5, ['0+5']],
    [250, 0, 120, ['0+100', '100+20']],
    [250, 240, 120, ['240+100']],
    [250, 300, 10, ['300+10']],
    [250, 30, 1000, ['30+100', '130+100', '230+100']],
  ])('of %i items, from %i, of %s: asks for %j', async (length, start, size, expected) => {
    const { asked, readPage } = listOf(length);
    const { count, items } = await readRange(readPage, start, size);
    expect(asked).toEqual(expected);
    expect(count).toBe(length);
    const end = Math.min(length, start + (size ?? length));
    expect(items).toEqual(Array.from({ length: Math.max(0, end - start) }, (_, index) => start + index));
  });

  test('is read in smaller steps where the server has a bound of its own', async () => {
    const { asked, readPage } = listOf(130, 50);
    expect((await readRange(readPage, 0)).items).toHaveLength(130);
    expect(asked).toEqual(['0+100', '50+50', '100+50']);
  });

  test.each<[what: string, readPage: ReadPage<number>]>([
    ['gives nothing of what it counts', async () => pageOf(1000, 0, 0)],
    ['gives less than it counts on a later page', async (at) => pageOf(250, at, at === 100 ? 90 : 100)],
    ['gives nothing on a later page', async (at) => pageOf(250, at, at === 0 ? 100 : 0)],
    ['counts fewer later', async (at) => pageOf(at === 0 ? 250 : 240, at, at === 200 ? 40 : 100)],
    ['counts more later', async (at) => pageOf(at === 0 ? 250 : 251, at, at === 200 ? 50 : 100)],
    ['gives more than it counts later', async (at) => pageOf(150, at, 100)],
    ['gives more than it counts at once', async (at) => pageOf(3, at, 4)],
    ['counts none of what it gives', async (at) => pageOf(0, at, 4)],
    ['gives a full page and no count', async (at) => pageOf(null, at, 100)],
    ['ceases to count', async (at) => pageOf(at === 0 ? 150 : null, at, at === 0 ? 100 : 50)],
  ])('is an error, and not a part of it, where the server %s', async (_, readPage) => {
    await expect(readRange(readPage, 0)).rejects.toMatchObject(invalid);
  });

  test('is an error where the server gives items behind its end', async () => {
    await expect(readRange(async (at) => pageOf(20, at, 5), 300)).rejects.toMatchObject(invalid);
  });

  test('is not read twice in part where an item had to be left out', async () => {
    const asked: number[] = [];
    const { items } = await readRange(async (at) => {
      asked.push(at);
      const { count, items } = pageOf(120, at, at === 0 ? 100 : 20);
      const found = items.map((item) => ({ id: item === 7 ? null : `i${item}` }));
      return readThings({ count, items: found });
    }, 0);
    expect(asked).toEqual([0, 100]);
    expect(items).toHaveLength(119);
  });

  test('without a count is what came, where more could have come', async () => {
    expect(await readRange(async (at) => pageOf(null, at, 7), 10, 8)).toEqual({
      count: 17,
      items: [10, 11, 12, 13, 14, 15, 16],
    });
  });

  test('is cut where the server gives more than it was asked for', async () => {
    const { count, items } = await readRange(async (at) => pageOf(30, at, 30), 0, 5);
    expect([count, items]).toEqual([30, [0, 1, 2, 3, 4]]);
  });

  test('reads the pages after the first side by side', async () => {
    let underWay = 0;
    let most = 0;
    const { readPage } = listOf(500);
    await readRange(async (offset, limit) => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return readPage(offset, limit);
    }, 0);
    expect(most).toBe(4);
  });
});

describe('the body of a page', () => {
  const read = (body: unknown) => offsetPage(body, 'things', String);

  test('has a count and items', () => {
    expect(read({ count: 7, items: [1, 2] })).toEqual({ count: 7, items: ['1', '2'] });
    expect(read({ count: 0, items: [] })).toEqual({ count: 0, items: [] });
    expect(read({ items: [1] })).toEqual({ count: null, items: ['1'] });
  });

  test.each([
    [[]],
    [null],
    [{}],
    [{ count: 'many', items: [] }],
    [{ count: -1, items: [] }],
    [{ count: 1.5, items: [1] }],
    [{ count: 1, items: {} }],
    [{ count: 0, items: null }],
    [{ count: 0 }],
  ])('%j cannot be read', (body) => {
    expect(() => read(body)).toThrow(expect.objectContaining(invalid));
  });

  test('must hold all that it counts where a list comes at once', () => {
    expect(wholeList({ count: 2, items: [1, 2] }, 'things', String)).toEqual(['1', '2']);
    expect(() => wholeList({ count: 3, items: [1, 2] }, 'things', String)).toThrow(
      expect.objectContaining(invalid),
    );
  });
});
