import { type GraphQLField, isNonNullType, Kind, parse, validate } from 'graphql';
import { afterAll, describe, expect, test } from 'vitest';
import { explainOperations } from '../../../src/gateway/operation/cost-report/report-costs.ts';
import { buildSchema } from '../../../src/gateway/schema.ts';
import { startStack } from '../../support/start-stack.ts';
import { buildWorld } from '../../support/world.ts';
import { corpus } from '../execution/corpus.ts';

const schema = buildSchema();

async function explain(query: string, records = 100, variables = {}) {
  return explainOperations(schema, parse(query), { records, variables });
}

async function callsOf(query: string, records?: number): Promise<readonly string[]> {
  const [explained] = await explain(query, records);
  expect(explained?.faults).toEqual([]);
  return (explained?.calls ?? []).map(({ call, times }) => `${times} ${call}`);
}

describe('the REST calls that an operation makes at worst', () => {
  test('are those that one would count on paper', async () => {
    expect(
      await callsOf(`{ groups(first: 50) { nodes { description
        members(first: 20) { nodes { name roles { description } grants { target { id: rawId } } } } } } }`),
    ).toEqual([
      '1000 GET /api/users/{id}/permissions',
      '50 GET /api/groups/{id}/users',
      '1 GET /api/groups',
      '1 GET /api/roles',
    ]);
  });

  test('of few records are singles, and of many their list', async () => {
    const query = (first: number) => `{ users(first: ${first}) { nodes { roles { description } } } }`;
    expect(await callsOf(query(1))).toEqual(['5 GET /api/roles/{id}', '1 GET /api/users']);
    expect(await callsOf(query(50))).toEqual(['1 GET /api/roles', '1 GET /api/users']);
  });

  test('grow with what there is, up to the page', async () => {
    const query = '{ users(first: 50) { nodes { grants { target { id: rawId } } } } }';
    expect((await callsOf(query, 10))[0]).toBe('10 GET /api/users/{id}/permissions');
    expect((await callsOf(query, 1000))[0]).toBe('50 GET /api/users/{id}/permissions');
  });

  test('take variables as given, and else as large as they may be; what may be selected is', async () => {
    const query = `query Q($first: Int, $skip: Boolean!, $with: Boolean!) { users(first: $first) { nodes {
      id @skip(if: $skip) grants @include(if: $with) { target { id: rawId } } } } }`;
    expect((await explain(query))[0]?.restCalls).toBe(101);
    expect((await explain(query, 100, { first: 3 }))[0]?.restCalls).toBe(4);
    expect((await explain(query, 100, { with: false }))[0]?.restCalls).toBe(1);
  });

  test('are told for each operation of a document, with its points', async () => {
    const told = await explain(
      'query A { viewer { id } } mutation B { deleteUser(id: "x") { deletedId } } subscription C { userUpdated(id: "x") { name } }',
    );
    expect(told.map(({ name, type, restCalls, points }) => [name, type, restCalls, points > 0])).toEqual([
      ['A', 'query', 1, true],
      ['B', 'mutation', 1, true],
      ['C', 'subscription', null, true],
    ]);
  });

  test('that cannot be found out are told as such', async () => {
    const [explained] = await explain('query ($id: ID!) { node(nodeId: $id) { nodeId } }');
    expect(explained?.faults).toEqual([expect.stringContaining('nodeId')]);
  });
});

/** Writes an operation that asks for a field of a root, with a variable for each argument that it needs. */
function operationOn(
  root: 'query' | 'mutation',
  { name, args, type }: GraphQLField<unknown, unknown>,
): string {
  const needed = args.filter((arg) => isNonNullType(arg.type) && arg.defaultValue === undefined);
  const variables = needed.map((arg) => `$${arg.name}: ${arg.type}`).join(', ');
  const given = needed.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  const selection = /^(\[?String|Boolean|Int)/.test(String(type)) ? '' : '{ __typename }';
  return `${root} ${variables && `(${variables})`} { ${name}${given && `(${given})`} ${selection} }`;
}

test.each(
  (['query', 'mutation'] as const).flatMap((root) => {
    const type = root === 'query' ? schema.getQueryType() : schema.getMutationType();
    return Object.values(type?.getFields() ?? {})
      .filter(({ name }) => name !== 'accessReview')
      .map((field) => [`${root} ${field.name}`, operationOn(root, field)]);
  }),
)('%s needs no answer that nobody has imagined', async (_, query) => {
  expect(validate(schema, parse(query))).toEqual([]);
  const [explained] = await explain(query, 20);
  for (const fault of explained?.faults ?? []) expect(fault).not.toContain('imagined');
});

describe('what operations really cost is no more than was explained', async () => {
  const stack = await startStack();
  const world = await buildWorld(stack);
  afterAll(() => stack.stop());
  const samples = corpus(world).filter(({ query }) => isOneOperation(query));

  test.each(samples.map((sample) => [sample.what, sample] as const))('%s', async (_, {
    query,
    variables,
    token,
  }) => {
    stack.rest.clear();
    const sent = { ...(variables !== undefined && { variables: Object(variables) }) };
    await stack.query(query, { ...sent, ...(token !== undefined && { token }) });
    const [explained] = await explain(query, 100, Object(variables ?? {}));
    expect(stack.rest.log.length).toBeLessThanOrEqual(explained?.restCalls ?? 0);
  });
});

/** Tells whether a document is valid, and holds just one operation. */
function isOneOperation(query: string): boolean {
  try {
    const document = parse(query);
    const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    return operations.length === 1 && validate(schema, document).length === 0;
  } catch {
    return false;
  }
}
