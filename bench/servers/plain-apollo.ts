// Apollo Server with DataLoader, as a competent user would write it in an afternoon. `node … UPSTREAM_URL`
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import DataLoader from 'dataloader';

interface User {
  id: string;
  name: string;
  roles: { name: string }[];
}

interface Grant {
  target: { type: string; id: string };
  access: string[];
}

const [upstream] = process.argv.slice(2);

const typeDefs = `#graphql
  type Role { id: ID! }
  type Target { rawType: String! id: ID! }
  type Grant { target: Target! access: [String!]! }
  type User { id: ID! name: String roles: [Role!] grants: [Grant!] }
  type UserConnection { nodes: [User!]! }
  type Group { id: ID! description: String members(first: Int): UserConnection }
  type GroupConnection { nodes: [Group!]! }
  type Query {
    user(id: ID!): User
    users(first: Int): UserConnection
    group(id: ID!): Group
    groups(first: Int): GroupConnection
  }
`;

function createContext(token: string) {
  const get = async <T>(path: string) => {
    const answer = await fetch(upstream + path, { headers: { 'X-Authorization': token } });
    if (!answer.ok) throw new Error(`${answer.status} from upstream`);
    return (await answer.json()) as T;
  };
  const byKey = <T>(path: (key: string) => string) =>
    new DataLoader<string, T>((keys) =>
      Promise.all(keys.map((key) => get<T>(path(encodeURIComponent(key))).catch((error: Error) => error))),
    );
  return {
    get,
    users: byKey<User>((id) => `/api/users/${id}`),
    groups: byKey<{ id: string }>((id) => `/api/groups/${id}`),
    members: byKey<User[]>((id) => `/api/groups/${id}/users`),
    grants: byKey<{ grantedAccess: Grant[] }>((id) => `/api/users/${id}/permissions`),
  };
}

type Context = ReturnType<typeof createContext>;

const server = new ApolloServer<Context>({
  typeDefs,
  resolvers: {
    Query: {
      user: (_: unknown, { id }: { id: string }, { users }: Context) => users.load(id),
      users: async (_: unknown, { first }: { first: number }, { get }: Context) => ({
        nodes: (await get<User[]>('/api/users')).slice(0, first),
      }),
      group: (_: unknown, { id }: { id: string }, { groups }: Context) => groups.load(id),
      groups: async (_: unknown, { first }: { first: number }, { get }: Context) => ({
        nodes: (await get<object[]>('/api/groups')).slice(0, first),
      }),
    },
    Group: {
      members: async ({ id }: { id: string }, { first }: { first: number }, { members }: Context) => ({
        nodes: (await members.load(id)).slice(0, first),
      }),
    },
    User: {
      roles: ({ roles }: User) => roles.map(({ name }) => ({ id: name })),
      grants: async ({ id }: User, _: unknown, { grants }: Context) => (await grants.load(id)).grantedAccess,
    },
    Target: { rawType: ({ type }: { type: string }) => type },
  },
});

const { url } = await startStandaloneServer(server, {
  listen: { host: '127.0.0.1', port: 0 },
  context: async ({ req }) => createContext(String(req.headers.authorization).replace('Bearer ', '')),
});
process.stdout.write(`${url.replace('localhost', '127.0.0.1')}\n`);
