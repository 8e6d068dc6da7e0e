/** An operation in another schema. */
export interface OwnDocument {
  readonly query: string;
  /** Turns the data of its answer into what the common document answers. */
  readonly normalise: (data: unknown) => unknown;
}

interface Role {
  name: string;
}

interface User {
  id: string;
  name: string;
  roles: Role[];
}

interface Group {
  id: string;
  description: string;
  members: { id: string; name: string; permissions: { grantedAccess: Grant[] } }[];
}

interface Grant {
  target: { type: string; id: string };
  access: string[];
}

interface Workflow {
  id: string;
  name: string;
  author: string;
  authorUser: { email: string; full_name: string };
}

/** The operations in the schema that Hive Gateway makes of the OpenAPI document: lists without pages, REST's names. */
export const HIVE_DOCUMENTS: Readonly<Record<string, OwnDocument>> = {
  users: own('{ users { id name roles { name } } }', ({ users }: { users: User[] }) => ({
    users: { nodes: users.map(withRoles) },
  })),
  groups: own('{ groups { id description members { id name } } }', ({ groups }: { groups: Group[] }) => ({
    groups: { nodes: groups.map((group) => ({ ...group, members: { nodes: group.members } })) },
  })),
  grants: own(
    '{ group(id: "group-000007") { id members { id name permissions { grantedAccess { target { type id } access } } } } }',
    ({ group }: { group: Group }) => ({
      group: {
        id: group.id,
        members: {
          nodes: group.members.map(({ id, name, permissions }) => ({
            id,
            name,
            grants: permissions.grantedAccess.map(({ target, access }) => ({
              target: { rawType: target.type, id: target.id },
              access,
            })),
          })),
        },
      },
    }),
  ),
  workflows: own(
    '{ workflows(limit: 50, offset: 0) { items { id name author authorUser { email full_name } } } }',
    ({ workflows }: { workflows: { items: Workflow[] } }) => ({
      roleWorkflows: {
        nodes: workflows.items.map(({ id, name, author, authorUser }) => ({
          id,
          name,
          author: { id: author, user: { id: authorUser.email, name: authorUser.full_name } },
        })),
      },
    }),
  ),
  user: own(
    '{ user(id: "user000042@example.com") { id name roles { name } } }',
    ({ user }: { user: User }) => ({
      user: withRoles(user),
    }),
  ),
};

function own<Data>(query: string, normalise: (data: Data) => object): OwnDocument {
  // The comparison with the first server's answer is what checks the shape.
  return { query, normalise: (data) => normalise(data as Data) };
}

function withRoles({ id, name, roles }: User): object {
  return { id, name, roles: roles.map((role) => ({ id: role.name })) };
}
