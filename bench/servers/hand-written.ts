// No GraphQL at all: Node's HTTP server and undici. It knows the text of each operation, reads what that needs in as
// few round trips as its data allow, and answers. What a GraphQL server costs beyond it is the price of GraphQL.
// `node … UPSTREAM_URL`
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OPERATIONS } from '../operations.ts';
import { createGet, type Get } from './hand-written-get.ts';

interface User {
  id: string;
  name: string;
  roles: { name: string }[];
}

interface Grants {
  grantedAccess: { target: { type: string; id: string }; access: string[] }[];
}

interface Workflows {
  items: { id: string; name: string; author: string }[];
}

const get = createGet(process.argv[2] ?? '');

const programs: Record<string, (get: Get) => Promise<object> | object> = {
  async users(get) {
    return { users: { nodes: (await get<User[]>('/api/users')).map(withRoles) } };
  },
  async groups(get) {
    const groups = await get<{ id: string; description: string }[]>('/api/groups');
    const nodes = groups.map(async ({ id, description }) => {
      const members = await get<User[]>(`/api/groups/${id}/users`);
      return { id, description, members: { nodes: members.map(({ id, name }) => ({ id, name })) } };
    });
    return { groups: { nodes: await Promise.all(nodes) } };
  },
  async grants(get) {
    const [group, members] = await Promise.all([
      get<{ id: string }>('/api/groups/group-000007'),
      get<User[]>('/api/groups/group-000007/users'),
    ]);
    const nodes = members.map(async ({ id, name }) => {
      const { grantedAccess } = await get<Grants>(`/api/users/${encodeURIComponent(id)}/permissions`);
      const grants = grantedAccess.map(({ target, access }) => ({
        target: { rawType: target.type, id: target.id },
        access,
      }));
      return { id, name, grants };
    });
    return { group: { id: group.id, members: { nodes: await Promise.all(nodes) } } };
  },
  async workflows(get) {
    const { items } = await get<Workflows>('/workflow-engine/api/v1/workflows?limit=50&offset=0');
    const keys = [...new Set(items.map(({ author }) => author))];
    const found = keys.map(async (key) => {
      const user = await get<{ email: string; full_name: string }>(`/role-store/api/v1/users/${key}`);
      return [key, { id: user.email, name: user.full_name }] as const;
    });
    const users = new Map(await Promise.all(found));
    const nodes = items.map(({ id, name, author }) => ({
      id,
      name,
      author: { id: author, user: users.get(author) },
    }));
    return { roleWorkflows: { nodes } };
  },
  async user(get) {
    return { user: withRoles(await get<User>('/api/users/user000042%40example.com')) };
  },
  typename: () => ({ __typename: 'Query' }),
};

const programOf = new Map(OPERATIONS.map(({ key, query }) => [query, programs[key]]));

const server = createServer(async (request, response) => {
  const { query } = JSON.parse(await bodyOf(request)) as { query: string };
  const program = programOf.get(query);
  const token = String(request.headers.authorization).replace('Bearer ', '');
  const answer = program ? { data: await program((path) => get(path, token)) } : { errors: ['unknown'] };
  const body = JSON.stringify(answer);
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});

function withRoles({ id, name, roles }: User) {
  return { id, name, roles: roles.map((role) => ({ id: role.name })) };
}

function bodyOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.once('end', () => resolve(body));
    request.once('error', reject);
  });
}
