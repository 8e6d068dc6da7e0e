import { describe, expect, test } from 'vitest';
import { offsetPage, type ReadPage, readRange } from '../../src/gateway/upstream/offset-pages.ts';

/** A list of numbers that gives pages of at most `largest`, and a record of what was asked. */
function listOf(length: number, largest = 100) {
  const asked: string[] = [];
  const readPage: ReadPage<number> = async (offset, limit) => {
    asked.push(`${offset}+${limit}`);
    const size = Math.max(0, Math.min(limit, largest, length - offset));
    return { count: length, items: Array.from({ length: size }, (_, index) => offset + index) };
  };
  return { asked, readPage };
}

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

  test('ends where a server gives nothing, whatever it counts', async () => {
    const readPage = async () => ({ count: 1000, items: [] });
    expect(await readRange(readPage, 0)).toEqual({ count: 1000, items: [] });
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

  test('has a count and items; no items are none, and no count is theirs', () => {
    expect(read({ count: 7, items: [1, 2] })).toEqual({ count: 7, items: ['1', '2'] });
    expect(read({ items: [1] })).toEqual({ count: 1, items: ['1'] });
    expect(read({ count: 0, items: null })).toEqual({ count: 0, items: [] });
  });

  test.each([
    [[]],
    [{ count: 'many', items: [] }],
    [{ count: 1, items: {} }],
    [null],
  ])('%j cannot be read', (body) => {
    expect(() => read(body)).toThrow(expect.objectContaining({ code: 'UPSTREAM_INVALID_RESPONSE' }));
  });
});
