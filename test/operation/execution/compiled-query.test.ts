import { makeExecutableSchema } from '@graphql-tools/schema';
import { execute, getOperationAST, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { planQuery } from '../../../src/gateway/operation/execution/compiled-query.ts';

const typeDefs = `#graphql
  enum Colour { RED GREEN }
  interface Named { name: String }
  type Cat implements Named { name: String lives: Int! friends: [Named!] }
  type Dog implements Named { name: String good: Boolean }
  union Pet = Cat | Dog
  union Shape = Circle | Square
  type Circle { radius: Int }
  type Square { side: Int owner: Named }
  interface Late { size: Int }
  type Early implements Late { size: Int }
  input Box { width: Int = 3 height: Int! }
  type Query {
    cat: Cat
    pets: [Pet]
    named: [Named!]!
    later: [Int]
    shapes: [Shape!]
    oddShapes: [Shape!]
    lateShapes: Late
    area(box: Box!, times: Int = 1): Int
    colour: Colour
    nothing: String
    throws: String
    rejects: String
    fault: String
    noLives: Cat
    noColour: Colour
    noList: [Int]
    badItem: [Int!]
    stranger: Named
    nameless: Pet
    path: String
  }`;

const cat = {
  __typename: 'Cat',
  name: 'Tom',
  lives: async () => 9,
  friends: () => [{ __typename: 'Dog', name: async () => 'Rex', good: true }],
};

const SHAPES: Readonly<Record<string, string>> = { round: 'Circle', angular: 'Square' };

const schema = makeExecutableSchema({
  typeDefs,
  resolvers: {
    Shape: { __resolveType: ({ kind }: { kind: string }) => SHAPES[kind] },
    Late: { __resolveType: async () => 'Early' },
    Query: {
      cat: async () => cat,
      pets: () => [cat, null, Promise.resolve({ __typename: 'Dog', good: async () => false })],
      named: () => [cat],
      shapes: () => [
        { kind: 'round', radius: 1 },
        { kind: 'angular', side: 2, owner: cat },
      ],
      oddShapes: () => [{ kind: 'unheard of' }],
      lateShapes: () => ({ size: 1 }),
      later: () => [1, Promise.resolve(2), null, Promise.resolve(null)],
      area: (_: unknown, { box, times }: { box: { width: number; height: number }; times: number }) =>
        box.width * box.height * times,
      colour: () => 'GREEN',
      nothing: () => undefined,
      throws: () => {
        throw new Error('thrown');
      },
      rejects: async () => {
        throw new Error('rejected');
      },
      fault: () => new Error('returned'),
      noLives: () => ({ name: 'Ghost', lives: null }),
      noColour: () => 'BLUE',
      noList: () => 5,
      badItem: () => [1, Promise.reject(new Error('rejected'))],
      stranger: () => ({ __typename: 'Query' }),
      nameless: () => ({ name: 'x' }),
      path: (_: unknown, _args: unknown, _context: unknown, info: { path: { key: string } }) => info.path.key,
    },
  },
});

function planOf(text: string) {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('no operation');
  return { document, plan: planQuery(schema, document, operation) };
}

describe('a plan answers as graphql-js does, key by key:', () => {
  test.each([
    ['lists, with values that come later', '{ later a: later }', {}],
    ['objects in objects, in the order of the document', '{ cat { lives name friends { name } } }', {}],
    [
      'unions and interfaces, by __typename',
      '{ pets { __typename ... on Cat { name } ... on Dog { good } ... on Named { n: name } } named { name } }',
      {},
    ],
    [
      'unions and interfaces, by what their own resolver makes of a value',
      '{ shapes { __typename ... on Circle { radius } ... on Square { side owner { name } } } }',
      {},
    ],
    [
      'fragments that meet under one key',
      '{ cat { ...A friends { ... on Dog { good } } } } fragment A on Cat { name friends { name } ...B } fragment B on Cat { lives name }',
      {},
    ],
    [
      'arguments, and their defaults',
      '{ area(box: {height: 2}) b: area(box: {width: 5, height: 2}, times: 2) }',
      {},
    ],
    [
      'arguments with variables in them',
      'query ($h: Int!, $t: Int = 4) { area(box: {height: $h}, times: $t) again: area(box: {height: $h}) }',
      { h: 7 },
    ],
    [
      'enums, null and introspection',
      '{ colour nothing __schema { queryType { name } } __type(name: "Cat") { name } }',
      {},
    ],
    [
      'what directives leave',
      'query ($yes: Boolean!, $no: Boolean = false) { a: colour @skip(if: $yes) b: colour @include(if: $yes) ... @include(if: $no) { c: colour } d: colour @skip(if: true) e: colour @include(if: true) }',
      { yes: true },
    ],
  ])('%s', async (_, text, variableValues) => {
    const { document, plan } = planOf(text);
    const expected = await execute({ schema, document, variableValues });
    expect(expected.errors).toBeUndefined();
    for (let run = 0; run < 2; run += 1) {
      const result = await plan?.execute({}, variableValues);
      expect(JSON.stringify(result)).toBe(JSON.stringify(expected));
    }
  });

  test('conditions in all their values, by turns', async () => {
    const { document, plan } = planOf(
      'query ($a: Boolean!, $b: Boolean!) { x: colour @skip(if: $a) y: colour @include(if: $b) z: colour }',
    );
    for (const a of [true, false, true]) {
      for (const b of [false, true]) {
        const expected = await execute({ schema, document, variableValues: { a, b } });
        expect(JSON.stringify(await plan?.execute({}, { a, b }))).toBe(JSON.stringify(expected));
      }
    }
  });
});

describe('a plan gives up, and leaves it to graphql-js, when', () => {
  test.each([
    ['a resolver throws', '{ colour throws }'],
    ['a resolver rejects', '{ cat { name } rejects }'],
    ['a resolver returns an error', '{ fault }'],
    ['a value that must be there is null', '{ noLives { lives } }'],
    ['a value is none of its enum', '{ noColour }'],
    ['a list is none', '{ noList }'],
    ['an item of a list rejects', '{ badItem }'],
    ['an object is of a type that cannot be there', '{ stranger { name } }'],
    ['nobody says of what type an object is', '{ nameless { __typename } }'],
    ['a type resolver does not know', '{ oddShapes { __typename } }'],
    ['a type resolver takes its time', '{ lateShapes { size } }'],
    ['a resolver asks for its path', '{ path }'],
    ['a variable does not fit', 'query ($t: Int = 4) { area(box: {height: 1}, times: $t) }'],
  ])('%s', async (_, text) => {
    const { plan } = planOf(text);
    expect(plan).not.toBeNull();
    expect(await plan?.execute({}, { t: 'many' })).toBeNull();
  });

  test('a key is one that objects treat as special', async () => {
    expect(await planOf('{ __proto__: colour }').plan?.execute({}, {})).toBeNull();
  });
});

test('a plan keeps nothing of a caller but what its conditions say', async () => {
  const { plan } = planOf('query ($yes: Boolean!, $h: Int!) { area(box: {height: $h}) @include(if: $yes) }');
  const first = await plan?.execute({}, { yes: true, h: 2 });
  const second = await plan?.execute({}, { yes: true, h: 3 });
  expect([first?.data, second?.data]).toEqual([{ area: 6 }, { area: 9 }]);
});

describe('no plan is made for', () => {
  test.each([
    [
      'more than three conditions',
      'query ($a: Boolean!, $b: Boolean!, $c: Boolean!, $d: Boolean!) { v: colour @skip(if: $a) w: colour @skip(if: $b) x: colour @skip(if: $c) y: colour @skip(if: $d) z: colour }',
    ],
    [
      'many fields in many forms',
      `query ($a: Boolean!) { z: colour @skip(if: $a) ${Array.from({ length: 500 }, (_, n) => `a${n}: colour`).join(' ')} }`,
    ],
  ])('%s', (_, text) => {
    expect(planOf(text).plan).toBeNull();
  });
});
