import { buildSchema, getIntrospectionQuery, getOperationAST, parse } from 'graphql';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { OPERATIONS } from '../../../bench/operations.ts';
import { readSdl } from '../../../src/gateway/graph/sdl.ts';
import { costFormula } from '../../../src/gateway/operation/admission/cost/cost-formula.ts';
import type { Variables } from '../../../src/gateway/operation/admission/cost/formula.ts';
import { GatewayUnderTest } from '../../transport/gateway-under-test.ts';
import { json, MisbehavingServer } from '../../upstream/misbehaving-server.ts';

const schema = buildSchema(readSdl());

function costOf(query: string, variables: Variables = {}): number {
  const document = parse(query);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('no operation');
  return costFormula(schema, document, operation)(variables);
}

const operation = (key: string) => OPERATIONS.find((one) => one.key === key)?.query ?? '';

describe('the cost of', () => {
  test.each<[what: string, query: string, points: number]>([
    ['nothing', '{ __typename }', 0],
    ['one record: a call and an object', '{ user(id: "a") { id name } }', 11],
    ['a list in a record, at its assumed size', '{ user(id: "a") { roles { id } } }', 11 + 5],
    ['a page of the usual size', '{ users { nodes { id } } }', 11 + 50],
    ['a page that is counted only', '{ users(first: 1000) { totalCount pageInfo { endCursor } } }', 12],
    ['edges like nodes', '{ users(first: 20) { edges { cursor node { id } } } }', 11 + 20 * 2],
    ['1,000 users with their roles', operation('users'), 11 + 1000 * (1 + 5)],
    ['100 groups with members', operation('groups'), 11 + 100 * (1 + 5 + 1 + 1000)],
    [
      'a call for each of a page',
      '{ groups(first: 100) { nodes { members(first: 20) { nodes { grants { access } } } } } }',
      11 + 100 * (1 + 6 + 20 * (1 + 5 + 10)),
    ],
    [
      'a page larger than any, which is refused, as the largest',
      '{ users(first: 1000000) { nodes { id } } }',
      1011,
    ],
    ['a negative page, which is refused, as an empty one', '{ users(first: -5) { nodes { id } } }', 11],
    ['a mutation', 'mutation { deleteUser(id: "a") { deletedId } }', 11],
    [
      'a fragment as often as it is used',
      '{ a: user(id: "a") { ...R } b: user(id: "b") { ...R ...R } } fragment R on User { roles { id } }',
      11 + 5 + 11 + 5 + 5,
    ],
    [
      'a fragment within a page',
      '{ users(first: 7) { ...P } } fragment P on UserConnection { nodes { ...R } } fragment R on User { roles { id } }',
      11 + 7 * 6,
    ],
    [
      'all that an interface may be',
      '{ subject(by: {user: "a"}) { ... on User { roles { id } } ... on Group { roles { id } } } }',
      11 + 10,
    ],
    [
      'what directives leave out: nothing',
      '{ users @skip(if: true) { nodes { id } } viewer { id @include(if: false) } }',
      11,
    ],
  ])('%s', (_, query, points) => {
    expect(costOf(query)).toBe(points);
  });

  test.each<[what: string, variables: Variables, points: number]>([
    ['as they are sent', { first: 100, inner: 10 }, 11 + 100 * (1 + 6 + 10)],
    ['by default where they are not sent', { inner: 10 }, 11 + 2 * (1 + 6 + 10)],
    ['as the page by default where they are null', { first: 3, inner: null }, 11 + 3 * (1 + 6 + 50)],
    [
      'as the page by default where they are of a wrong type',
      { first: 3, inner: 'x' },
      11 + 3 * (1 + 6 + 50),
    ],
    ['that leave something out', { first: 100, inner: 10, bare: true }, 11 + 100],
  ])('pages whose sizes are variables, %s', (_, variables, points) => {
    const query = `query ($first: Int = 2, $inner: Int, $bare: Boolean = false) {
      groups(first: $first) { nodes { ...M @skip(if: $bare) } } }
      fragment M on Group { members(first: $inner) { nodes { id } } }`;
    expect(costOf(query, variables)).toBe(points);
  });

  test('a fragment bomb is found in a moment, whether or not it depends on variables', () => {
    for (const [first, expected] of [
      ['2', 2],
      ['$first', 2],
    ] as const) {
      const fragments = Array.from(
        { length: 60 },
        (_, n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`,
      );
      const query = `query ($first: Int) { ...F0 } ${fragments.join(' ')} fragment F60 on Query { users(first: ${first}) { nodes { id } } }`;
      expect(costOf(query, { first: 2 })).toBe(2 ** 60 * (11 + expected));
    }
  });

  test('circles in the introspection system grows with each turn', () => {
    const circle = (turns: number) =>
      `{ __schema { types { ${'fields { type { '.repeat(turns)} name ${'} } '.repeat(turns)} } } }`;
    expect(costOf(circle(1))).toBeLessThan(10_000);
    expect(costOf(circle(5))).toBeGreaterThan(1_000_000);
  });

  test('every operation of the benchmark, and a large screen, is below the limit', () => {
    const screen = `{ roleWorkflows(first: 100) { nodes { id name author { user { id name } }
      requests { nodes { id status requester { user { name } } targetUser { user { name } } } }
      targetRoles { role { id holders { nodes { id displayName } } } } } } }`;
    for (const query of [...OPERATIONS.map((one) => one.query), screen, getIntrospectionQuery()]) {
      expect(costOf(query)).toBeLessThan(200_000);
    }
  });
});

describe('an operation that would cost too much', () => {
  let server: MisbehavingServer;
  let gateway: GatewayUnderTest;
  beforeAll(async () => {
    server = await MisbehavingServer.start();
    gateway = await GatewayUnderTest.start(server.url, { limits: { operationCost: 100 } });
  });
  afterEach(() => server.reset());
  afterAll(async () => {
    await gateway.stop();
    await server.stop();
  });

  test('is 400 COST_LIMIT_EXCEEDED with the estimate and the limit, and asks nothing upstream', async () => {
    const answer = await gateway.send('query ($n: Int) { users(first: $n) { nodes { id } } }', { n: 90 });
    expect(answer).toMatchObject({ status: 400, data: null });
    expect(answer.errors).toMatchObject([
      {
        message:
          'The operation would cost 101 points, and may cost 100. Ask for smaller pages, or for less below them.',
        extensions: { code: 'COST_LIMIT_EXCEEDED', estimatedCost: 101, costLimit: 100 },
      },
    ]);
    expect(server.log).toEqual([]);
  });

  test('is refused also where the same document has been carried out before, with smaller pages', async () => {
    server.on('GET /api/users?apps=false', json([]));
    const query = 'query Known($n: Int) { users(first: $n) { nodes { id } } }';
    for (let turn = 0; turn < 4; turn++) expect((await gateway.send(query, { n: 5 })).status).toBe(200);
    expect(server.log).toHaveLength(4);
    const answer = await gateway.send(query, { n: 90 });
    expect(answer.status).toBe(400);
    expect(answer.errors[0]?.extensions['code']).toBe('COST_LIMIT_EXCEEDED');
    expect(server.log).toHaveLength(4);
  });

  test('is carried out with a smaller page', async () => {
    server.on('GET /api/users?apps=false', json([]));
    const answer = await gateway.send('query ($n: Int) { users(first: $n) { nodes { id } } }', { n: 89 });
    expect(answer.data).toEqual({ users: { nodes: [] } });
  });
});
