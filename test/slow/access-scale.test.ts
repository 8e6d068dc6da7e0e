import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at } from '../support/graphql-answer.ts';
import { type Stack, startStack } from '../support/start-stack.ts';

const USERS = 1000;
const GROUPS = 100;
const GRANTS = 10_000;
const TARGETS = 500;
const SECOND = 1000;

const user = (n: number) => `user-${n}@example.com`;
const group = (n: number) => `group-${n}`;
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

let stack: Stack;

/** Eight for each user and twenty for each group, all different. */
function grant(n: number) {
  const isForUser = n < 8 * USERS;
  const round = isForUser ? Math.floor(n / USERS) : Math.floor((n - 8 * USERS) / GROUPS);
  return {
    subject: isForUser ? { type: 'USER', id: user(n % USERS) } : { type: 'GROUP', id: group(n % GROUPS) },
    target: { type: 'WORKFLOW_DEF', id: `flow-${(n + round * 41) % TARGETS}` },
    access: ['READ', 'EXECUTE'],
  };
}

/** Every user is in two groups, every group holds a role, and grants are spread evenly over subjects and targets. */
beforeAll(async () => {
  stack = await startStack();
  const put = (path: string, body: unknown) => stack.call('PUT', `/api${path}`, body);
  for (const n of numbers(20)) {
    await stack.call('POST', '/api/roles', { name: `role-${n}`, permissions: ['READ_TASK_DEF'] });
  }
  for (const n of numbers(GROUPS)) {
    await put(`/groups/${group(n)}`, { description: 'One of many', roles: [`role-${n % 20}`] });
  }
  for (const n of numbers(USERS)) {
    const groups = [group(n % GROUPS), group((n * 7 + 1) % GROUPS)];
    await put(`/users/${user(n)}`, { name: `User ${n}`, roles: ['USER'], groups });
  }
  const grants = numbers(GRANTS).map(grant);
  expect(new Set(grants.map((made) => JSON.stringify(made))).size).toBe(GRANTS);
  for (const made of grants) await stack.call('POST', '/api/auth/authorization', made);
}, 300_000);
afterAll(() => stack.stop());

/** Times an operation, and gives its calls: the best of three, for the machine may be busy. */
async function timed(document: string): Promise<{ ms: number; data: unknown; calls: readonly string[] }> {
  const times: number[] = [];
  let data: unknown;
  for (const _ of numbers(3)) {
    stack.rest.clear();
    const start = performance.now();
    data = await stack.data(document);
    times.push(performance.now() - start);
  }
  return { ms: Math.min(...times), data, calls: stack.rest.sorted };
}

describe('with 1,000 users, 100 groups and 10,000 grants', () => {
  test('whoCan takes four calls and less than a second, every person and path written out', async () => {
    const { ms, data, calls } = await timed(`{
      whoCan(target: {type: WORKFLOW_DEF, id: "flow-0"}, access: EXECUTE) {
        people(first: 1000) { totalCount nodes { subject { displayName } paths { steps { summary } } } }
        groups(first: 1000) { totalCount } } }`);
    expect(calls).toEqual([
      'GET /api/auth/authorization/WORKFLOW_DEF/flow-0?groupBy=subject',
      'GET /api/groups',
      'GET /api/roles',
      'GET /api/users?apps=true',
    ]);
    expect(calls.length).toBeLessThanOrEqual(2 + GROUPS);
    expect(Number(at(data, 'whoCan', 'people', 'totalCount'))).toBeGreaterThan(90);
    expect(ms).toBeLessThan(SECOND);
  });

  test('effectivePermissions of one user reads what its two groups and their roles need, and no more', async () => {
    const { ms, data, calls } = await timed(`{ user(id: "${user(3)}") {
      effectivePermissions(first: 1000) { totalCount nodes { access paths { steps { summary } } } } } }`);
    const groups = [group(3), group(22)];
    expect(calls).toEqual(
      [
        'GET /api/applications',
        'GET /api/roles',
        `GET /api/users/${user(3)}`,
        `GET /api/users/${user(3)}/permissions`,
        ...groups.flatMap((id) => [`GET /api/groups/${id}`, `GET /api/groups/${id}/permissions`]),
        ...['USER', 'role-2', 'role-3'].map((id) => `GET /api/auth/subjects/ROLE/${id}/grants`),
      ].sort(),
    );
    expect(Number(at(data, 'user', 'effectivePermissions', 'totalCount'))).toBeGreaterThan(40);
    expect(ms).toBeLessThan(SECOND);
  });
});
