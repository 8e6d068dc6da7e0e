import { makeExecutableSchema } from '@graphql-tools/schema';
import { execute, getOperationAST, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { pure } from '../../../src/gateway/graph/kit/depends-on-parent.ts';
import { planQuery } from '../../../src/gateway/operation/execution/compiled-query.ts';
import { SerializedLists } from '../../../src/gateway/operation/execution/serialized-lists.ts';
import { deepFreeze } from '../../../src/gateway/upstream/response-reuse/deep-freeze.ts';

interface Cat {
  readonly name: string;
  readonly toys: readonly string[];
}

const typeDefs = `#graphql
  scalar Json
  type Cat { name: String shout: String whisper(times: Int): String mood: String later: String toys: [String] kin: [Cat] }
  type Home { place: String cats: [Cat!] tag: Json }
  type Query { cats: [Cat] others: [Cat] homes: [Home] tag: Json }`;

/** A schema that tells the same lists again, and how often their cats were asked to shout. */
function home(lists: Partial<Record<'cats' | 'others' | 'homes', readonly unknown[]>>) {
  const asked = { shout: 0 };
  const schema = makeExecutableSchema({
    typeDefs,
    resolvers: {
      Cat: {
        shout: pure(({ name }: Cat) => {
          asked.shout += 1;
          return name.toUpperCase();
        }),
        whisper: ({ name }: Cat, { times = 1 }: { times?: number }) => name.toLowerCase().repeat(times),
        mood: () => 'unsure',
        later: pure(async ({ name }: Cat) => name),
      },
      Query: {
        cats: () => lists.cats,
        others: async () => lists.others,
        homes: () => lists.homes,
        tag: () => [{ toJSON: () => 'a "tag"' }, undefined, { 'of "x"': [new Date(0)], none: undefined }],
      },
    },
  });
  return { asked, schema };
}

/** Plans a query, and writes it so many times; every answer must be what graphql-js answers. */
async function write(
  { asked, schema }: ReturnType<typeof home>,
  query: string,
  { times, texts = new SerializedLists(10_000) }: { times: number; texts?: SerializedLists },
) {
  const document = parse(query);
  const operation = getOperationAST(document);
  const plan = operation && planQuery(schema, document, operation, texts);
  if (!plan) throw new Error('no plan');
  const expected = `${JSON.stringify(await execute({ schema, document }))}\n`;
  asked.shout = 0;
  for (let time = 0; time < times; time += 1) expect(await plan.write({}, {})).toBe(expected);
  return { plan, asked };
}

const CATS = deepFreeze([
  { name: 'Tom "the" cat', toys: ['ball', 'mouse'] },
  { name: 'Über\n\u2028', toys: [], kin: [{ name: 'Rex', toys: [] }] },
]);

describe('a list that comes again', () => {
  test('is asked twice what it tells, and written from memory after that', async () => {
    const { asked } = await write(home({ cats: CATS }), '{ cats { name shout toys kin { shout } } }', {
      times: 5,
    });
    expect(asked.shout).toBe(2 * 3);
  });

  test('has a text for each field that it is the value of, within whatever else is asked', async () => {
    const query =
      '{ tag cats { name } others { n: name shout } again: cats { __typename toys } none: others { kin { name } } }';
    const { asked } = await write(home({ cats: CATS, others: CATS }), query, { times: 4 });
    expect(asked.shout).toBe(2 * 2);
  });

  test('is found in objects that are made anew', async () => {
    const lists = { homes: [{ place: 'here', cats: CATS, tag: 1 }, null, { place: null, cats: CATS }] };
    const { asked } = await write(home(lists), '{ homes { place cats { shout } tag } }', { times: 4 });
    // Its second sight is in the first answer.
    expect(asked.shout).toBe(2 * 2);
  });

  test('is not written twice where it holds another', async () => {
    const cats = deepFreeze([{ name: 'Tom', kin: CATS }]);
    const { asked } = await write(home({ cats }), '{ cats { kin { shout } } }', { times: 4 });
    expect(asked.shout).toBe(2 * 2);
  });

  test('is data for Apollo Server, whose plugins look at it', async () => {
    const { plan } = await write(home({ cats: CATS }), '{ cats { name } }', { times: 3 });
    const expected = { data: { cats: CATS.map(({ name }) => ({ name })) } };
    expect(await plan.execute({}, {})).toEqual(expected);
  });
});

describe('each item is asked each time', () => {
  test.each([
    ['of a list that may change', [...CATS], '{ cats { shout } }'],
    ['where a resolver is not marked', CATS, '{ cats { shout mood } }'],
    ['where a field has an argument', CATS, '{ cats { shout whisper(times: 2) } }'],
    ['where a value comes later', CATS, '{ cats { shout later } }'],
    [
      'where a value is a function',
      deepFreeze([{ name: 'Tom' }, { name: 'Al', toys: () => [] }]),
      '{ cats { shout toys } }',
    ],
  ])('%s', async (_, cats, query) => {
    const { asked } = await write(home({ cats }), query, { times: 4 });
    expect(asked.shout).toBe(4 * 2);
  });

  test('where nothing is kept', async () => {
    const { schema, asked } = home({ cats: CATS });
    const document = parse('{ cats { shout } }');
    const operation = getOperationAST(document);
    const plan = operation && planQuery(schema, document, operation);
    for (let time = 0; time < 3; time += 1) await plan?.write({}, {});
    expect(asked.shout).toBe(3 * 2);
  });
});

describe('texts are bounded:', () => {
  const TEXT = '[{"shout":"TOM \\"THE\\" CAT"},{"shout":"ÜBER\\n\u2028"}]'.length;

  test('one that is too long is not kept', async () => {
    const { asked } = await write(home({ cats: CATS }), '{ cats { shout } }', {
      times: 5,
      texts: new SerializedLists(TEXT),
    });
    expect(asked.shout).toBe(5 * 2);
  });

  test('the one used last is kept', async () => {
    const texts = new SerializedLists(TEXT + 1);
    const cats = home({ cats: CATS });
    const first = await write(cats, '{ cats { shout } }', { times: 3, texts });
    expect(first.asked.shout).toBe(2 * 2);
    const second = await write(cats, '{ all: cats { shout } }', { times: 3, texts });
    expect(second.asked.shout).toBe(2 * 2);
    await first.plan.write({}, {});
    expect(cats.asked.shout).toBe(3 * 2);
    await first.plan.write({}, {});
    expect(cats.asked.shout).toBe(3 * 2);
  });
});
