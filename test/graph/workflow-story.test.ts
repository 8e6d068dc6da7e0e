import { afterAll, beforeAll, expect, test } from 'vitest';
import { at, listAt, textAt } from '../support/graphql-answer.ts';
import { type Stack, startStack } from '../support/start-stack.ts';

const HOUR = 3_600_000;
const TARGET = '{ type: WORKFLOW_DEF, id: "orders" }';

let clock = Date.parse('2026-06-01T09:00:00Z');
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ now: () => clock });
});
afterAll(() => stack.stop());

/** Tokens are signed anew, since the clock moves further than they live. */
async function say(person: string, document: string, variables = {}): Promise<unknown> {
  const token = await stack.as(`${person}@example.com`);
  const answer = await stack.query(document, { token, variables });
  expect(answer.errors).toEqual([]);
  return answer.data;
}

/** Asks for a role for three hours from now, and gives the id of the request. */
async function ask(person: string): Promise<string> {
  const asked = await say(
    person,
    `mutation ($start: DateTime!, $end: DateTime!) { createAccessRequest(input: {
      role: { name: "deployer" }, justification: "on call", grant: { type: TIME_RESTRICTED, start: $start, end: $end }
    }) { accessRequest { id status justification requester { user { id } } requestedRole { name role { id } }
      requested { type start end } granted { type } } userErrors { message field } } }`,
    { start: new Date(clock), end: new Date(clock + 3 * HOUR) },
  );
  expect(at(asked, 'createAccessRequest')).toMatchObject({
    accessRequest: {
      status: 'WAITING',
      justification: 'on call',
      requester: { user: { id: `${person}@example.com` } },
      requestedRole: { name: 'deployer', role: { id: 'deployer' } },
      requested: { type: 'TIME_RESTRICTED', end: new Date(clock + 3 * HOUR).toISOString() },
      granted: null,
    },
    userErrors: [],
  });
  return textAt(asked, 'createAccessRequest', 'accessRequest', 'id');
}

const decision = 'accessRequest { status steps { approvals { decision } } } userErrors { message }';

async function approve(person: string, id: string, step: number, grant?: object): Promise<unknown> {
  const decided = await say(
    person,
    `mutation ($id: ID!, $step: Int!, $grant: GrantWindowInput) {
      approveAccessRequest(id: $id, step: $step, comment: "fine", grant: $grant) { ${decision} } }`,
    { id, step, grant },
  );
  return at(decided, 'approveAccessRequest');
}

/** What an administrator sees of Ana: what she may do, and which roles she holds. */
async function seenOf(person: string): Promise<unknown> {
  const seen = await say(
    'ada',
    `{ user(id: "${person}@example.com") { accessTo(target: ${TARGET}) roles { id }
      timeBoxedRoles { role { name } window { type start end } request { id } } } }`,
  );
  return at(seen, 'user');
}

/** What stands in Ana's requests, seen from her, from the role and from the workflow: each as `id: what became of it`. */
async function seenFrom(workflowId: string): Promise<unknown> {
  const seen = await say(
    'ada',
    `{ user(id: "ana@example.com") { requests { ...story } }
      role(id: "deployer") { pendingRequests { ...story } activeRequests { ...story } }
      roleWorkflow(id: "${workflowId}") { requests { ...story } } }
    fragment story on AccessRequestConnection { nodes {
      id status revocation { at } steps { approvals { decision } } } }`,
  );
  const stories = (...path: readonly string[]) =>
    listAt(seen, ...path, 'nodes').map((request) => {
      const steps = listAt(request, 'steps').map((step) => at(step, 'approvals', 0, 'decision'));
      const state = at(request, 'revocation') === null ? at(request, 'status') : 'REVOKED';
      return `${at(request, 'id')}: ${state} (${steps.join(', ')})`;
    });
  const user = stories('user', 'requests');
  expect(stories('roleWorkflow', 'requests')).toEqual(user);
  return {
    all: user,
    pending: stories('role', 'pendingRequests'),
    active: stories('role', 'activeRequests'),
  };
}

test('from request to revocation, as three people, over GraphQL only', async () => {
  // An administrator, made over REST as there is nobody yet, prepares all the rest over GraphQL.
  await stack.call('PUT', '/api/users/ada@example.com', { name: 'Ada', roles: ['ADMIN'] });
  const prepared = await say(
    'ada',
    `mutation {
      deployer: createRole(id: "deployer", input: { permissions: [] }) { userErrors { message } }
      lead: createRole(id: "lead", input: { permissions: [] }) { userErrors { message } }
      security: createRole(id: "security", input: { permissions: [] }) { userErrors { message } }
      ana: upsertUser(id: "ana@example.com", input: { name: "Ana", roleIds: ["WORKER"] }) { userErrors { message } }
      ben: upsertUser(id: "ben@example.com", input: { name: "Ben", roleIds: ["lead"] }) { userErrors { message } }
      cas: upsertUser(id: "cas@example.com", input: { name: "Cas", roleIds: ["security"] }) { userErrors { message } }
      grantPermissions(input: { subject: { role: "deployer" }, target: ${TARGET}, access: [EXECUTE] }) {
        userErrors { message } }
      createRoleWorkflow(input: { name: "Deployers", grantTypes: [TIME_RESTRICTED], maxTimeRestrictedDays: 2,
        targetRoles: [{ name: "deployer" }], requiresJustification: true, canBypassRevokeWorkflow: true,
        steps: [{ name: "lead", match: ANY, approverRoles: [{ name: "lead" }] },
          { name: "security", match: ANY, approverRoles: [{ name: "security" }] }] }) {
        roleWorkflow { id } userErrors { message field } } }`,
  );
  const workflowId = textAt(prepared, 'createRoleWorkflow', 'roleWorkflow', 'id');

  // Without a reason, nothing comes of it.
  const unreasoned = await say(
    'ana',
    `mutation { createAccessRequest(input: { role: { name: "deployer" } }) {
      accessRequest { id } userErrors { code } } }`,
  );
  expect(at(unreasoned, 'createAccessRequest')).toEqual({
    accessRequest: null,
    userErrors: [{ code: 'INVALID_INPUT' }],
  });

  // The first approver approves, the second denies.
  const first = await ask('ana');
  const asked = `${first}: WAITING (WAITING, WAITING)`;
  expect(await seenFrom(workflowId)).toEqual({ all: [asked], pending: [asked], active: [] });
  const waiting = '{ viewer { requestsToDecide { nodes { id } } } }';
  expect(await say('ben', waiting)).toEqual({ viewer: { requestsToDecide: { nodes: [{ id: first }] } } });
  expect(await say('cas', waiting)).toEqual({ viewer: { requestsToDecide: { nodes: [] } } });
  expect(await approve('ben', first, 0)).toMatchObject({ accessRequest: { status: 'WAITING' } });
  expect(await say('cas', waiting)).toEqual({ viewer: { requestsToDecide: { nodes: [{ id: first }] } } });
  const half = `${first}: WAITING (APPROVED, WAITING)`;
  expect(await seenFrom(workflowId)).toEqual({ all: [half], pending: [half], active: [] });
  const denied = await say(
    'cas',
    `mutation { denyAccessRequest(id: "${first}", step: 1, comment: "not today") { ${decision} } }`,
  );
  expect(at(denied, 'denyAccessRequest')).toMatchObject({
    accessRequest: {
      status: 'DENIED',
      steps: [{ approvals: [{ decision: 'APPROVED' }] }, { approvals: [{ decision: 'DENIED' }] }],
    },
    userErrors: [],
  });
  expect(await seenOf('ana')).toEqual({ accessTo: [], roles: [{ id: 'WORKER' }], timeBoxedRoles: [] });
  const no = `${first}: DENIED (APPROVED, DENIED)`;
  expect(await seenFrom(workflowId)).toEqual({ all: [no], pending: [], active: [] });

  // She asks again. Both approve, the second for one hour instead of three.
  const second = await ask('ana');
  const hour = { type: 'TIME_RESTRICTED', start: new Date(clock), end: new Date(clock + HOUR) };
  expect(await approve('ben', second, 0)).toMatchObject({ userErrors: [] });
  expect(await approve('cas', second, 1, hour)).toMatchObject({
    accessRequest: { status: 'APPROVED' },
    userErrors: [],
  });
  const window = {
    type: 'TIME_RESTRICTED',
    start: new Date(clock).toISOString(),
    end: new Date(clock + HOUR).toISOString(),
  };
  expect(await seenOf('ana')).toEqual({
    accessTo: ['EXECUTE'],
    roles: [{ id: 'WORKER' }, { id: 'deployer' }],
    timeBoxedRoles: [{ role: { name: 'deployer' }, window, request: { id: second } }],
  });

  // All that was said can be seen from user, role and workflow.
  const yes = `${second}: APPROVED (APPROVED, APPROVED)`;
  expect(await seenFrom(workflowId)).toEqual({ all: [no, yes], pending: [], active: [yes] });
  const story = 'nodes { id status granted { end } steps { approvals { user { name } decision comment } } }';
  const seen = await say(
    'ada',
    `{ user(id: "ana@example.com") { requests { ${story} } }
      role(id: "deployer") { workflows { id } pendingRequests { totalCount } activeRequests { ${story} } }
      roleWorkflow(id: "${workflowId}") { requests { ${story} } all: requests(first: 1) { totalCount }
        denied: requests(status: DENIED) { nodes { id } } } }`,
  );
  const approved = {
    id: second,
    status: 'APPROVED',
    granted: { end: window.end },
    steps: [
      { approvals: [{ user: { name: 'Ben' }, decision: 'APPROVED', comment: 'fine' }] },
      { approvals: [{ user: { name: 'Cas' }, decision: 'APPROVED', comment: 'fine' }] },
    ],
  };
  expect(seen).toMatchObject({
    user: { requests: { nodes: [{ id: first, status: 'DENIED', granted: null }, approved] } },
    role: {
      workflows: [{ id: workflowId }],
      pendingRequests: { totalCount: 0 },
      activeRequests: { nodes: [approved] },
    },
    roleWorkflow: {
      requests: { nodes: [{ id: first }, approved] },
      all: { totalCount: 2 },
      denied: { nodes: [{ id: first }] },
    },
  });
  const own = '{ viewer { requests { nodes { id status } } timeBoxedRoles { role { name } } } }';
  expect(await say('ana', own)).toEqual({
    viewer: {
      requests: {
        nodes: [
          { id: first, status: 'DENIED' },
          { id: second, status: 'APPROVED' },
        ],
      },
      timeBoxedRoles: [{ role: { name: 'deployer' } }],
    },
  });

  // The hour passes, and the role is gone.
  clock += HOUR + 1000;
  expect(await seenOf('ana')).toEqual({ accessTo: [], roles: [{ id: 'WORKER' }], timeBoxedRoles: [] });
  expect(await seenFrom(workflowId)).toEqual({ all: [no, yes], pending: [], active: [] });

  // A third time, and an approver takes it back before its time.
  const third = await ask('ana');
  await approve('ben', third, 0);
  await approve('cas', third, 1);
  expect(await seenOf('ana')).toMatchObject({ accessTo: ['EXECUTE'] });
  const revoked = await say(
    'cas',
    `mutation { revokeRequestedRole(id: "${third}") {
      accessRequest { revocation { by { name } at } } userErrors { message } } }`,
  );
  expect(at(revoked, 'revokeRequestedRole')).toEqual({
    accessRequest: { revocation: { by: { name: 'Cas' }, at: new Date(clock).toISOString() } },
    userErrors: [],
  });
  expect(await seenOf('ana')).toEqual({ accessTo: [], roles: [{ id: 'WORKER' }], timeBoxedRoles: [] });
  const taken = `${third}: REVOKED (APPROVED, APPROVED)`;
  expect(await seenFrom(workflowId)).toEqual({ all: [no, yes, taken], pending: [], active: [] });
});
