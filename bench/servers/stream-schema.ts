/** What the peers serve: the part of Rolegraph's schema that the benchmark of streams asks for. */
export const streamTypeDefs = /* GraphQL */ `
  type User { id: ID! name: String }
  input UserInput { name: String! }
  type UserPayload { user: User }
  type Query { user(id: ID!): User }
  type Mutation { upsertUser(id: ID!, input: UserInput!): UserPayload }
  type Subscription { userUpdated(id: ID!): User }
`;

export interface StreamContext {
  readonly token: string | null;
}

/** What a peer publishes by and subscribes to. */
export interface Topics {
  publish(user: { readonly id: string; readonly name: string }): void;
  subscribe(id: string): AsyncIterable<unknown>;
}

/** Resolvers as an afternoon's work has them: the payload of the mutation is what is published, to whoever asked. */
export function streamResolvers(upstream: string, topics: Topics) {
  return {
    Query: { user: () => null },
    Mutation: {
      async upsertUser(
        _: unknown,
        { id, input }: { id: string; input: { name: string } },
        { token }: StreamContext,
      ) {
        const response = await fetch(`${upstream}/api/users/${encodeURIComponent(id)}`, {
          method: 'PUT',
          headers: { 'content-type': 'application/json', 'x-authorization': token ?? '' },
          body: JSON.stringify(input),
        });
        if (!response.ok) throw new Error(`the upstream answered ${response.status}`);
        await response.arrayBuffer();
        topics.publish({ id, name: input.name });
        return { user: { id, name: input.name } };
      },
    },
    Subscription: {
      userUpdated: {
        subscribe: (_: unknown, { id }: { id: string }) => topics.subscribe(id),
        resolve: (user: unknown) => user,
      },
    },
  };
}
