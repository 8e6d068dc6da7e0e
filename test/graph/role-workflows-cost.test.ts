import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at, listAt, textAt } from '../support/graphql-answer.ts';
import { type Stack, startStack } from '../support/start-stack.ts';

const ENGINE = '/workflow-engine/api/v1';
/** 100 workflows for 20 roles, and 250 requests of five people. */
const ROLES = Array.from({ length: 20 }, (_, index) => `role-${index}`);
const PEOPLE = Array.from({ length: 5 }, (_, index) => `user-${index}@example.com`);

let stack: Stack;
let workflowIds: readonly string[];
beforeAll(async () => {
  stack = await startStack();
  await each(
    ROLES,
    (role) => `createRole(id: "${role}", input: { permissions: [] }) { userErrors { message } }`,
  );
  await each(
    PEOPLE,
    (id, index) =>
      `upsertUser(id: "${id}", input: { name: "User ${index}", roleIds: ["role-${index}"] }) { userErrors { message } }`,
  );
  const steps = '[{ name: "only", match: ANY, approverRoles: [{ name: "ADMIN" }] }]';
  const workflows = await each(
    Array.from({ length: 100 }, (_, index) => `Workflow ${index}`),
    (name, index) =>
      `createRoleWorkflow(input: { name: "${name}", targetRoles: [{ name: "role-${index % 20}" }],
        maxActiveRequests: 1000, steps: ${steps} }) { roleWorkflow { id } userErrors { message } }`,
  );
  workflowIds = workflows.map((payload) => textAt(payload, 'roleWorkflow', 'id'));
  await Promise.all(
    PEOPLE.map(async (id, person) => {
      const token = await stack.as(id);
      const asked = Array.from({ length: 50 }, (_, index) => (index * PEOPLE.length + person) % 20);
      await each(
        asked,
        (role) => `createAccessRequest(input: { role: { name: "role-${role}" },
          workflowId: "${workflowIds[role]}" }) { userErrors { message } }`,
        token,
      );
    }),
  );
}, 60_000);
afterAll(() => stack.stop());

/** Runs one mutation for each item, in one operation, and gives their payloads. */
async function each<T>(
  items: readonly T[],
  mutation: (item: T, index: number) => string,
  token = stack.admin,
): Promise<readonly unknown[]> {
  const fields = items.map((item, index) => `m${index}: ${mutation(item, index)}`);
  const data = await stack.data(`mutation { ${fields.join('\n')} }`, { token });
  return items.map((_, index) => {
    const payload = at(data, `m${index}`);
    expect(at(payload, 'userErrors')).toEqual([]);
    return payload;
  });
}

describe('all workflows with their roles, holders and requests', () => {
  const QUERY = `{ roleWorkflows(first: 100) { nodes { name targetRoles { name role {
    holders(first: 5) { nodes { id } } } } requests(first: 10) { nodes { status requester { user { name } } } } } } }`;

  test('cost each list once: workflows, roles, groups, users, and the pages of all requests', async () => {
    expect(await stack.cost(QUERY)).toEqual([
      'GET /api/groups',
      'GET /api/roles',
      'GET /api/users?apps=true',
      `GET ${ENGINE}/requests?filter=all&limit=100&offset=0`,
      `GET ${ENGINE}/requests?filter=all&limit=100&offset=100`,
      `GET ${ENGINE}/requests?filter=all&limit=100&offset=200`,
      `GET ${ENGINE}/workflows?limit=100&offset=0`,
    ]);
  });

  test('are told in full', async () => {
    const nodes = listAt(await stack.data(QUERY), 'roleWorkflows', 'nodes');
    expect(nodes).toHaveLength(100);
    expect(nodes[3]).toEqual({
      name: 'Workflow 3',
      targetRoles: [{ name: 'role-3', role: { holders: { nodes: [{ id: 'user-3@example.com' }] } } }],
      requests: { nodes: Array(10).fill({ status: 'WAITING', requester: { user: { name: 'User 3' } } }) },
    });
  });
});

describe('pages of requests', () => {
  const page = (first: number, after = '') =>
    `{ accessRequests(first: ${first}${after && `, after: "${after}"`}) {
      nodes { id } totalCount pageInfo { hasNextPage hasPreviousPage endCursor } } }`;

  test('are no longer than what was asked for', async () => {
    expect(await stack.cost(page(10))).toEqual([`GET ${ENGINE}/requests?filter=all&limit=10&offset=0`]);
  });

  test('of more than 100 are read in parts, the last one as long as is needed', async () => {
    expect(await stack.cost(page(230))).toEqual([
      `GET ${ENGINE}/requests?filter=all&limit=100&offset=0`,
      `GET ${ENGINE}/requests?filter=all&limit=100&offset=100`,
      `GET ${ENGINE}/requests?filter=all&limit=30&offset=200`,
    ]);
  });

  test('end where the list ends', async () => {
    expect(await stack.cost(page(1000))).toHaveLength(3);
  });

  test('join without a gap or an overlap', async () => {
    const all = await stack.data(page(250));
    const first = await stack.data(page(120));
    const cursor = textAt(first, 'accessRequests', 'pageInfo', 'endCursor');
    const second = await stack.data(page(200, cursor));
    expect([
      ...listAt(first, 'accessRequests', 'nodes'),
      ...listAt(second, 'accessRequests', 'nodes'),
    ]).toEqual(listAt(all, 'accessRequests', 'nodes'));
    expect(second).toMatchObject({
      accessRequests: { totalCount: 250, pageInfo: { hasNextPage: false, hasPreviousPage: true } },
    });
  });
});

describe('links', () => {
  test('to workflows of many requests cost the list of workflows', async () => {
    const query = '{ accessRequests(first: 20) { nodes { workflow { name } } } }';
    expect(await stack.cost(query)).toEqual([
      `GET ${ENGINE}/requests?filter=all&limit=20&offset=0`,
      `GET ${ENGINE}/workflows?limit=100&offset=0`,
    ]);
  });

  test('to a workflow that only tells its id cost nothing', async () => {
    const query = '{ accessRequests(first: 20) { nodes { workflow { id nodeId } } } }';
    expect(await stack.cost(query)).toHaveLength(1);
  });

  test('from a role cost the lists of workflows and requests, however many roles are asked', async () => {
    const links = 'workflows { id } pendingRequests { totalCount } activeRequests { totalCount }';
    const query = `{ a: role(id: "role-1") { ${links} } b: role(id: "role-2") { ${links} } }`;
    expect(await stack.cost(query)).toEqual([
      'GET /api/roles/role-1',
      'GET /api/roles/role-2',
      `GET ${ENGINE}/requests?filter=all&limit=100&offset=0`,
      `GET ${ENGINE}/requests?filter=all&limit=100&offset=100`,
      `GET ${ENGINE}/requests?filter=all&limit=100&offset=200`,
      `GET ${ENGINE}/workflows?limit=100&offset=0`,
    ]);
  });

  test('of a caller who may not see all requests cost one refusal, and what it may see', async () => {
    const token = await stack.as('user-1@example.com');
    const query = '{ viewer { requests(first: 1) { totalCount nodes { requester { user { id } } } } } }';
    expect(await stack.cost(query, { token })).toEqual([
      'GET /api/token/userInfo',
      'GET /api/users?apps=true',
      `GET ${ENGINE}/requests?filter=all&limit=100&offset=0`,
      `GET ${ENGINE}/requests?filter=approvals&limit=100&offset=0`,
      `GET ${ENGINE}/requests?filter=requests&limit=100&offset=0`,
    ]);
    expect(await stack.data(query, { token })).toEqual({
      viewer: {
        requests: { totalCount: 50, nodes: [{ requester: { user: { id: 'user-1@example.com' } } }] },
      },
    });
  });

  test('to what waits for the decisions of many users, and to their time-boxed roles, cost lists only', async () => {
    const query = `{ users(first: 1000) { totalCount nodes { requestsToDecide { totalCount }
      timeBoxedRoles { request { id } } } } }`;
    await each(
      Array.from({ length: 15 }, (_, index) => `more-${index}@example.com`),
      (id) => `upsertUser(id: "${id}", input: { name: "More" }) { userErrors { message } }`,
    );
    expect(await stack.cost(query)).toEqual([
      'GET /api/users?apps=false',
      'GET /role-store/api/v1/users/current',
      `GET ${ENGINE}/requests?filter=all&limit=100&offset=0`,
      `GET ${ENGINE}/requests?filter=all&limit=100&offset=100`,
      `GET ${ENGINE}/requests?filter=all&limit=100&offset=200`,
      'POST /role-store/api/v1/users/search?limit=100&offset=0',
    ]);
  });

  test('to what waits for a decision and to time-boxed roles cost one call more than who is asked', async () => {
    const query = '{ viewer { requestsToDecide(first: 5) { totalCount } timeBoxedRoles { role { name } } } }';
    const cost = await stack.cost(query);
    expect(cost.map((call) => call.replace(/[\da-f-]{36}/, 'ID')).toSorted()).toEqual([
      'GET /api/token/userInfo',
      'GET /role-store/api/v1/users/ID/roles',
      'GET /role-store/api/v1/users/current',
      `GET ${ENGINE}/requests?filter=active_approvals&limit=5&offset=0`,
    ]);
  });
});
