import { readFileSync } from 'node:fs';
import { composeServices } from '@apollo/composition';
import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { execute, type GraphQLSchema, parse, print } from 'graphql';
import { afterAll, expect, test } from 'vitest';
import { run, start } from '../cli/rolegraph.ts';
import { readAnswer } from '../support/graphql-answer.ts';
import { startStack } from '../support/start-stack.ts';
import { buildWorld } from '../support/world.ts';

/** A subgraph of somebody else, who knows workflows and whose they are, but nothing of access. */
const WORKFLOWS = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])

  type Query {
    workflows: [Workflow!]!
  }

  type Workflow {
    name: String!
    owner: User!
    target: Target!
  }

  type User @key(fields: "id") {
    id: ID!
    workflows: [Workflow!]!
  }

  type Target @key(fields: "id", resolvable: false) {
    id: ID!
  }
`;

const OWNERS = { orders: 'bob@example.com', invoices: 'ada@example.com', returns: 'bob@example.com' };

const stack = await startStack({ gateway: { federation: true } });
const world = await buildWorld(stack);
afterAll(() => stack.stop());

const { stdout: access } = await run(['schema', '--federation']);
const supergraph = compose(WORKFLOWS);

function compose(other: string): string {
  const { supergraphSdl, errors, hints } = composeServices([
    { name: 'access', typeDefs: parse(access), url: `${stack.url}/graphql` },
    { name: 'workflows', typeDefs: parse(other), url: 'http://workflows.invalid' },
  ]);
  expect({ errors, hints }).toEqual({ errors: undefined, hints: [] });
  return supergraphSdl ?? '';
}

test('what `rolegraph schema --federation` prints is what `rolegraph --federation` serves', async () => {
  const server = start([
    '--federation',
    '--port',
    '0',
    '--admin-port',
    'off',
    '--authapi-port',
    '0',
    '--data',
    ':memory:',
  ]);
  try {
    const response = await fetch(await server.printed(/GraphQL +(http:\S+)/), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ _service { sdl } }' }),
    });
    expect(await response.json()).toEqual({ data: { _service: { sdl: access } } });
  } finally {
    await server.stop();
  }
});

test('the example of docs/federation.md composes with it', () => {
  const page = readFileSync(new URL('../../docs/federation.md', import.meta.url), 'utf8');
  const [, example = ''] = /```graphql\n(.*?)```/s.exec(page) ?? [];
  expect(compose(`${example} type Query { workflows: [Workflow!]! }`)).toMatch(
    /type Target[^{]*@join__type\(graph: WORKFLOWS, key: "id", resolvable: false\)/,
  );
});

test('it composes with another subgraph, and a router learns what its fields cost', () => {
  expect(supergraph).toMatch(/type User[^{]*@join__type\(graph: ACCESS, key: "id"\)/);
  expect(supergraph).toMatch(/type User[^{]*@join__type\(graph: WORKFLOWS, key: "id"\)/);
  expect(supergraph).toContain('@link(url: "https://specs.apollo.dev/cost/v0.1"');
  expect(supergraph).toMatch(/ tags: \[Tag!\][^\n]* @cost\(weight: 5\) @listSize\(assumedSize: 5\)/);
});

test('a router answers one query from both subgraphs, at one call for each entity', async () => {
  stack.rest.clear();
  const answer = await ask(
    `{ workflows { name owner { name groups { id } } target { grants { access subject { id } } } } }`,
  );
  const bob = { name: 'Bob', groups: [{ id: 'eng' }, { id: 'ops' }] };
  const ada = { name: 'Ada', groups: [{ id: 'eng' }] };
  const grants = [
    { access: ['READ'], subject: { id: 'eng' } },
    { access: ['READ', 'UPDATE'], subject: { id: 'release-manager' } },
    { access: ['READ', 'EXECUTE'], subject: { id: 'bob@example.com' } },
  ];
  expect(answer).toEqual({
    status: 200,
    errors: [],
    data: {
      workflows: [
        { name: 'orders', owner: bob, target: { grants } },
        { name: 'invoices', owner: ada, target: { grants: [] } },
        { name: 'returns', owner: bob, target: { grants: [] } },
      ],
    },
  });
  expect(stack.rest.sorted).toEqual([
    'GET /api/auth/authorization/WORKFLOW_DEF/invoices?groupBy=subject',
    'GET /api/auth/authorization/WORKFLOW_DEF/orders?groupBy=subject',
    'GET /api/auth/authorization/WORKFLOW_DEF/returns?groupBy=subject',
    'GET /api/users/ada@example.com',
    'GET /api/users/bob@example.com',
  ]);
});

test('a router goes from our entities to those of others', async () => {
  const answer = await ask(`{ group(id: "eng") { members { nodes { name workflows { name } } } } }`);
  expect(answer.data).toEqual({
    group: {
      members: {
        nodes: [
          { name: 'Ada', workflows: [{ name: 'invoices' }] },
          { name: 'Bob', workflows: [{ name: 'orders' }, { name: 'returns' }] },
          { name: 'Cy', workflows: [] },
        ],
      },
    },
  });
});

test("a router's caller sees what its own token may see, and what the other subgraph told stays", async () => {
  const answer = await ask('{ workflows { name owner { id name } } }', world.token.cy);
  expect(answer.errors.map(({ extensions }) => extensions.code)).toContain('FORBIDDEN');
  expect(answer.data).toMatchObject({
    workflows: [{ name: 'orders', owner: { id: 'bob@example.com', name: null } }, {}, {}],
  });
});

/** Asks both as a router does: by the supergraph, with the caller's token for each subgraph. */
async function ask(query: string, token = stack.admin) {
  const workflows = workflowsSubgraph();
  const router = getStitchedSchemaFromSupergraphSdl({
    supergraphSdl: supergraph,
    onSubschemaConfig(config) {
      config.executor = async ({ document, variables }) => {
        if (config.name === 'WORKFLOWS') {
          return execute({ schema: workflows, document, variableValues: variables }) as object;
        }
        return stack.query(print(document), { variables: { ...variables }, token }) as object;
      };
    },
  });
  return readAnswer(200, await execute({ schema: router, document: parse(query) }));
}

function workflowsSubgraph(): GraphQLSchema {
  const workflows = Object.entries(OWNERS).map(([name, id]) => ({
    name,
    owner: { __typename: 'User', id },
    target: { __typename: 'Target', id: `WORKFLOW_DEF:${name}` },
  }));
  return makeExecutableSchema({
    typeDefs: [
      WORKFLOWS,
      `scalar _Any union _Entity = User
       directive @link(url: String!, import: [String!]) on SCHEMA
       directive @key(fields: String!, resolvable: Boolean) on OBJECT
       extend type Query { _entities(representations: [_Any!]!): [_Entity]! }`,
    ],
    resolvers: {
      Query: {
        workflows: () => workflows,
        _entities: (_: unknown, { representations }: { representations: object[] }) => representations,
      },
      User: { workflows: ({ id }: { id: string }) => workflows.filter(({ owner }) => owner.id === id) },
    },
  });
}
