import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listOf } from '../../src/gateway/upstream/reading/list-read.ts';
import { type OffsetPage, pageOf } from '../../src/gateway/upstream/reading/offset-pages.ts';
import type { Read } from '../../src/gateway/upstream/reading/read.ts';
import { type Reading, readAnswer, readLongAnswer } from '../../src/gateway/upstream/reading/read-answer.ts';
import { object, text } from '../../src/gateway/upstream/reading/shape.ts';
import { createResponseReuse } from '../../src/gateway/upstream/response-reuse/response-reuse.ts';

interface EntityKey {
  readonly id: string;
  readonly item: unknown;
}

/** The things that were read, so that a test can tell which were parsed again. */
const parsed: string[] = [];

function readEntityKey(item: unknown): EntityKey {
  const id = text(object(item, 'thing')['id'], 'thing.id');
  parsed.push(id);
  return { id, item };
}

const readList = listOf('things', readEntityKey);
const readPage = pageOf('things', readEntityKey);

const answer = (body: Buffer) => ({
  status: 200,
  contentType: 'application/json',
  retryAfter: undefined,
  body,
});

/** Reads one body after the other, as what answers the same question. */
function readInTurn<T>(read: Read<T>, bodies: readonly Buffer[]): Reading<T>[] {
  const memory = createResponseReuse(1_000_000);
  return bodies.map((body) => {
    parsed.length = 0;
    const reading = readAnswer(answer(body), read, memory.recall('/things'));
    memory.remember('/things', body, reading.model, reading.items);
    return reading;
  });
}

/** Long enough, so that a few of them are worth comparing. */
const PADDING = 'x'.repeat(400);
const thing = (id: string, more: object = {}) => ({ id, ...more, padding: PADDING });
const things = (count: number) => Array.from({ length: count }, (_, n) => thing(`thing-${n}`));
const bytes = (body: unknown, space?: string | number) => Buffer.from(JSON.stringify(body, null, space));
const asPage = (items: readonly unknown[]) => ({ count: items.length, items });

/** Reads a list after another one, and tells which things were parsed for it. */
function parsedFor(before: readonly unknown[], after: readonly unknown[]): readonly string[] {
  const [, reading] = readInTurn(readList, [bytes(before), bytes(after)]);
  const found = [...parsed];
  expect(reading?.model).toEqual(readList(after));
  return found;
}

describe('of a list that changed', () => {
  const list = things(100);
  const other = thing('other');

  test.each([
    ['the first was changed', list.with(0, other), ['other']],
    ['one in the middle was changed', list.with(50, other), ['other']],
    ['the last was changed', list.with(99, other), ['other']],
    [
      'three were changed far apart',
      list.with(3, other).with(50, other).with(98, other),
      Array(3).fill('other'),
    ],
    ['one came first', [other, ...list], ['other']],
    ['one came in between', list.toSpliced(50, 0, other), ['other']],
    ['many came in between', list.toSpliced(50, 0, ...Array(40).fill(other)), Array(40).fill('other')],
    [
      'one came in between and another was changed',
      list.with(80, other).toSpliced(20, 0, other),
      ['other', 'other'],
    ],
    ['one was taken out', list.toSpliced(50, 1), []],
    ['the first half was taken out', list.slice(50), []],
    ['one was taken out and another was changed', list.with(80, other).toSpliced(20, 1), ['other']],
    ['two others were taken out', list.toSpliced(80, 1).toSpliced(20, 1), []],
    ['the bracket moved behind the last but one', list.slice(0, -1), ['thing-98']],
    ['one came last', [...list, other], ['thing-99', 'other']],
  ])('only what is new is parsed: %s', (_, after, expected) => {
    expect(parsedFor(list, after)).toEqual(expected);
  });

  test('what is known is the very record that was read before', () => {
    const [first, second] = readInTurn(readList, [bytes(list), bytes(list.with(50, other))]);
    expect(second?.model.filter((record, index) => record === first?.model[index])).toHaveLength(99);
  });

  test('the whole is parsed if little of it is known', () => {
    const others = Array.from({ length: 100 }, (_, n) => thing(`other-${n}`));
    expect(parsedFor(list, others).slice(-100)).toEqual(others.map(({ id }) => id));
    const [, reading] = readInTurn(readList, [bytes(list), bytes(others)]);
    expect(reading?.items).toBeUndefined();
  });

  test('the whole is parsed if it has items that cannot be told apart by a record each', () => {
    const faulty = list.with(7, { id: '', padding: PADDING });
    for (const bodies of [
      [list, faulty],
      [faulty, list],
    ]) {
      const [, reading] = readInTurn(
        readList,
        bodies.map((body) => bytes(body)),
      );
      expect(reading?.items).toBeUndefined();
      expect(reading?.model).toEqual(readList(bodies[1]));
    }
  });

  test('no JSON is taken for a list, however much of it is known', () => {
    const json = JSON.stringify(list);
    for (const text of [
      json.slice(0, -1),
      `${json}]`,
      `${json},`,
      json.replace('thing-50"', 'thing-50'),
      json.replace(',{"id":"thing-50"', ',,{"id":"thing-50"'),
      json.replace(',{"id":"thing-50"', '],{"id":"thing-50"'),
      `${json.slice(0, -1)},]`,
      `[,${json.slice(1)}`,
      `${json.slice(0, -1)}]2]`,
    ]) {
      expect(() => readInTurn(readList, [bytes(list), Buffer.from(text)])).toThrow('JSON');
    }
  });

  test('other members of its page are read anew where they changed too', () => {
    const after = { count: 7, items: list.with(3, other) };
    const [, reading] = readInTurn(readPage, [bytes(asPage(list)), bytes(after)]);
    expect(reading?.items).toBeUndefined();
    expect(reading?.model).toEqual(readPage(after));
  });

  test('pages without a count have none, whatever they have of items', () => {
    const [before, after] = [{ items: list }, { items: list.slice(1) }];
    const [, reading] = readInTurn(readPage, [bytes(before), bytes(after)]);
    expect([reading?.model.count, reading?.model.items.length]).toEqual([null, 99]);
  });

  test('a member that comes twice is what it is the last time', () => {
    const page = (items: unknown) => {
      const json = JSON.stringify(items);
      return Buffer.from(`{"items":${json},"count":3,"items":${JSON.stringify(list)}}`);
    };
    const bodies = [page(list), page(list.with(3, other))];
    expect(readInTurn(readPage, bodies)[1]?.model).toEqual({ count: 3, items: readList(list) });
  });
});

/** Anything that a list may hold, some of it hardly different from something else. */
const anyItem = fc.oneof(
  fc
    .tuple(fc.constantFrom('a', 'b', 'ü', '"],[{', '\\', '\u2028'), fc.constantFrom(1, 12, '1', null, [], {}))
    .map(([id, more]) => thing(id, { more })),
  fc.record({
    id: fc.string({ unit: 'binary', minLength: 1 }),
    more: fc.jsonValue({ stringUnit: 'binary' }),
  }),
);
const edits = fc.array(
  fc.record({
    at: fc.nat(1000),
    remove: fc.nat(3),
    add: fc.array(anyItem, { maxLength: 3 }),
  }),
  { maxLength: 3 },
);
const histories = fc
  .tuple(fc.array(anyItem, { maxLength: 40 }), fc.array(edits, { maxLength: 4 }))
  .map(([first, changes]) => {
    const versions: unknown[][] = [first];
    for (const change of changes) {
      const items = [...(versions.at(-1) ?? [])];
      for (const { at, remove, add } of change) items.splice(at % (items.length + 1), remove, ...add);
      versions.push(items);
    }
    return versions;
  });
const spaces = fc.constantFrom(undefined, 1, '\r\n\t');

function isFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isFrozen);
}

describe('whatever was changed in it, a list', () => {
  test('is what JSON.parse makes of it', () => {
    fc.assert(
      fc.property(histories, spaces, (versions, space) => {
        const bodies = versions.map((items) => bytes(items, space));
        for (const [index, { model, items }] of readInTurn(readList, bodies).entries()) {
          expect(model).toEqual(readList(JSON.parse(String(bodies[index]))));
          expect(isFrozen(items?.records)).toBe(true);
        }
      }),
      { numRuns: 300, interruptAfterTimeLimit: 4000 },
    );
  });

  test('is what JSON.parse makes of it as part of a page', () => {
    fc.assert(
      fc.property(histories, spaces, fc.boolean(), (versions, space, isLast) => {
        const pages = versions.map((items) =>
          isLast ? { count: 9, items } : { items, more: { items: [1] } },
        );
        const bodies = pages.map((page) => bytes(page, space));
        for (const [index, { model }] of readInTurn<OffsetPage<EntityKey>>(readPage, bodies).entries()) {
          expect(model).toEqual(readPage(JSON.parse(String(bodies[index]))));
        }
      }),
      { numRuns: 300, interruptAfterTimeLimit: 4000 },
    );
  });

  test('is refused exactly where JSON.parse refuses it, with a byte changed, added or taken out', () => {
    const byte = fc.constantFrom(...Buffer.from('[]{},":\\ \n0ax\u00e9'));
    const faults = fc.array(fc.tuple(fc.nat(100_000), byte, fc.nat(1), fc.nat(1)), {
      minLength: 1,
      maxLength: 2,
    });
    fc.assert(
      fc.property(fc.array(anyItem, { minLength: 10, maxLength: 20 }), faults, (items, changes) => {
        const json = bytes(items);
        let changed = json;
        for (const [at, code, remove, add] of changes) {
          const index = at % (changed.length + 1);
          const added = Buffer.alloc(add, code);
          changed = Buffer.concat([changed.subarray(0, index), added, changed.subarray(index + remove)]);
        }
        const outcome = (bodies: readonly Buffer[]) => {
          try {
            return readInTurn(readList, bodies).at(-1)?.model;
          } catch (error) {
            return (error as Error).name;
          }
        };
        expect(outcome([json, changed])).toEqual(outcome([changed]));
      }),
      { numRuns: 2000 },
    );
  });

  test('comes frozen and in the order of its ids if it is a long one', async () => {
    const { list } = readList;
    if (!list?.long) throw new Error('no reading of long lists');
    const { long } = list;
    const pause = () => Promise.resolve();
    await fc.assert(
      fc.asyncProperty(histories, async (versions) => {
        let known: { body: Buffer; model: readonly EntityKey[] } | undefined;
        for (const items of versions) {
          const body = bytes(items);
          const reading = await readLongAnswer(body, list, long, known, pause);
          expect(reading.model).toEqual(await long.inSlices(body, pause));
          expect(isFrozen(reading.model)).toBe(true);
          known = { body, ...reading };
        }
      }),
      { numRuns: 200 },
    );
  });
});
