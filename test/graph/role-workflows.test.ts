import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at, codesByPath, textAt } from '../support/graphql-answer.ts';
import { type Stack, startStack } from '../support/start-stack.ts';
import { buildWorld, type World } from '../support/world.ts';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';

let clock = Date.parse('2026-06-01T09:00:00Z');
let stack: Stack;
let world: World;
beforeAll(async () => {
  stack = await startStack({ now: () => clock });
  world = await buildWorld(stack);
});
afterAll(() => stack.stop());

const INPUT = {
  name: 'Release managers',
  comment: 'For those on call',
  action: 'BOTH',
  grantTypes: ['FLOATING', 'PERMANENT'],
  targetRoles: [{ name: 'release-manager' }],
  requesterRoles: [{ name: 'WORKER' }],
  steps: [
    { name: 'first', match: 'ANY', approverRoles: [{ name: 'ADMIN' }] },
    { name: 'second', match: 'ALL', approverRoles: [{ name: 'ADMIN' }, { name: 'auditor' }] },
  ],
  maxActiveRequests: 3,
  maxFloatingHours: 48,
  canBypassRevokeWorkflow: true,
  requiresJustification: true,
};

const PAYLOAD = 'roleWorkflow { id updatedAt } userErrors { code message field }';
const CREATE = `mutation ($input: RoleWorkflowInput!) { createRoleWorkflow(input: $input) { ${PAYLOAD} } }`;
const UPDATE = `mutation ($id: ID!, $input: RoleWorkflowInput!, $ifUpdatedAt: DateTime) {
  updateRoleWorkflow(id: $id, input: $input, ifUpdatedAt: $ifUpdatedAt) {
    roleWorkflow { id name comment updatedAt updatedBy { user { id } } } userErrors { code message field } } }`;

async function create(input: object = {}): Promise<string> {
  const data = await stack.data(CREATE, { variables: { input: { ...INPUT, ...input } } });
  return textAt(data, 'createRoleWorkflow', 'roleWorkflow', 'id');
}

describe('a workflow', () => {
  test('is told in full, with links to living roles and users', async () => {
    const data = await stack.data(CREATE, { variables: { input: INPUT }, token: world.token.ada });
    const id = textAt(data, 'createRoleWorkflow', 'roleWorkflow', 'id');
    const role = (name: string) => ({ name, isDeleted: false, role: { id: name } });
    const found = await stack.data(`{ roleWorkflow(id: "${id}") {
      id name comment action rawAction grantTypes maxActiveRequests maxTimeRestrictedDays maxFloatingHours
      canBypassRevokeWorkflow requiresJustification createdAt updatedAt
      targetRoles { name isDeleted role { id } } requesterRoles { name isDeleted role { id } }
      steps { name match rawMatch approverRoles { name isDeleted role { id } } }
      author { name user { id name } } updatedBy { user { id } } } }`);
    expect(at(found, 'roleWorkflow')).toEqual({
      id,
      name: 'Release managers',
      comment: 'For those on call',
      action: 'BOTH',
      rawAction: 'BOTH',
      grantTypes: ['PERMANENT', 'FLOATING'],
      maxActiveRequests: 3,
      maxTimeRestrictedDays: null,
      maxFloatingHours: 48,
      canBypassRevokeWorkflow: true,
      requiresJustification: true,
      createdAt: new Date(clock).toISOString(),
      updatedAt: new Date(clock).toISOString(),
      targetRoles: [role('release-manager')],
      requesterRoles: [role('WORKER')],
      steps: [
        { name: 'first', match: 'ANY', rawMatch: 'ANY', approverRoles: [role('ADMIN')] },
        { name: 'second', match: 'ALL', rawMatch: 'ALL', approverRoles: [role('ADMIN'), role('auditor')] },
      ],
      author: { name: null, user: { id: 'ada@example.com', name: 'Ada' } },
      updatedBy: { user: { id: 'ada@example.com' } },
    });
  });

  test('can be fetched again by its nodeId', async () => {
    const id = await create();
    const found = await stack.data(`{ roleWorkflow(id: "${id}") { nodeId } }`);
    const nodeId = textAt(found, 'roleWorkflow', 'nodeId');
    expect(await stack.data(`{ node(nodeId: "${nodeId}") { ... on RoleWorkflow { id name } } }`)).toEqual({
      node: { id, name: 'Release managers' },
    });
  });

  test('has the defaults of its input, and no bounds unless they are said', async () => {
    const { name, targetRoles, steps } = INPUT;
    const data = await stack.data(CREATE, { variables: { input: { name, targetRoles, steps } } });
    const id = textAt(data, 'createRoleWorkflow', 'roleWorkflow', 'id');
    expect(
      await stack.data(`{ roleWorkflow(id: "${id}") { comment action grantTypes requesterRoles { name }
        maxActiveRequests maxTimeRestrictedDays maxFloatingHours } }`),
    ).toEqual({
      roleWorkflow: {
        comment: null,
        action: 'GRANT',
        grantTypes: ['PERMANENT'],
        requesterRoles: [],
        maxActiveRequests: 1,
        maxTimeRestrictedDays: null,
        maxFloatingHours: null,
      },
    });
  });

  test('keeps the name of a role that is gone, and links to no other of that name', async () => {
    const role = (id: string) =>
      `mutation { createRole(id: "${id}", input: { permissions: [] }) { role { id } } }`;
    await stack.data(role('short-lived'));
    const id = await create({ targetRoles: [{ name: 'short-lived' }] });
    await stack.data('mutation { deleteRole(id: "short-lived") { deletedId } }');
    const query = `{ roleWorkflow(id: "${id}") { targetRoles { name isDeleted role { id } } } }`;
    const gone = { roleWorkflow: { targetRoles: [{ name: 'short-lived', isDeleted: true, role: null }] } };
    expect(await stack.data(query)).toEqual(gone);
    await stack.data(role('short-lived'));
    expect(await stack.data(query)).toEqual(gone);
    expect(await stack.data('{ role(id: "short-lived") { workflows { id } } }')).toEqual({
      role: { workflows: [] },
    });
  });

  test('is null without an error when there is none', async () => {
    expect(await stack.data(`{ roleWorkflow(id: "${UNKNOWN}") { name } }`)).toEqual({ roleWorkflow: null });
  });

  test('is linked from its roles, by what it can do', async () => {
    await stack.data('mutation { createRole(id: "linked", input: { permissions: [] }) { role { id } } }');
    const targetRoles = [{ name: 'linked' }];
    const grants = await create({ targetRoles, action: 'GRANT' });
    const removes = await create({ targetRoles, action: 'REMOVE' });
    const both = await create({ targetRoles, action: 'BOTH' });
    const ids = (...found: string[]) => found.map((id) => ({ id }));
    expect(
      await stack.data(`{ role(id: "linked") { workflows { id } grant: workflows(action: GRANT) { id }
        remove: workflows(action: REMOVE) { id } } }`),
    ).toEqual({
      role: {
        workflows: ids(grants, removes, both),
        grant: ids(grants, both),
        remove: ids(removes, both),
      },
    });
  });
});

describe('an update', () => {
  test('replaces the whole workflow, and is seen at once', async () => {
    const id = await create();
    const { name: _, comment: __, ...rest } = INPUT;
    const input = { ...rest, name: 'Renamed' };
    const updated = await stack.data(UPDATE, { variables: { id, input }, token: world.token.ada });
    expect(at(updated, 'updateRoleWorkflow')).toMatchObject({
      roleWorkflow: { id, name: 'Renamed', comment: null, updatedBy: { user: { id: 'ada@example.com' } } },
      userErrors: [],
    });
  });

  test('goes through while nobody else wrote', async () => {
    const id = await create();
    const ifUpdatedAt = new Date(clock);
    clock += 1000;
    const updated = await stack.data(UPDATE, { variables: { id, input: INPUT, ifUpdatedAt } });
    expect(at(updated, 'updateRoleWorkflow')).toMatchObject({
      roleWorkflow: { updatedAt: new Date(clock).toISOString() },
      userErrors: [],
    });
  });

  test('is a CONFLICT once somebody else wrote: nothing is written, and the answer has what they wrote', async () => {
    const id = await create();
    const ifUpdatedAt = new Date(clock);
    clock += 1000;
    await stack.data(UPDATE, { variables: { id, input: { ...INPUT, name: 'Theirs' }, ifUpdatedAt } });
    stack.rest.clear();
    const late = await stack.data(UPDATE, {
      variables: { id, input: { ...INPUT, name: 'Ours' }, ifUpdatedAt },
    });
    expect(at(late, 'updateRoleWorkflow')).toMatchObject({
      roleWorkflow: { id, name: 'Theirs', updatedAt: new Date(clock).toISOString() },
      userErrors: [{ code: 'CONFLICT', field: ['ifUpdatedAt'] }],
    });
    expect(stack.rest.log.filter((call) => call.startsWith('PUT'))).toEqual([]);
    expect(await stack.data(`{ roleWorkflow(id: "${id}") { name } }`)).toEqual({
      roleWorkflow: { name: 'Theirs' },
    });
  });

  test('of several at the same moment goes through once; to the others it is a CONFLICT with what it wrote', async () => {
    const id = await create();
    const ifUpdatedAt = new Date(clock);
    clock += 1000;
    const names = ['One', 'Two', 'Three', 'Four'].map((name) => `${name} of four`);
    const payloads = await Promise.all(
      names.map(async (name) => {
        const variables = { id, input: { ...INPUT, name }, ifUpdatedAt };
        return at(await stack.data(UPDATE, { variables }), 'updateRoleWorkflow');
      }),
    );
    const stored = await stack.data(`{ roleWorkflow(id: "${id}") { name } }`);
    const written = textAt(stored, 'roleWorkflow', 'name');
    expect(payloads).toEqual(
      names.map((name) => ({
        roleWorkflow: expect.objectContaining({ name: written }),
        userErrors: name === written ? [] : [expect.objectContaining({ code: 'CONFLICT' })],
      })),
    );
  });
});

describe('what the person at the form can mend', () => {
  const problems = async (document: string, variables: object) => {
    const data = await stack.data(document, { variables: { ...variables } });
    return at(Object.values(Object(data))[0], 'userErrors');
  };

  test.each<[string, object, string, string[]]>([
    ['a name that is too short', { name: 'abc' }, 'INVALID_INPUT', ['input', 'name']],
    ['no steps', { steps: [] }, 'INVALID_INPUT', ['input', 'steps']],
    ['a negative bound', { maxFloatingHours: -1 }, 'INVALID_INPUT', ['input', 'maxFloatingHours']],
    [
      'the key of no role',
      { targetRoles: [{ id: UNKNOWN }] },
      'INVALID_INPUT',
      ['input', 'targetRoles', '0', 'id'],
    ],
    [
      'the name of no role',
      { targetRoles: [{ name: 'release-manager' }, { name: 'nobody' }] },
      'NOT_FOUND',
      ['input', 'targetRoles', '1', 'name'],
    ],
    [
      'the name of no role among approvers',
      { steps: [{ name: 'a', match: 'ANY', approverRoles: [{ name: 'nobody' }] }] },
      'NOT_FOUND',
      ['input', 'steps', '0', 'approverRoles', '0', 'name'],
    ],
  ])('%s', async (_, input, code, field) => {
    const found = await problems(CREATE, { input: { ...INPUT, ...input } });
    expect(found).toMatchObject([{ code, field }]);
  });

  test('a workflow that is not there', async () => {
    const notFound = [{ code: 'NOT_FOUND', field: ['id'] }];
    expect(await problems(UPDATE, { id: UNKNOWN, input: INPUT })).toMatchObject(notFound);
    expect(await problems(UPDATE, { id: UNKNOWN, input: INPUT, ifUpdatedAt: new Date() })).toMatchObject(
      notFound,
    );
    const remove =
      'mutation ($id: ID!) { deleteRoleWorkflow(id: $id) { deletedId userErrors { code field } } }';
    expect(await problems(remove, { id: UNKNOWN })).toMatchObject(notFound);
  });

  test('two selectors for one role are refused before anything is sent', async () => {
    stack.rest.clear();
    const input = { ...INPUT, targetRoles: [{ id: UNKNOWN, name: 'auditor' }] };
    const answer = await stack.query(CREATE, { variables: { input } });
    expect(codesByPath(answer)).toEqual([': BAD_USER_INPUT']);
    expect(stack.rest.log).toEqual([]);
  });
});

describe('a deletion', () => {
  test('takes the workflow away, and leaves its requests', async () => {
    const id = await create({ requesterRoles: [], requiresJustification: false });
    const asked = await stack.data(`mutation { createAccessRequest(input: {
      role: { name: "release-manager" }, workflowId: "${id}" }) { accessRequest { id } userErrors { message } } }`);
    const request = textAt(asked, 'createAccessRequest', 'accessRequest', 'id');
    expect(
      await stack.data(`mutation { deleteRoleWorkflow(id: "${id}") { deletedId userErrors { code } } }`),
    ).toEqual({ deleteRoleWorkflow: { deletedId: id, userErrors: [] } });
    expect(
      await stack.data(`{ roleWorkflow(id: "${id}") { id }
        accessRequest(id: "${request}") { name workflow { id name steps { name } } } }`),
    ).toEqual({
      roleWorkflow: null,
      accessRequest: { name: 'Release managers', workflow: { id, name: null, steps: null } },
    });
  });
});

test('a caller without the permission is told so, at the fields that need it', async () => {
  const token = world.token.dee;
  const id = await create();
  const answer = await stack.query(
    `{ roleWorkflow(id: "${id}") { name } roleWorkflows { totalCount } viewer { id }
      role(id: "auditor") { id workflows { id } } }`,
    { token },
  );
  expect(answer.data).toEqual({
    roleWorkflow: null,
    roleWorkflows: null,
    viewer: { id: 'dee@example.com' },
    role: { id: 'auditor', workflows: null },
  });
  expect(codesByPath(answer)).toEqual([
    'role.workflows: FORBIDDEN',
    'roleWorkflow: FORBIDDEN',
    'roleWorkflows: FORBIDDEN',
  ]);
  const written = await stack.query(`mutation { deleteRoleWorkflow(id: "${id}") { deletedId } }`, { token });
  expect(codesByPath(written)).toEqual(['deleteRoleWorkflow: FORBIDDEN']);
});
