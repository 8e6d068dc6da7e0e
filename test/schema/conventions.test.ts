import { readdirSync, readFileSync } from 'node:fs';
import {
  assertValidSchema,
  buildSchema,
  type GraphQLSchema,
  getNamedType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import {
  descriptions,
  hasNullableItems,
  implementsInterface,
  members,
  outputFields,
  rootFields,
  types,
} from './walk.ts';

type Rule = {
  /** Reads after "the schema …". */
  readonly name: string;
  readonly faults: (schema: GraphQLSchema) => string[];
  /** SDL that breaks the rule, and the faults to be found in it: the proof that the rule can fail. */
  readonly broken: string;
  readonly found: readonly string[];
};

const schemaFolder = new URL('../../schema/', import.meta.url);
const theSchema = buildSchema(
  readdirSync(schemaFolder)
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => readFileSync(new URL(file, schemaFolder), 'utf8'))
    .join('\n'),
);

const SECRET_FIELDS = [
  'CreateAccessKeyPayload.secret',
  'RotateAccessKeyPayload.secret',
  'GenerateTokenPayload.token',
];
// Read only as part of something else, or a mere name of something: none can be fetched by one key.
const NOT_NODES = ['AccessKey', 'Grant', 'RoleSnapshot', 'UserSnapshot'];
const REMOVAL_DATE = /Removal after (\d{4}-\d{2}-\d{2})\./;
const KEY_FIELDS = ['id', 'nodeId', 'rawId', 'uuid', 'deletedId'];

function paths(found: readonly { path: string }[]): string[] {
  return found.map(({ path }) => path);
}

function connectionFaults(schema: GraphQLSchema): string[] {
  const shapes = types(schema).flatMap((type) => {
    if (!isObjectType(type) || !type.name.endsWith('Connection')) return [];
    const item = type.name.replace(/Connection$/, '');
    const wanted = {
      nodes: `[${item}!]!`,
      edges: `[${item}Edge!]!`,
      pageInfo: 'PageInfo!',
      totalCount: 'Int!',
    };
    return Object.entries(wanted)
      .filter(([name, shape]) => String(type.getFields()[name]?.type) !== shape)
      .map(([name, shape]) => `${type.name}.${name} is not ${shape}`);
  });
  const pages = outputFields(schema)
    .filter(({ field }) => getNamedType(field.type).name.endsWith('Connection'))
    .filter(({ field }) => {
      const first = field.args.find(({ name }) => name === 'first');
      const after = field.args.find(({ name }) => name === 'after');
      return String(first?.type) !== 'Int' || first?.defaultValue !== 50 || String(after?.type) !== 'String';
    });
  return [...shapes, ...pages.map(({ path }) => `${path} lacks first: Int = 50, after: String`)];
}

const rules: readonly Rule[] = [
  {
    name: 'describes every type, field, argument, input field and enum value',
    faults: (schema) => paths(descriptions(schema).filter(({ description }) => description.trim() === '')),
    broken: '"Root." type Query { a(b: I): E } "In." input I { c: Int } "Enum." enum E { D } scalar S',
    found: ['S', 'I.c', 'E.D', 'Query.a', 'Query.a(b)'],
  },
  {
    name: 'never describes by REST path',
    faults: (schema) =>
      paths(
        descriptions(schema).filter(({ description }) =>
          /\b(GET|POST|PUT|DELETE) \/|\/api\//.test(description),
        ),
      ),
    broken:
      'type Query { "From GET /users." a: Int "From /api/users." b: Int "Users and/or groups." c: Int }',
    found: ['Query.a', 'Query.b'],
  },
  {
    name: 'answers every mutation with a MutationPayload, and nothing else with one',
    faults: (schema) =>
      paths(
        outputFields(schema).filter(({ parent, field }) => {
          const answer = getNamedType(field.type);
          const isPayload = answer.name.endsWith('Payload') || implementsInterface(answer, 'MutationPayload');
          return parent.name === 'Mutation' ? !implementsInterface(answer, 'MutationPayload') : isPayload;
        }),
      ),
    broken: `interface MutationPayload { userErrors: [String!]! }
      type GoodPayload implements MutationPayload { userErrors: [String!]! } type BadPayload { a: Int }
      type Query { leak: GoodPayload } type Mutation { good: GoodPayload bad: BadPayload worse: Int }`,
    found: ['Query.leak', 'Mutation.bad', 'Mutation.worse'],
  },
  {
    name: 'keeps the fields of the query and mutation roots nullable',
    faults: (schema) => paths(rootFields(schema).filter(({ field }) => isNonNullType(field.type))),
    broken: 'type Query { a: Int! b: [Int!]! c: Int } type Mutation { d: Int! }',
    found: ['Query.a', 'Query.b', 'Mutation.d'],
  },
  {
    name: 'has no null in any list',
    faults: (schema) =>
      paths(members(schema).filter(({ member }) => 'type' in member && hasNullableItems(member.type))),
    broken: 'type Query { a(b: [Int]): [Int!] c: [Int]! d(e: I): [[Int]!] } input I { f: [Int!]! g: [Int] }',
    found: ['I.g', 'Query.a(b)', 'Query.c', 'Query.d'],
  },
  {
    name: 'never leaves an id or a nodeId null',
    faults: (schema) =>
      paths(
        outputFields(schema).filter(
          ({ field }) => ['id', 'nodeId'].includes(field.name) && String(field.type) !== 'ID!',
        ),
      ),
    broken: 'type Query { a: A } type A { id: ID nodeId: String! } ',
    found: ['A.id', 'A.nodeId'],
  },
  {
    name: 'links to records in place of bare ids',
    faults: (schema) =>
      paths(
        outputFields(schema).filter(
          ({ field }) => getNamedType(field.type).name === 'ID' && !KEY_FIELDS.includes(field.name),
        ),
      ),
    broken: 'type Query { a: A } type A { id: ID! ownerId: ID memberIds: [ID!]! }',
    found: ['A.ownerId', 'A.memberIds'],
  },
  {
    name: 'makes every entity a Node',
    faults: (schema) =>
      types(schema)
        .filter((type) => isObjectType(type) && 'id' in type.getFields())
        .filter((type) => !implementsInterface(type, 'Node') && !NOT_NODES.includes(type.name))
        .map((type) => type.name),
    broken:
      'interface Node { nodeId: ID! } type Query { a: A b: B } type A { id: ID! } type B implements Node { id: ID! nodeId: ID! }',
    found: ['A'],
  },
  {
    name: 'shapes every connection alike',
    faults: connectionFaults,
    broken: `type Query { a(first: Int = 50, after: String): AConnection b(first: Int): AConnection }
      type AConnection { nodes: [A!] edges: [AEdge!]! pageInfo: PageInfo! } type A { b: Int } type AEdge { node: A! }
      type PageInfo { hasNextPage: Boolean! }`,
    found: [
      'AConnection.nodes is not [A!]!',
      'AConnection.totalCount is not Int!',
      'Query.b lacks first: Int = 50, after: String',
    ],
  },
  {
    name: 'deprecates with a removal date that has not passed',
    faults: (schema) => {
      const today = new Date().toISOString().slice(0, 10);
      return paths(
        members(schema).filter(
          ({ member }) =>
            member.deprecationReason != null &&
            (REMOVAL_DATE.exec(member.deprecationReason)?.[1] ?? '') < today,
        ),
      );
    },
    broken: `type Query { never: Int @deprecated(reason: "Use \`b\`.")
      past: Int @deprecated(reason: "Use \`b\`. Removal after 2020-01-31.")
      later: Int @deprecated(reason: "Use \`b\`. Removal after 9999-01-31.") }`,
    found: ['Query.never', 'Query.past'],
  },
  {
    name: 'shows secrets in the payloads that create them and nowhere else',
    faults: (schema) =>
      paths(
        outputFields(schema).filter(
          ({ path, field }) =>
            /secret|token|password|apiKey/i.test(field.name) &&
            ['String', 'ID'].includes(getNamedType(field.type).name) &&
            !SECRET_FIELDS.includes(path),
        ),
      ),
    broken: `type Query { a: A b: CreateAccessKeyPayload } type CreateAccessKeyPayload { secret: String }
      type A { conductorToken: String apiKeys: [String!] apiKeyCount: Int hasToken: Boolean }`,
    found: ['A.conductorToken', 'A.apiKeys'],
  },
];

describe.each(rules)('the schema $name', ({ faults, broken, found }) => {
  it('in every file', () => {
    expect(faults(theSchema)).toEqual([]);
  });

  it('or the fault is named', () => {
    expect(faults(buildSchema(broken)).sort()).toEqual(expect.arrayContaining([...found]));
  });
});

it('is a valid schema', () => {
  expect(() => assertValidSchema(theSchema)).not.toThrow();
});

it('answers each payload that holds a secret from one mutation only', () => {
  const answers = rootFields(theSchema).map(({ field }) => getNamedType(field.type).name);
  for (const payload of SECRET_FIELDS.map((path) => path.split('.')[0])) {
    expect(answers.filter((answer) => answer === payload)).toHaveLength(1);
  }
});
