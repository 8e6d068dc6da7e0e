import { InMemoryCache } from '@apollo/client/cache';
import { possibleTypes, typePolicies } from '@rolegraph/client/apollo';
import { Client, fetchExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import {
  type DocumentNode,
  getNamedType,
  introspectionFromSchema,
  isAbstractType,
  isObjectType,
  parse,
  print,
} from 'graphql';
import { afterAll, describe, expect, test } from 'vitest';
import { buildSchema } from '../../src/gateway/schema.ts';
import { at } from '../support/graphql-answer.ts';
import { startStack } from '../support/start-stack.ts';
import { buildWorld } from '../support/world.ts';

const stack = await startStack();
await buildWorld(stack);
for (const [type, access] of [
  ['WORKFLOW_DEF', ['READ']],
  ['TASK_DEF', ['EXECUTE']],
] as const) {
  await stack.call('POST', '/api/auth/authorization', {
    subject: { type: 'GROUP', id: 'eng' },
    target: { type, id: 'same' },
    access,
  });
}
afterAll(() => stack.stop());

const schema = buildSchema();

/** Things of one type side by side, each with all that a cache could take for that of another. */
const QUESTIONS: Readonly<Record<string, string>> = {
  'targets whose ids differ in their type alone': `{
    workflow: target(by: {type: WORKFLOW_DEF, id: "same"}) { id nodeId type rawId grants { id access subject { id } target { id type } } }
    task: target(by: {type: TASK_DEF, id: "same"}) { id nodeId type rawId grants { id access subject { id } target { id type } } }
  }`,
  'targets that were not asked for their ids': `{
    workflow: target(by: {type: WORKFLOW_DEF, id: "same"}) { type rawId }
    task: target(by: {type: TASK_DEF, id: "same"}) { type rawId }
  }`,
  'grants, tags, members and roles of a group': `{
    groups { nodes { id displayName description defaultAccess { targetType access }
      roles { id kind permissions { resource actions names } grants { id access target { id rawType } viaTag { key value } } }
      grants { id access viaTag { key value } target { id rawType rawId entity { __typename ... on Application { id name tags { key value } } } } }
      members { nodes { id name groups { id } } edges { cursor } totalCount } } }
    applications { nodes { id name tags { key value } roles { id } accessKeys { id status } } }
  }`,
  'paths with their steps': `{
    users { nodes { id effectivePermissions { nodes { scope access targetType target { id type rawId }
      paths { access steps { __typename summary
        ... on GrantStep { grant { id access subject { id } target { id } } }
        ... on TagStep { tag { key value } target { id } }
        ... on RoleStep { holder { id } role { id } }
        ... on MembershipStep { user { id } group { id } }
        ... on PermissionStep { permission role { id } } } } } } } }
  }`,
  'what is missing, beside what is there': `{
    explain(user: "bob@example.com", target: {type: WORKFLOW_DEF, id: "same"}, access: DELETE) {
      decision target { id } paths { steps { summary ... on GrantStep { grant { id access } } } }
      nearest { step { summary ... on GrantStep { grant { id access target { id } } } } } }
  }`,
};

async function answerTo(document: DocumentNode): Promise<unknown> {
  const answer = await stack.query(print(document));
  expect(answer.errors).toEqual([]);
  return answer.data;
}

describe.each(Object.entries(QUESTIONS))('%s are read from the cache as they were answered', (_, text) => {
  test.each([
    ['of Apollo Client, as it comes', new InMemoryCache({ possibleTypes })],
    [
      'of Apollo Client with the policies of the client package',
      new InMemoryCache({ possibleTypes, typePolicies }),
    ],
  ])('%s', async (_name, cache) => {
    const query = cache.transformDocument(parse(text));
    const data = await answerTo(query);
    cache.writeQuery({ query, data });
    expect(cache.readQuery({ query })).toEqual(data);
  });

  test('of urql with Graphcache', async () => {
    const graphcache = cacheExchange({ schema: introspectionFromSchema(schema), logger: () => {} });
    const client = new Client({
      url: `${stack.url}/graphql`,
      exchanges: [graphcache, fetchExchange],
      fetchOptions: { headers: { authorization: `Bearer ${stack.admin}` } },
      preferGetMethod: false,
    });
    const fresh = await client.query(text, {}, { requestPolicy: 'network-only' });
    expect(fresh.error).toBeUndefined();
    const cached = await client.query(text, {}, { requestPolicy: 'cache-only' });
    expect(cached.data).toEqual(fresh.data);
  });
});

describe('the client package', () => {
  test('knows the types behind every interface and union', () => {
    const abstract = Object.values(schema.getTypeMap()).filter(isAbstractType);
    const behind = abstract.map((type) => [
      type.name,
      schema
        .getPossibleTypes(type)
        .map(({ name }) => name)
        .sort(),
    ]);
    const told = Object.entries(possibleTypes).map(([name, types]) => [name, types.toSorted()]);
    expect(told.sort()).toEqual(behind.sort());
  });

  test('pages every connection', () => {
    const connections = Object.values(schema.getTypeMap())
      .filter(isObjectType)
      .flatMap((type) =>
        Object.values(type.getFields())
          .filter((field) => getNamedType(field.type).name.endsWith('Connection'))
          .map((field) => `${type.name}.${field.name}`),
      );
    const paged = Object.entries(typePolicies).flatMap(([type, { fields = {} }]) =>
      Object.keys(fields).map((name) => `${type}.${name}`),
    );
    expect(paged.sort()).toEqual(connections.sort());
  });

  test('matches a fragment on an interface', () => {
    const cache = new InMemoryCache({ possibleTypes, typePolicies });
    const query = parse(
      '{ subject(by: {group: "eng"}) { __typename ...S } } fragment S on Subject { id displayName }',
    );
    const data = { subject: { __typename: 'Group', id: 'eng', displayName: 'Engineering' } };
    cache.writeQuery({ query, data });
    expect(cache.readQuery({ query })).toEqual(data);
  });

  test.each([
    'nodes { id }',
    'edges { cursor node { id } }',
    'nodes { id } edges { cursor }',
  ])('adds a page of %s to those before', async (selected) => {
    const cache = new InMemoryCache({ possibleTypes, typePolicies });
    const query = cache.transformDocument(
      parse(
        `query ($after: String) { users(first: 1, after: $after) { ${selected} pageInfo { hasNextPage endCursor } } }`,
      ),
    );
    const page = async (after: string | null) => {
      const answer = await stack.query(print(query), { variables: { after } });
      cache.writeQuery({ query, variables: { after }, data: answer.data });
      return answer.data;
    };
    const first = await page(null);
    const second = await page(String(at(first, 'users', 'pageInfo', 'endCursor')));
    const read = cache.readQuery({ query, variables: { after: null } });
    for (const name of ['nodes', 'edges'].filter((member) => selected.includes(member))) {
      const both = [at(first, 'users', name), at(second, 'users', name)].flat();
      expect(both).toHaveLength(2);
      expect(at(read, 'users', name)).toEqual(both);
    }
    expect(at(read, 'users', 'pageInfo')).toEqual(at(second, 'users', 'pageInfo'));
  });
});

test('a target is found again by its global key, and the key of nothing is refused', async () => {
  const nodeId = Buffer.from('Target:WORKFLOW_DEF:same').toString('base64url');
  expect(await stack.data(`{ target(by: {type: WORKFLOW_DEF, id: "same"}) { nodeId } }`)).toEqual({
    target: { nodeId },
  });
  expect(await stack.data(`{ node(nodeId: "${nodeId}") { ... on Target { type rawId } } }`)).toEqual({
    node: { type: 'WORKFLOW_DEF', rawId: 'same' },
  });
  const broken = Buffer.from('Target:same').toString('base64url');
  const answer = await stack.query(`{ node(nodeId: "${broken}") { nodeId } }`);
  expect(answer.errors.map(({ extensions }) => extensions['code'])).toEqual(['BAD_USER_INPUT']);
});
