import {
  ApolloClient,
  CombinedGraphQLErrors,
  gql,
  HttpLink,
  InMemoryCache,
  type TypedDocumentNode,
} from '@apollo/client/core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { EmbeddedApi } from '../transport/embedded-api.ts';
import { GatewayUnderTest } from '../transport/gateway-under-test.ts';

let api: EmbeddedApi;
let gateway: GatewayUnderTest;
let admin: string;
let plainToken: string;
beforeAll(async () => {
  api = await EmbeddedApi.start();
  gateway = await GatewayUnderTest.start(api.url);
  admin = await api.adminToken();
  await api.call('PUT', '/groups/eng', admin, { description: 'Engineering', roles: ['USER'] });
  await api.call('PUT', '/users/ann@example.com', admin, { name: 'Ann', roles: ['USER'], groups: ['eng'] });
  await api.call('PUT', '/users/bob@example.com', admin, { name: 'Bob', roles: ['USER'], groups: ['eng'] });
  const application = await api.call<{ id: string }>('POST', '/applications', admin, { name: 'plain' });
  const path = `/applications/${application.id}/accessKeys`;
  const { id, secret } = await api.call<{ id: string; secret: string }>('POST', path, admin);
  plainToken = await api.signIn(id, secret);
});
afterEach(() => {
  api.log.length = 0;
});
afterAll(async () => {
  await gateway.stop();
  await api.stop();
});

/** A client as an application sets it up: defaults everywhere, and a token. */
function clientWith(token: string, useGETForQueries = false): ApolloClient {
  return new ApolloClient({
    cache: new InMemoryCache(),
    link: new HttpLink({
      uri: gateway.endpoint,
      headers: { authorization: `Bearer ${token}` },
      useGETForQueries,
    }),
  });
}

interface GroupData {
  readonly group: {
    readonly id: string;
    readonly description: string;
    readonly members: { readonly nodes: readonly { readonly id: string; readonly name: string }[] } | null;
  } | null;
}

const GROUP: TypedDocumentNode<GroupData, { id: string; first?: number }> = gql`
  query Group($id: ID!, $first: Int) {
    group(id: $id) { id description members(first: $first) { nodes { id name } } }
  }
`;

interface UserData {
  readonly user: { readonly id: string; readonly name: string } | null;
}

const USER: TypedDocumentNode<UserData, { id: string }> = gql`
  query User($id: ID!) { user(id: $id) { id name } }
`;

interface UpsertData {
  readonly upsertUser: {
    readonly user: { readonly id: string; readonly name: string } | null;
    readonly userErrors: readonly { readonly code: string; readonly field: readonly string[] | null }[];
  } | null;
}

const UPSERT: TypedDocumentNode<UpsertData, { id: string; input: object }> = gql`
  mutation Upsert($id: ID!, $input: UserInput!) {
    upsertUser(id: $id, input: $input) { user { id name } userErrors { code field } }
  }
`;

describe('Apollo Client', () => {
  test('runs a query with variables', async () => {
    const { data, error } = await clientWith(admin).query({
      query: GROUP,
      variables: { id: 'eng', first: 1 },
    });
    expect(error).toBeUndefined();
    expect(data?.group).toMatchObject({
      id: 'eng',
      description: 'Engineering',
      members: { nodes: [{ id: 'ann@example.com', name: 'Ann' }] },
    });
  });

  test('runs queries over GET as well, since it asks for a preflight', async () => {
    const client = clientWith(admin, true);
    const { data } = await client.query({ query: USER, variables: { id: 'bob@example.com' } });
    expect(data?.user?.name).toBe('Bob');
  });

  test('keeps records by type and id, so that one read in two places is one record', async () => {
    const client = clientWith(admin);
    await client.query({ query: GROUP, variables: { id: 'eng' } });
    expect(Object.keys(client.cache.extract() as object)).toEqual(
      expect.arrayContaining(['Group:eng', 'User:ann@example.com', 'User:bob@example.com']),
    );
    const cached = client.cache.readFragment({
      id: 'User:bob@example.com',
      fragment: gql`fragment Name on User { id name }`,
    });
    expect(cached).toMatchObject({ id: 'bob@example.com', name: 'Bob' });
  });

  test('sees what a mutation changed in queries it ran before, without asking again', async () => {
    const client = clientWith(admin);
    const variables = { id: 'ann@example.com' };
    await client.query({ query: USER, variables });
    const { data } = await client.mutate({
      mutation: UPSERT,
      variables: { ...variables, input: { name: 'Ann Lee' } },
    });
    expect(data?.upsertUser).toMatchObject({ user: { name: 'Ann Lee' }, userErrors: [] });
    api.log.length = 0;
    const again = await client.query({ query: USER, variables });
    expect(again.data?.user?.name).toBe('Ann Lee');
    expect(api.log).toEqual([]);
    await api.call('PUT', '/users/ann@example.com', admin, { name: 'Ann' });
  });

  test('gets what the person at the form can mend as data', async () => {
    const { data, error } = await clientWith(admin).mutate({
      mutation: UPSERT,
      variables: { id: 'eve@example.com', input: { name: 'Eve', roleIds: ['NO_SUCH_ROLE'] } },
    });
    expect(error).toBeUndefined();
    expect(data?.upsertUser?.user).toBeNull();
    expect(data?.upsertUser?.userErrors).toMatchObject([{ code: 'INVALID_INPUT' }]);
  });

  test('gets partial data with typed errors under the policy "all"', async () => {
    const query: TypedDocumentNode<UserData & { viewer: { id: string } | null }> = gql`
      { viewer { id isApplicationUser } user(id: "ann@example.com") { id name } }
    `;
    const { data, error } = await clientWith(plainToken).query({ query, errorPolicy: 'all' });
    expect(data?.viewer?.id).toMatch(/^app:/);
    expect(data?.user).toBeNull();
    if (!CombinedGraphQLErrors.is(error)) throw new Error(`not GraphQL errors: ${error}`);
    expect(error.errors).toMatchObject([
      { path: ['user'], extensions: { code: 'FORBIDDEN', upstreamStatus: 403 } },
    ]);
  });

  test('throws the same errors under its default policy', async () => {
    const read = clientWith('forged').query({ query: USER, variables: { id: 'ann@example.com' } });
    const error = await read.catch((reason: unknown) => reason);
    if (!CombinedGraphQLErrors.is(error)) throw new Error(`not GraphQL errors: ${error}`);
    expect(error.errors).toMatchObject([{ path: ['user'], extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  test('reads the error of a query that does not fit the schema, though its status is 400', async () => {
    const query = gql`{ nope }`;
    const error = await clientWith(admin)
      .query({ query })
      .catch((reason: unknown) => reason);
    if (!CombinedGraphQLErrors.is(error)) throw new Error(`not GraphQL errors: ${error}`);
    expect(error.errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  });
});
