// What the peers serve, written as a competent user would write it in an afternoon: the schema of the measured
// operations, a DataLoader for each kind of record, fetch. They share it, so that they differ in the server only.
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

interface StoredUser {
  email: string;
  full_name: string;
}

interface Page {
  items: object[];
}

const [upstream] = process.argv.slice(2);

export const typeDefs = `#graphql
  type Role { id: ID! }
  type Target { rawType: String! id: ID! }
  type Grant { target: Target! access: [String!]! }
  type User { id: ID! name: String roles: [Role!] grants: [Grant!] }
  type UserConnection { nodes: [User!]! }
  type Group { id: ID! description: String members(first: Int): UserConnection }
  type GroupConnection { nodes: [Group!]! }
  type UserSnapshot { id: ID! user: User }
  type RoleWorkflow { id: ID! name: String author: UserSnapshot }
  type RoleWorkflowConnection { nodes: [RoleWorkflow!]! }
  type Query {
    user(id: ID!): User
    users(first: Int): UserConnection
    group(id: ID!): Group
    groups(first: Int): GroupConnection
    roleWorkflows(first: Int): RoleWorkflowConnection
  }
`;

/** What the resolvers of one operation work with. */
export type Context = ReturnType<typeof createContext>;

/**
 * Makes the loaders of one operation.
 * @param authorization the caller's header, `Bearer <token>`; both upstreams get the token.
 */
export function createContext(authorization: string | null | undefined) {
  const headers = {
    Authorization: authorization ?? '',
    'X-Authorization': (authorization ?? '').replace('Bearer ', ''),
  };
  const get = async <T>(path: string) => {
    const answer = await fetch(upstream + path, { headers });
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
    usersByUuid: byKey<StoredUser>((uuid) => `/role-store/api/v1/users/${uuid}`),
  };
}

interface First {
  first: number;
}

export const resolvers = {
  Query: {
    user: (_: unknown, { id }: { id: string }, { users }: Context) => users.load(id),
    users: async (_: unknown, { first }: First, { get }: Context) => ({
      nodes: (await get<User[]>('/api/users')).slice(0, first),
    }),
    group: (_: unknown, { id }: { id: string }, { groups }: Context) => groups.load(id),
    groups: async (_: unknown, { first }: First, { get }: Context) => ({
      nodes: (await get<object[]>('/api/groups')).slice(0, first),
    }),
    roleWorkflows: async (_: unknown, { first }: First, { get }: Context) => ({
      nodes: (await get<Page>(`/workflow-engine/api/v1/workflows?limit=${first}&offset=0`)).items,
    }),
  },
  Group: {
    members: async ({ id }: { id: string }, { first }: First, { members }: Context) => ({
      nodes: (await members.load(id)).slice(0, first),
    }),
  },
  User: {
    roles: ({ roles }: User) => roles.map(({ name }) => ({ id: name })),
    grants: async ({ id }: User, _: unknown, { grants }: Context) => (await grants.load(id)).grantedAccess,
  },
  Target: { rawType: ({ type }: { type: string }) => type },
  RoleWorkflow: { author: ({ author }: { author: string }) => ({ id: author }) },
  UserSnapshot: {
    user: async ({ id }: { id: string }, _: unknown, { usersByUuid }: Context) => {
      const { email, full_name } = await usersByUuid.load(id);
      return { id: email, name: full_name };
    },
  },
};
