import { afterAll, beforeEach, expect, test } from 'vitest';
import { at, codesByPath, listAt } from '../support/graphql-answer.ts';
import { startStack } from '../support/start-stack.ts';

const stack = await startStack();
afterAll(() => stack.stop());
await stack.call('PUT', '/api/users/cy@example.com', { name: 'Cy', roles: ['USER'] });
await stack.call('PUT', '/api/users/dee@example.com', { name: 'Dee', roles: ['USER'] });
for (const id of ['cy@example.com', 'dee@example.com']) {
  await stack.call('POST', '/api/auth/authorization', {
    subject: { type: 'USER', id },
    target: { type: 'WORKFLOW_DEF', id: 'orders' },
    access: ['READ'],
  });
}
const cy = await stack.as('cy@example.com');
beforeEach(() => stack.rest.clear());

const GRANTS = 'grants { access target { rawType rawId } }';

test('who may not read users reads its own grants by the call for oneself', async () => {
  const data = await stack.data(`{ viewer { id ${GRANTS} } }`, { token: cy });
  expect(at(data, 'viewer')).toEqual({
    id: 'cy@example.com',
    grants: [{ access: ['READ'], target: { rawType: 'WORKFLOW_DEF', rawId: 'orders' } }],
  });
  expect(stack.rest.sorted).toEqual([
    'GET /api/auth/subjects/USER/cy@example.com/grants',
    'GET /api/token/userInfo',
    'GET /api/users/cy@example.com/permissions',
  ]);
});

test('and those of nobody else, for which no further call is made', async () => {
  const answer = await stack.query(
    `{ target(by: {type: WORKFLOW_DEF, id: "orders"}) { grants { subject { ... on User { id ${GRANTS} } } } } }`,
    { token: cy },
  );
  const subjects = listAt(answer.data, 'target', 'grants').map((grant) => at(grant, 'subject'));
  expect(subjects).toEqual([
    { id: 'cy@example.com', grants: [expect.anything()] },
    { id: 'dee@example.com', grants: null },
  ]);
  expect(codesByPath(answer)).toEqual(['target.grants.1.subject.grants: FORBIDDEN']);
  expect(stack.rest.log.filter((call) => call.includes('/subjects/'))).toEqual([
    'GET /api/auth/subjects/USER/cy@example.com/grants',
  ]);
});

test('who may read users is asked in one call, which tells tags too', async () => {
  const data = await stack.data(`{ viewer { id ${GRANTS} } }`);
  expect(at(data, 'viewer', 'grants')).toEqual([]);
  expect(stack.rest.log.filter((call) => call.includes('/subjects/'))).toEqual([]);
});
