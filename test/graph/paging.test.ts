import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at, codesByPath, listAt, textAt } from '../support/graphql-answer.ts';
import { type Stack, startStack } from '../support/start-stack.ts';

/** Every connection of the graph: how to reach it, and where it lies in the answer. Each has five records. */
const CONNECTIONS = [
  { name: 'users', open: 'users', path: ['users'] },
  { name: 'groups', open: 'groups', path: ['groups'] },
  { name: 'roles', open: 'roles', close: '', path: ['roles'], more: 'kind: CUSTOM' },
  { name: 'applications', open: 'applications', path: ['applications'], more: 'filter: {text: "paged"}' },
  {
    name: 'members of a group',
    open: 'group(id: "group-3") { members',
    close: '}',
    path: ['group', 'members'],
  },
  { name: 'holders of a role', open: 'role(id: "USER") { holders', close: '}', path: ['role', 'holders'] },
];

const NUMBERS = [1, 2, 3, 4, 5];
const PAGE =
  '{ totalCount nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
  for (const n of NUMBERS) {
    await stack.call('PUT', `/api/groups/group-${n}`, { description: 'A group', roles: [] });
  }
  for (const n of NUMBERS.toReversed()) {
    await stack.call('PUT', `/api/users/user-${n}@example.com`, {
      name: 'A user',
      roles: ['USER'],
      groups: ['group-3'],
    });
    await stack.call('POST', '/api/roles', { name: `role-${n}`, permissions: [] });
    await stack.call('POST', '/api/applications', { name: 'paged' });
  }
});
afterAll(() => stack.stop());

describe.each(CONNECTIONS)('the connection of $name', ({ open, close = '', path, more = '' }) => {
  const page = async (args: string) =>
    at(await stack.data(`{ ${open}(${args} ${more}) ${PAGE} ${close} }`), ...path);
  const ids = (connection: unknown) => listAt(connection, 'nodes').map((node) => textAt(node, 'id'));

  test('tells the whole number beside each page, and pages through all records once, in order', async () => {
    const seen: string[] = [];
    let after = '';
    for (const size of [2, 2, 1]) {
      const connection = await page(`first: 2 ${after}`);
      expect(ids(connection)).toHaveLength(size);
      expect(at(connection, 'totalCount')).toBe(5);
      expect(at(connection, 'pageInfo', 'hasPreviousPage')).toBe(seen.length > 0);
      seen.push(...ids(connection));
      expect(at(connection, 'pageInfo', 'hasNextPage')).toBe(seen.length < 5);
      after = `after: "${textAt(connection, 'pageInfo', 'endCursor')}"`;
    }
    expect(new Set(seen).size).toBe(5);
    expect(seen).toEqual(seen.toSorted());
    expect(ids(await page('first: 1000'))).toEqual(seen);
  });

  test('has in its edges the nodes, each with the cursor that continues behind it', async () => {
    const connection = await page('first: 3');
    const edges = listAt(connection, 'edges');
    expect(edges.map((edge) => textAt(edge, 'node', 'id'))).toEqual(ids(connection));
    expect(textAt(edges[0], 'cursor')).toBe(at(connection, 'pageInfo', 'startCursor'));
    const rest = await page(`first: 3 after: "${textAt(edges[1], 'cursor')}"`);
    expect(ids(rest)[0]).toBe(ids(connection)[2]);
  });

  test('has an empty last page after its last record', async () => {
    const all = await page('first: 5');
    const beyond = await page(`after: "${textAt(all, 'pageInfo', 'endCursor')}"`);
    expect(beyond).toEqual({
      totalCount: 5,
      nodes: [],
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
    });
  });

  test.each([
    'first: 0',
    'first: -1',
    'first: 1001',
    'after: "no cursor"',
    'after: "YQ=="',
  ])('refuses %s', async (args) => {
    const answer = await stack.query(`{ ${open}(${args} ${more}) { nodes { id } } ${close} }`);
    expect(codesByPath(answer)).toEqual([`${path.join('.')}: BAD_USER_INPUT`]);
  });
});

test('a page does not shift when records are added and removed before it', async () => {
  const read = async (args: string) => {
    const data = await stack.data(`{ groups(first: 2 ${args}) { nodes { id } pageInfo { endCursor } } }`);
    return {
      ids: listAt(data, 'groups', 'nodes').map((node) => textAt(node, 'id')),
      next: `after: "${textAt(data, 'groups', 'pageInfo', 'endCursor')}"`,
    };
  };
  const first = await read('');
  await stack.call('PUT', '/api/groups/group-0', { description: 'Newer', roles: [] });
  await stack.call('DELETE', '/api/groups/group-2');
  const second = await read(first.next);
  expect([first.ids, second.ids]).toEqual([
    ['group-1', 'group-2'],
    ['group-3', 'group-4'],
  ]);
});
