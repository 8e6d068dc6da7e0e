import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at, codesByPath, listAt, textAt } from '../support/graphql-answer.ts';
import { type Stack, startStack } from '../support/start-stack.ts';
import { buildWorld, type World } from '../support/world.ts';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const HOUR = 3_600_000;

let clock = Date.parse('2026-06-01T09:00:00Z');
let stack: Stack;
let world: World;
let workflowId: string;
/** Dee asks for auditor, which those with release-manager (Bob) decide on. */
beforeAll(async () => {
  stack = await startStack({ now: () => clock });
  world = await buildWorld(stack);
  const made = await stack.data(`mutation { createRoleWorkflow(input: { name: "Auditors", action: BOTH,
    grantTypes: [PERMANENT, TIME_RESTRICTED, FLOATING], maxTimeRestrictedDays: 2, maxFloatingHours: 8,
    maxActiveRequests: 1000, canBypassRevokeWorkflow: true, targetRoles: [{ name: "auditor" }],
    steps: [{ name: "only", match: ANY, approverRoles: [{ name: "release-manager" }] }] }) {
    roleWorkflow { id } userErrors { message } } }`);
  workflowId = textAt(made, 'createRoleWorkflow', 'roleWorkflow', 'id');
});
afterAll(() => stack.stop());

const ASK = `mutation ($input: AccessRequestInput!) { createAccessRequest(input: $input) {
  accessRequest { id } userErrors { code message field } } }`;

async function ask(input: object = {}, token = world.token.dee): Promise<string> {
  const variables = { input: { role: { name: 'auditor' }, ...input } };
  return textAt(await stack.data(ASK, { variables, token }), 'createAccessRequest', 'accessRequest', 'id');
}

async function problems(document: string, variables: Readonly<Record<string, unknown>>, token: string) {
  const data = await stack.data(document, { variables, token });
  return at(Object.values(Object(data))[0], 'userErrors');
}

describe('a request', () => {
  test('is told in full', async () => {
    const id = await ask({ justification: 'audit week', grant: { type: 'FLOATING', floatingHours: 4 } });
    clock += 1000;
    await stack.data(
      `mutation { approveAccessRequest(id: "${id}", step: 0, comment: "have a look",
      grant: { type: FLOATING, floatingHours: 2 }) { userErrors { code } } }`,
      { token: world.token.bob },
    );
    const found = await stack.data(`{ accessRequest(id: "${id}") {
      id name status rawStatus action rawAction justification comment createdAt updatedAt canApproverRevoke
      workflow { id name } requester { name user { id } } targetUser { name user { id } }
      requestedRole { name isDeleted role { id } } revocation { at }
      requested { type rawType start end floatingHours } granted { type rawType start end floatingHours }
      steps { name match rawMatch approvals { role { name } decision rawDecision comment decidedAt
        user { name user { id } } } } } }`);
    const dee = { name: 'Dee', user: { id: 'dee@example.com' } };
    const floating = { type: 'FLOATING', rawType: 'FLOATING', start: null, end: null };
    expect(at(found, 'accessRequest')).toEqual({
      id,
      name: 'Auditors',
      status: 'APPROVED',
      rawStatus: 'APPROVED',
      action: 'GRANT',
      rawAction: 'GRANT',
      justification: 'audit week',
      comment: null,
      createdAt: new Date(clock - 1000).toISOString(),
      updatedAt: new Date(clock).toISOString(),
      canApproverRevoke: true,
      workflow: { id: workflowId, name: 'Auditors' },
      requester: dee,
      targetUser: dee,
      requestedRole: { name: 'auditor', isDeleted: false, role: { id: 'auditor' } },
      revocation: null,
      requested: { ...floating, floatingHours: 4 },
      granted: { ...floating, floatingHours: 2 },
      steps: [
        {
          name: 'only',
          match: 'ANY',
          rawMatch: 'ANY',
          approvals: [
            {
              role: { name: 'release-manager' },
              decision: 'APPROVED',
              rawDecision: 'APPROVED',
              comment: 'have a look',
              decidedAt: new Date(clock).toISOString(),
              user: { name: 'Bob', user: { id: 'bob@example.com' } },
            },
          ],
        },
      ],
    });
    await stack.data(`mutation { revokeRequestedRole(id: "${id}") { userErrors { code } } }`, {
      token: world.token.bob,
    });
  });

  test('can be fetched again by its nodeId', async () => {
    const id = await ask();
    const found = await stack.data(`{ accessRequest(id: "${id}") { nodeId } }`);
    const nodeId = textAt(found, 'accessRequest', 'nodeId');
    expect(await stack.data(`{ node(nodeId: "${nodeId}") { ... on AccessRequest { id status } } }`)).toEqual({
      node: { id, status: 'WAITING' },
    });
  });

  test('is null without an error when there is none, and FORBIDDEN to those who are no part of it', async () => {
    const id = await ask();
    const query = `{ none: accessRequest(id: "${UNKNOWN}") { id } foreign: accessRequest(id: "${id}") { id } }`;
    const answer = await stack.query(query, { token: world.token.cy });
    expect(answer.data).toEqual({ none: null, foreign: null });
    expect(codesByPath(answer)).toEqual(['foreign: FORBIDDEN']);
  });

  test('can be made for another user, by key or by id', async () => {
    const targets = [{ id: 'Cy@Example.com' }, { uuid: textAt(await uuidOf('cy@example.com'), 'uuid') }];
    for (const targetUser of targets) {
      const id = await ask({ targetUser }, world.token.ada);
      expect(
        await stack.data(
          `{ accessRequest(id: "${id}") { requester { user { id } } targetUser { user { id } } } }`,
        ),
      ).toEqual({
        accessRequest: {
          requester: { user: { id: 'ada@example.com' } },
          targetUser: { user: { id: 'cy@example.com' } },
        },
      });
    }
  });

  test('to lose a role grants nothing, and takes it once it is approved', async () => {
    await makeUser('eve', 'auditor');
    const id = await ask({ action: 'REMOVE' }, await stack.as('eve@example.com'));
    const approved = await stack.data(
      `mutation { approveAccessRequest(id: "${id}", step: 0) { accessRequest { action status granted { type } } } }`,
      { token: world.token.bob },
    );
    expect(at(approved, 'approveAccessRequest', 'accessRequest')).toEqual({
      action: 'REMOVE',
      status: 'APPROVED',
      granted: null,
    });
    expect(await stack.data('{ user(id: "eve@example.com") { roles { id } } }')).toEqual({
      user: { roles: [] },
    });
  });

  test('is gone once it is deleted', async () => {
    const id = await ask();
    const gone = await stack.data(
      `mutation { deleteAccessRequest(id: "${id}") { deletedId userErrors { code } } }`,
      { token: world.token.dee },
    );
    expect(gone).toEqual({ deleteAccessRequest: { deletedId: id, userErrors: [] } });
    expect(await stack.data(`{ accessRequest(id: "${id}") { id } }`)).toEqual({ accessRequest: null });
  });
});

describe('a role that is held for a time', () => {
  const approve = async (input: object, token: string) => {
    const id = await ask(input, token);
    const approved = `mutation { approveAccessRequest(id: "${id}", step: 0) { userErrors { code } } }`;
    await stack.data(approved, { token: world.token.bob });
    return id;
  };
  const hours = (from: number, to: number) => ({
    grant: {
      type: 'TIME_RESTRICTED',
      start: new Date(clock + from * HOUR),
      end: new Date(clock + to * HOUR),
    },
  });
  const heldBy = async (name: string) => {
    const query = `{ user(id: "${name}@example.com") { timeBoxedRoles { window { type end } request { id } } } }`;
    return at(await stack.data(query), 'user', 'timeBoxedRoles');
  };
  const inHours = (end: number) => ({
    type: 'TIME_RESTRICTED',
    end: new Date(clock + end * HOUR).toISOString(),
  });

  test('links to the request that gave it, also where a later one gave it for a shorter time', async () => {
    await makeUser('kim');
    const token = await stack.as('kim@example.com');
    const long = await approve(hours(0, 20), token);
    await approve(hours(0, 10), token);
    expect(await heldBy('kim')).toEqual([{ window: inHours(20), request: { id: long } }]);
  });

  test('links to a floating request before its first use and after', async () => {
    await makeUser('lea');
    const token = await stack.as('lea@example.com');
    const id = await approve({ grant: { type: 'FLOATING', floatingHours: 4 } }, token);
    expect(await heldBy('lea')).toEqual([{ window: { type: 'FLOATING', end: null }, request: { id } }]);
    await stack.data('{ viewer { id } }', { token });
    expect(await heldBy('lea')).toEqual([{ window: inHours(4), request: { id } }]);
  });

  test('is among what is active until its hours are over', async () => {
    await makeUser('mia');
    const token = await stack.as('mia@example.com');
    const id = await approve({ grant: { type: 'FLOATING', floatingHours: 4 } }, token);
    const active = async () => {
      const { role } = Object(
        await stack.data(
          '{ role(id: "auditor") { activeRequests(first: 1000) { nodes { id granted { start end } } } } }',
        ),
      );
      return listAt(role, 'activeRequests', 'nodes').find((request) => at(request, 'id') === id);
    };
    expect(await active()).toEqual({ id, granted: { start: null, end: null } });
    await stack.data('{ viewer { id } }', { token });
    const { end } = inHours(4);
    expect(await active()).toEqual({ id, granted: { start: new Date(clock).toISOString(), end } });
    clock += 4 * HOUR;
    expect(await active()).toBeUndefined();
  });

  test('links to no request where it was given past them', async () => {
    await makeUser('max');
    const token = await stack.as('max@example.com');
    const id = await approve(hours(0, 20), token);
    const request = at(await stack.call('GET', `/workflow-engine/api/v1/requests/${id}`), 'requested_role');
    const end = new Date(clock + 30 * HOUR).toISOString();
    await stack.call(
      'PUT',
      `/role-store/api/v1/users/${textAt(await uuidOf('max@example.com'), 'uuid')}/roles`,
      [
        {
          id: at(request, 'id'),
          grant_type: 'TIME_RESTRICTED',
          grant_start: new Date(clock).toISOString(),
          grant_end: end,
        },
      ],
    );
    expect(await heldBy('max')).toEqual([{ window: { type: 'TIME_RESTRICTED', end }, request: null }]);
  });
});

describe('a write to the engine', () => {
  test('shows at once in what the same operation reads from the authorization API', async () => {
    await makeUser('fay');
    const id = await ask({}, await stack.as('fay@example.com'));
    await makeUser('gil', 'ADMIN', 'release-manager');
    const roles = 'accessRequest { targetUser { user { roles { id } } } }';
    const both = await stack.data(
      `mutation {
        before: approveAccessRequest(id: "${id}", step: 7) { userErrors { field } }
        ask: upsertUser(id: "fay@example.com", input: { name: "Fay" }) { user { roles { id } } }
        decideAccessRequest(id: "${id}", input: { step: 0, decision: APPROVED }) { ${roles} } }`,
      { token: await stack.as('gil@example.com') },
    );
    expect(both).toEqual({
      before: { userErrors: [{ field: ['step'] }] },
      ask: { user: { roles: [] } },
      decideAccessRequest: { accessRequest: { targetUser: { user: { roles: [{ id: 'auditor' }] } } } },
    });
  });
});

describe('the lists', () => {
  test('are those of the caller, by scope', async () => {
    await makeUser('hal');
    const token = await stack.as('hal@example.com');
    const waiting = await ask({}, token);
    const denied = await ask({}, token);
    await stack.data(`mutation { denyAccessRequest(id: "${denied}", step: 0) { userErrors { code } } }`, {
      token: world.token.bob,
    });
    const list = (scope: string) =>
      `accessRequests(filter: { scope: ${scope} }, first: 1000) { nodes { id } }`;
    const own = await stack.data(
      `{ mine: ${list('MINE')} waiting: ${list('MINE_WAITING')}
      toApprove: ${list('TO_APPROVE')} }`,
      { token },
    );
    const ids = (...found: string[]) => ({ nodes: found.map((id) => ({ id })) });
    expect(own).toEqual({ mine: ids(waiting, denied), waiting: ids(waiting), toApprove: ids() });
    const deciding = await stack.data(
      `{ all: ${list('TO_APPROVE')} waiting: ${list('TO_APPROVE_WAITING')} }`,
      {
        token: world.token.bob,
      },
    );
    expect(at(deciding, 'all', 'nodes')).toEqual(expect.arrayContaining(ids(waiting, denied).nodes));
    expect(at(deciding, 'waiting', 'nodes')).toEqual(expect.arrayContaining(ids(waiting).nodes));
    expect(at(deciding, 'waiting', 'nodes')).not.toEqual(expect.arrayContaining(ids(denied).nodes));
  });

  test('hold all requests for those who may see them, and are FORBIDDEN to others', async () => {
    const query = '{ accessRequests { totalCount } }';
    expect(await stack.data(query)).toMatchObject({ accessRequests: { totalCount: expect.any(Number) } });
    const answer = await stack.query(query, { token: world.token.dee });
    expect(codesByPath(answer)).toEqual(['accessRequests: FORBIDDEN']);
  });

  test('are searched for words and times, page by page', async () => {
    clock += HOUR;
    const from = new Date(clock).toISOString();
    const first = await ask({ justification: 'Quarterly review' });
    clock += HOUR;
    const second = await ask({ justification: 'quarterly REVIEW, again' });
    const find = (filter: string, page = '') =>
      `accessRequests(filter: { ${filter} }${page}) { nodes { id } totalCount pageInfo { hasNextPage } }`;
    const found = await stack.data(`{
      text: ${find('text: "QUARTERLY"')}
      page: ${find('text: "quarterly"', ', first: 1')}
      times: ${find(`text: "quarterly", createdFrom: "${from}", createdTo: "${from}"`)}
      none: ${find('text: "yearly"')} }`);
    const page = (hasNextPage: boolean, totalCount: number, ...ids: string[]) => ({
      nodes: ids.map((id) => ({ id })),
      totalCount,
      pageInfo: { hasNextPage },
    });
    expect(found).toEqual({
      text: page(false, 2, first, second),
      page: page(true, 2, first),
      times: page(false, 1, first),
      none: page(false, 0),
    });
  });

  test('refuse a cursor of another list, and a page that is too large', async () => {
    const users = await stack.data('{ users(first: 1) { pageInfo { endCursor } } }');
    const cursor = textAt(users, 'users', 'pageInfo', 'endCursor');
    const answer = await stack.query(`{ a: accessRequests(after: "${cursor}") { totalCount }
      b: accessRequests(first: 1001) { totalCount } c: roleWorkflows(first: 0) { totalCount } }`);
    expect(codesByPath(answer)).toEqual(['a: BAD_USER_INPUT', 'b: BAD_USER_INPUT', 'c: BAD_USER_INPUT']);
  });
});

describe('what waits for a decision', () => {
  const WAITING = 'requestsToDecide(first: 1000) { totalCount nodes { id } }';

  test('is the same to an administrator as to those who decide: step by step, role by role', async () => {
    const ids: string[] = [];
    await stack.data(`mutation { createRoleWorkflow(input: { name: "Two steps", maxActiveRequests: 9,
      targetRoles: [{ name: "METADATA_API" }], steps: [
        { name: "all", match: ALL, approverRoles: [{ name: "release-manager" }, { name: "auditor" }] },
        { name: "any", match: ANY, approverRoles: [{ name: "ADMIN" }, { name: "release-manager" }] }] }) {
      userErrors { message } } }`);
    await makeUser('ned', 'auditor');
    const ned = await stack.as('ned@example.com');
    const requests = [
      await ask({ role: { name: 'METADATA_API' } }),
      // For whoever asks, it is nobody's own to decide.
      await ask({ role: { name: 'METADATA_API' } }, ned),
      await ask({ role: { name: 'METADATA_API' }, targetUser: { id: 'bob@example.com' } }, world.token.ada),
    ];
    const people = ['ada', 'bob', 'cy', 'dee', 'ned'].map((name) => `${name}@example.com`);
    const approve = async (step: number, token: string) =>
      stack.data(
        `mutation { approveAccessRequest(id: "${requests[0]}", step: ${step}) { userErrors { message } } }`,
        { token },
      );
    const moves = [
      async () => {},
      () => approve(0, ned),
      () => approve(0, world.token.bob),
      () => approve(1, world.token.ada),
    ];
    for (const move of moves) {
      await move();
      const seen = people.map((id, index) => `u${index}: user(id: "${id}") { ${WAITING} }`);
      const toAdmin = Object.values(Object(await stack.data(`{ ${seen.join(' ')} }`)));
      const toThemselves = await Promise.all(
        people.map(async (id) =>
          at(await stack.data(`{ viewer { ${WAITING} } }`, { token: await stack.as(id) }), 'viewer'),
        ),
      );
      expect(toAdmin).toEqual(toThemselves);
      ids.push(...people.filter((_, index) => JSON.stringify(toAdmin[index]).includes(String(requests[0]))));
    }
    expect(ids).toEqual([
      'bob@example.com',
      'ned@example.com',
      'bob@example.com',
      'ada@example.com',
      'bob@example.com',
    ]);
  });

  test('is FORBIDDEN to those who may not know what the user holds', async () => {
    const query = `{ target(by: { type: GROUP, id: "ops" }) { grants { subject { id ... on User { ${WAITING} } } } } }`;
    const answer = await stack.query(query, { token: world.token.dee });
    expect(answer.data).toEqual({
      target: { grants: [{ subject: { id: 'bob@example.com', requestsToDecide: null } }] },
    });
    expect(codesByPath(answer)).toEqual(['target.grants.0.subject.requestsToDecide: FORBIDDEN']);
  });
});

describe('what the person at the form can mend', () => {
  const window = (days: number) => ({
    type: 'TIME_RESTRICTED',
    start: new Date(clock),
    end: new Date(clock + days * 24 * HOUR),
  });

  test.each<[string, () => object, string, string[] | null]>([
    ['a role of no name', () => ({ role: { name: 'nobody' } }), 'NOT_FOUND', ['input', 'role', 'name']],
    ['the key of no role', () => ({ role: { id: UNKNOWN } }), 'INVALID_INPUT', ['input', 'role', 'id']],
    ['a window that is too long', () => ({ grant: window(3) }), 'INVALID_INPUT', ['input', 'grant', 'end']],
    [
      'a window that ends before it starts',
      () => ({ grant: window(-1) }),
      'INVALID_INPUT',
      ['input', 'grant', 'end'],
    ],
    [
      'too many hours',
      () => ({ grant: { type: 'FLOATING', floatingHours: 9 } }),
      'INVALID_INPUT',
      ['input', 'grant', 'floatingHours'],
    ],
    [
      'a workflow that does not fit',
      () => ({ workflowId: UNKNOWN }),
      'INVALID_INPUT',
      ['input', 'workflowId'],
    ],
  ])('when asking: %s', async (_, input, code, field) => {
    const variables = { input: { role: { name: 'auditor' }, ...input() } };
    expect(await problems(ASK, variables, world.token.dee)).toMatchObject([{ code, field }]);
  });

  test('when asking: a user who is not there', async () => {
    const input = { role: { name: 'auditor' }, targetUser: { id: 'nobody@example.com' } };
    expect(await problems(ASK, { input }, world.token.ada)).toMatchObject([
      { code: 'NOT_FOUND', field: ['input', 'targetUser', 'id'] },
    ]);
  });

  test('when deciding: a step that is not there, a request that does not wait, or is not there', async () => {
    const id = await ask();
    const decide = `mutation ($id: ID!, $input: ApprovalDecisionInput!) {
      decideAccessRequest(id: $id, input: $input) { accessRequest { id } userErrors { code field } } }`;
    const decided = (target: string, step: number) =>
      problems(decide, { id: target, input: { step, decision: 'DENIED' } }, world.token.bob);
    expect(await decided(id, 1)).toEqual([{ code: 'INVALID_INPUT', field: ['input', 'step'] }]);
    expect(await decided(id, 0)).toEqual([]);
    expect(await decided(id, 0)).toMatchObject([{ code: 'INVALID_INPUT' }]);
    expect(await decided(UNKNOWN, 0)).toMatchObject([{ code: 'NOT_FOUND', field: ['id'] }]);
  });

  test('when revoking: a role that was taken back already, a request that is not there', async () => {
    const id = await ask();
    const { bob } = world.token;
    await stack.data(`mutation { approveAccessRequest(id: "${id}", step: 0) { userErrors { code } } }`, {
      token: bob,
    });
    const revoke = `mutation ($id: ID!) { revokeRequestedRole(id: $id) {
      accessRequest { id } userErrors { code field } } }`;
    expect(await problems(revoke, { id }, bob)).toEqual([]);
    expect(await problems(revoke, { id }, bob)).toMatchObject([{ code: 'INVALID_INPUT' }]);
    expect(await problems(revoke, { id: UNKNOWN }, bob)).toEqual([{ code: 'NOT_FOUND', field: ['id'] }]);
  });
});

test('deciding on one’s own request, or without the role for it, is FORBIDDEN', async () => {
  const approve = (id: string) =>
    `mutation { approveAccessRequest(id: "${id}", step: 0) { userErrors { code } } }`;
  const own = await stack.query(approve(await ask({}, world.token.bob)), { token: world.token.bob });
  expect(codesByPath(own)).toEqual(['approveAccessRequest: FORBIDDEN']);
  const other = await stack.query(approve(await ask()), { token: world.token.cy });
  expect(codesByPath(other)).toEqual(['approveAccessRequest: FORBIDDEN']);
});

async function makeUser(name: string, ...roleIds: string[]): Promise<void> {
  await stack.call('PUT', `/api/users/${name}@example.com`, { name, roles: roleIds });
}

async function uuidOf(id: string): Promise<unknown> {
  return at(await stack.data(`{ user(id: "${id}") { uuid } }`), 'user');
}
