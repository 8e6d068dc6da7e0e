import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { getOperationAST, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { planQuery } from '../../../src/gateway/operation/execution/compiled-query.ts';
import { createExecutor } from '../../../src/gateway/operation/execution/executor.ts';
import { expandedFields } from '../../../src/gateway/operation/execution/expanded-fields.ts';
import { resultText } from '../../../src/gateway/operation/execution/result-text.ts';
import { buildSchema } from '../../../src/gateway/schema.ts';

/** A schema whose resolvers tell how often they ran. */
function counting() {
  const runs = { good: 0, bad: 0, change: 0, failing: true };
  const schema = makeExecutableSchema({
    typeDefs: `type Query { good: String bad: String } type Mutation { change: String }`,
    resolvers: {
      Query: {
        good: () => `good ${++runs.good}`,
        bad: () => {
          runs.bad += 1;
          if (runs.failing) throw new Error('bad');
          return 'well';
        },
      },
      Mutation: {
        change: () => {
          runs.change += 1;
          throw new Error('refused');
        },
      },
    },
  });
  return { runs, schema };
}

/** Executes as Apollo does, which keeps the parsed document. */
async function executorOf(schema: ReturnType<typeof buildSchema>) {
  const { executor } = await createExecutor(schema).load({ apollo: {} });
  if (!executor) throw new Error('no executor');
  return (document: ReturnType<typeof parse>, operationName?: string) =>
    // What Apollo hands over besides is not looked at.
    executor({ document, request: { operationName }, context: {} } as unknown as Parameters<
      typeof executor
    >[0]);
}

describe('the executor', () => {
  test('has graphql-js execute an operation at first, then a plan, and graphql-js once more where that fails', async () => {
    const { runs, schema } = counting();
    const execute = await executorOf(schema);
    const document = parse('{ good bad }');
    const seen = [];
    for (let n = 0; n < 3; n += 1) {
      const { errors } = await execute(document);
      expect(errors).toMatchObject([{ message: 'bad', path: ['bad'] }]);
      seen.push({ ...runs });
    }
    expect(seen).toMatchObject([
      { good: 1, bad: 1 },
      { good: 3, bad: 3 },
      { good: 5, bad: 5 },
    ]);
  });

  test('leaves an operation whose plan failed ten times in a row to graphql-js for its next 100 uses', async () => {
    const { runs, schema } = counting();
    const execute = await executorOf(schema);
    const document = parse('{ bad }');
    // The first use makes no plan; each of the next ten is executed twice.
    for (let n = 0; n < 11; n += 1) await execute(document);
    expect(runs.bad).toBe(21);
    for (let n = 0; n < 100; n += 1) await execute(document);
    expect(runs.bad).toBe(21 + 100);
    // Then the plan is tried again, and fails once more: both run.
    await execute(document);
    expect(runs.bad).toBe(21 + 100 + 2);
    for (let n = 0; n < 100; n += 1) await execute(document);
    runs.failing = false;
    for (let n = 0; n < 10; n += 1) expect(await execute(document)).toEqual({ data: { bad: 'well' } });
    expect(runs.bad).toBe(21 + 100 + 2 + 100 + 10);
  });

  test('keeps the plan of an operation that some are refused and others are not', async () => {
    const { runs, schema } = counting();
    const execute = await executorOf(schema);
    const document = parse('{ bad }');
    await execute(document);
    for (let round = 0; round < 50; round += 1) {
      runs.failing = true;
      for (let n = 0; n < 9; n += 1) await execute(document);
      const before = runs.bad;
      runs.failing = false;
      await execute(document);
      // By its plan or by graphql-js alone it would be one run; the nine before were by both.
      expect(runs.bad).toBe(before + 1);
    }
    expect(runs.bad).toBe(1 + 50 * (9 * 2 + 1));
  });

  test('runs a plan that succeeds once', async () => {
    const { runs, schema } = counting();
    const execute = await executorOf(schema);
    const document = parse('{ good }');
    for (const n of [1, 2, 3]) {
      expect(await execute(document)).toEqual({ data: { good: `good ${n}` } });
    }
    expect(runs.good).toBe(3);
  });

  test('runs a mutation once, however often it is sent and though it fails', async () => {
    const { runs, schema } = counting();
    const execute = await executorOf(schema);
    const document = parse('mutation A { change } query B { good }');
    for (const n of [1, 2, 3, 4]) {
      await execute(document, 'A');
      expect(runs.change).toBe(n);
    }
  });

  test('never takes one operation of a document for another', async () => {
    const { schema } = counting();
    const execute = await executorOf(schema);
    const document = parse('query A { a: __typename } query B { b: __typename }');
    for (let n = 0; n < 3; n += 1) {
      expect(await execute(document, 'A')).toEqual({ data: { a: 'Query' } });
      expect(await execute(document, 'B')).toEqual({ data: { b: 'Query' } });
      expect(await execute(document)).toMatchObject({ errors: [{ message: /Must provide operation name/ }] });
      expect(await execute(document, 'C')).toMatchObject({ errors: [{ message: /Unknown operation/ }] });
    }
  });
});

test('keeps only so many plans, and nothing of the others', async () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const execute = await executorOf(buildSchema());
  const fields = Array.from({ length: 900 }, (_, n) => `a${n}: __typename`).join(' ');
  const operations: WeakRef<object>[] = [];
  for (let n = 0; n < 40; n += 1) {
    const document = parse(`query Q${n} { ${fields} }`);
    for (let use = 0; use < 2; use += 1) await execute(document);
    operations.push(new WeakRef(document.definitions[0] ?? document));
  }
  const alive = () => operations.filter((operation) => operation.deref()).length;
  for (let turn = 0; turn < 50 && alive() > 21; turn += 1) {
    await new Promise(setImmediate);
    collect();
  }
  // 20,000 fields are 21 plans of 910.
  expect(alive()).toBe(21);
  // The executor was there all the time.
  expect(await execute(parse('{ __typename }'))).toEqual({ data: { __typename: 'Query' } });
});

describe('a plan', () => {
  const schema = buildSchema();
  const compile = (text: string, name?: string) => {
    const document = parse(text);
    const operation = getOperationAST(document, name);
    if (!operation) throw new Error('no operation');
    return planQuery(schema, document, operation);
  };

  test.each([
    ['records', '{ user(id: "a") { name roles { id } } }'],
    ['times', '{ application(by: {id: "a"}) { createdAt } }'],
    ['abstract types', '{ subject(by: {user: "a"}) { id ... on User { name } } }'],
    ['introspection', '{ __schema { types { name } } }'],
    ['a thousand fields', `{ ${Array.from({ length: 1000 }, (_, n) => `a${n}: __typename`).join(' ')} }`],
  ])('is made for %s', (_, text) => {
    expect(compile(text)).not.toBeNull();
  });

  test.each([
    ['a mutation', 'mutation { deleteUser(id: "a") { deletedId } }'],
    [
      'more than a thousand fields',
      `{ ${Array.from({ length: 1001 }, (_, n) => `a${n}: __typename`).join(' ')} }`,
    ],
    ['a document that expands beyond all bounds', `${doubling(30)} { ...F0 }`],
  ])('is not made for %s', (_, text) => {
    expect(compile(text)).toBeNull();
  });
});

/** Fragments each of which holds the next one twice: 2 to the power of `depth` fields at the end. */
function doubling(depth: number): string {
  const fragments = Array.from(
    { length: depth },
    (_, n) => `fragment F${n} on Query { a: __typename ...F${n + 1} ... { ...F${n + 1} } }`,
  );
  return `${fragments.join(' ')} fragment F${depth} on Query { __typename }`;
}

describe('the number of fields that an operation expands to', () => {
  const count = (text: string) => {
    const document = parse(text);
    const operation = getOperationAST(document, undefined);
    if (!operation) throw new Error('no operation');
    return expandedFields(document, operation);
  };

  test.each([
    ['{ a }', 1],
    ['{ a { b c } d }', 4],
    ['{ a ... { b } ... on Query { c } }', 3],
    ['{ ...F a ...F } fragment F on Query { x y { z } }', 7],
    ['{ ...G ...F } fragment F on Query { x ...G } fragment G on Query { y }', 3],
    ['{ ...F } fragment F on Query { x } fragment Unused on Query { y z }', 1],
    ['{ ...Nothing }', 0],
  ])('%s', (text, expected) => {
    expect(count(text)).toBe(expected);
  });

  test('is counted in proportion to the document, though it be astronomical', () => {
    const document = `${doubling(300)} { ...F0 }`;
    // Visiting what it counts would take longer than the universe has.
    expect(count(document)).toBeGreaterThan(2 ** 300);
    const start = performance.now();
    count(`${doubling(30)} { ...F0 }`);
    expect(performance.now() - start).toBeLessThan(50);
  });
});

describe('the text of a result', () => {
  test('has the extensions and errors that a plugin adds after execution', async () => {
    const schema = buildSchema();
    const document = parse('{ __typename }');
    const operation = getOperationAST(document, undefined);
    const plan = operation && planQuery(schema, document, operation);
    const result = await plan?.execute({}, {});
    const data = result?.data ?? null;
    expect(resultText({ data })).toBe('{"data":{"__typename":"Query"}}\n');
    expect(resultText({ data, extensions: { calls: 3 } })).toBe(
      '{"data":{"__typename":"Query"},"extensions":{"calls":3}}\n',
    );
    expect(JSON.parse(resultText({ errors: [{ message: 'no' }], data }))).toMatchObject({
      errors: [{ message: 'no' }],
    });
  });
});
