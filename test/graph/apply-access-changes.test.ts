import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { at, listAt, textAt } from '../support/graphql-answer.ts';
import { type QueryOptions, type Stack, startStack } from '../support/start-stack.ts';
import { buildWorld, type World } from '../support/world.ts';

const APPLY = `mutation ($items: [AccessChangeInput!]!, $mode: AccessChangeMode, $dryRun: Boolean, $key: String) {
  applyAccessChanges(items: $items, mode: $mode, dryRun: $dryRun, idempotencyKey: $key) {
    results { status message code lost change { kind summary } }
    undo { summary input }
    isReplay
    userErrors { code message field }
  }
}`;

type Change = Readonly<Record<string, unknown>>;

let stack: Stack;
let world: World;

beforeAll(async () => {
  stack = await startStack();
  world = await buildWorld(stack);
});
afterAll(() => stack.stop());
beforeEach(() => stack.rest.clear());

/** Applies changes that are not refused as a whole. */
async function apply(
  items: readonly Change[],
  variables: Change = {},
  options: Omit<QueryOptions, 'variables'> = {},
) {
  stack.rest.clear();
  const data = await stack.data(APPLY, { ...options, variables: { items, ...variables } });
  expect(at(data, 'applyAccessChanges', 'userErrors')).toEqual([]);
  const undo = listAt(data, 'applyAccessChanges', 'undo');
  return {
    data,
    statuses: listAt(data, 'applyAccessChanges', 'results').map((result) => textAt(result, 'status')),
    undo: undo.map((change) => JSON.parse(textAt(change, 'input')) as Change),
    undoInWords: undo.map((change) => textAt(change, 'summary')),
    calls: stack.rest.log,
  };
}

const writes = (calls: readonly string[]) => calls.filter((call) => !call.startsWith('GET '));
const grant = (id: string, ...access: string[]) => ({
  grantPermissions: { subject: { user: 'dee@example.com' }, target: { type: 'SECRET_NAME', id }, access },
});
const member = (groupId: string, userId: string) => ({ addUserToGroup: { groupId, userId } });
const role = (roleId: string, holder: Change) => ({ addRole: { holder, roleId } });

describe('a list of changes', () => {
  test('is read about first, written by the fewest calls, and undone by what it gives', async () => {
    const items = [
      member('ops', 'cy@example.com'),
      member('empty', 'cy@example.com'),
      member('ops', 'dee@example.com'),
      member('eng', 'cy@example.com'),
      role('auditor', { user: 'DEE@example.com' }),
      role('release-manager', { user: 'dee@example.com' }),
      role('auditor', { group: 'eng' }),
      role('WORKER', { application: world.billing }),
      grant('key', 'READ'),
      grant('key', 'UPDATE'),
    ];
    const { statuses, calls, undo, undoInWords } = await apply(items);
    expect(statuses).toEqual([
      'APPLIED',
      'APPLIED',
      'APPLIED',
      'UNCHANGED',
      'APPLIED',
      'APPLIED',
      'APPLIED',
      'UNCHANGED',
      'APPLIED',
      'APPLIED',
    ]);
    expect(calls.slice(0, 5).toSorted()).toEqual([
      'GET /api/auth/authorization/SECRET_NAME/key?groupBy=subject',
      'GET /api/groups/eng',
      `GET /api/users/app:${world.billing}`,
      'GET /api/users/cy@example.com',
      'GET /api/users/dee@example.com',
    ]);
    expect(calls.slice(5)).toEqual([
      'POST /api/groups/ops/users',
      'POST /api/groups/empty/users/cy@example.com',
      // Roles are replaced as a whole, so they are read once more before that.
      'GET /api/users/dee@example.com',
      'GET /api/groups/eng',
      'PUT /api/users/dee@example.com',
      'PUT /api/groups/eng',
      'POST /api/auth/authorization',
    ]);
    expect(undoInWords).toEqual([
      'remove UPDATE on SECRET_NAME key from user dee@example.com',
      'remove READ on SECRET_NAME key from user dee@example.com',
      'take role auditor from group eng',
      'take role release-manager from user dee@example.com',
      'take role auditor from user dee@example.com',
      'remove user dee@example.com from group ops',
      'remove user cy@example.com from group empty',
      'remove user cy@example.com from group ops',
    ]);

    const state = `{ user(id: "dee@example.com") { roles { id } groups { id } grants { access } }
      group(id: "eng") { roles { id } defaultAccess { access } } }`;
    expect(await stack.data(state)).toEqual({
      user: {
        roles: [{ id: 'WORKER' }, { id: 'auditor' }, { id: 'release-manager' }],
        groups: [{ id: 'ops' }],
        grants: [{ access: ['READ', 'UPDATE'] }],
      },
      group: {
        roles: [{ id: 'METADATA_API' }, { id: 'auditor' }],
        defaultAccess: [{ access: ['READ', 'EXECUTE'] }],
      },
    });

    const again = await apply(items);
    expect({ statuses: [...new Set(again.statuses)], undo: again.undo, writes: writes(again.calls) }).toEqual(
      {
        statuses: ['UNCHANGED'],
        undo: [],
        writes: [],
      },
    );

    expect(new Set((await apply(undo)).statuses)).toEqual(new Set(['APPLIED']));
    expect(await stack.data(state)).toEqual({
      user: { roles: [{ id: 'WORKER' }], groups: [], grants: [] },
      group: { roles: [{ id: 'METADATA_API' }], defaultAccess: [{ access: ['READ', 'EXECUTE'] }] },
    });
  });

  test('may create what its later changes are about, an application by its name, and be undone to the last grant', async () => {
    const items = [
      { upsertRole: { id: 'night-shift', permissions: [{ resource: 'TASK_DEF', actions: ['READ'] }] } },
      { upsertGroup: { id: 'night', description: 'Night shift', roleIds: ['night-shift'] } },
      { upsertUser: { id: 'Eve@example.com', name: 'Eve', groupIds: ['night'] } },
      { createApplication: { name: 'Lamps' } },
      role('WORKER', { application: 'new:Lamps' }),
      { setTag: { applicationId: 'new:Lamps', key: 'team', value: 'night' } },
      member('night', 'app:new:Lamps'),
      {
        grantPermissions: {
          subject: { user: 'app:new:Lamps' },
          target: { type: 'TASK_DEF', id: 'switch' },
          access: ['EXECUTE'],
        },
      },
      {
        grantPermissions: {
          subject: { group: 'night' },
          target: { type: 'APPLICATION', id: 'new:Lamps' },
          access: ['READ'],
        },
      },
    ];
    const { statuses, calls, undo } = await apply(items);
    expect(new Set(statuses)).toEqual(new Set(['APPLIED']));
    const read = `{ applications(filter: {text: "Lamps"}) { nodes { id roles { id } tags { key value }
      user { groups { id } grants { target { id: rawId } access } } asTarget { grants { subject { id } access } } } } }`;
    const data = await stack.data(read);
    const id = textAt(data, 'applications', 'nodes', 0, 'id');
    expect(data).toEqual({
      applications: {
        nodes: [
          {
            id,
            roles: [{ id: 'WORKER' }],
            tags: [{ key: 'team', value: 'night' }],
            user: { groups: [{ id: 'night' }], grants: [{ target: { id: 'switch' }, access: ['EXECUTE'] }] },
            asTarget: { grants: [{ subject: { id: 'night' }, access: ['READ'] }] },
          },
        ],
      },
    });
    expect(writes(calls)).toEqual([
      'POST /api/roles',
      'PUT /api/groups/night',
      'PUT /api/users/eve@example.com',
      'POST /api/applications',
      `POST /api/applications/${id}/roles/WORKER`,
      `PUT /api/applications/${id}/tags`,
      `POST /api/groups/night/users/app:${id}`,
      'POST /api/auth/authorization',
      'POST /api/auth/authorization',
    ]);

    expect(writes((await apply(items)).calls)).toEqual([]);

    await apply(undo);
    const gone = `{ role(id: "night-shift") { id } group(id: "night") { id } user(id: "eve@example.com") { id }
      applications(filter: {text: "Lamps"}) { totalCount } }`;
    expect(await stack.data(gone)).toEqual({
      role: null,
      group: null,
      user: null,
      applications: { totalCount: 0 },
    });
  });
});

test('an application that is named must be there, once', async () => {
  for (const name of ['twin', 'twin']) await stack.call('POST', '/api/applications', { name });
  const named = (id: string) => ({
    grantPermissions: {
      subject: { user: `app:new:${id}` },
      target: { type: 'TASK_DEF', id: 'a' },
      access: ['READ'],
    },
  });
  const items = [named('nobody'), named('twin'), { createApplication: { name: 'twin' } }];
  const { statuses, data, calls } = await apply(items, { mode: 'CONTINUE' });
  expect(statuses).toEqual(['FAILED', 'FAILED', 'FAILED']);
  expect(listAt(data, 'applyAccessChanges', 'results').map((result) => at(result, 'code'))).toEqual([
    'NOT_FOUND',
    'CONFLICT',
    'CONFLICT',
  ]);
  expect(writes(calls)).toEqual([]);
});

test('sixty members of one group cost the list of users and one bulk call', async () => {
  const ids = Array.from({ length: 60 }, (_, index) => `member-${index}@example.com`);
  await Promise.all(ids.map((id) => stack.call('PUT', `/api/users/${id}`, { name: id, roles: [] })));
  const { statuses, calls } = await apply(ids.map((id) => member('empty', id)));
  expect(new Set(statuses)).toEqual(new Set(['APPLIED']));
  expect(calls).toEqual(['GET /api/users?apps=false', 'POST /api/groups/empty/users']);
  const roles = await apply(ids.map((id) => role('WORKER', { user: id })));
  expect(roles.calls.filter((call) => call.startsWith('GET '))).toEqual(['GET /api/users?apps=false']);
  expect(writes(roles.calls)).toHaveLength(60);
});

describe('a failure', () => {
  const items = [
    grant('first', 'READ'),
    role('no-such-role', { user: 'cy@example.com' }),
    member('no-such-group', 'cy@example.com'),
    member('empty', 'nobody@example.com'),
    { upsertUser: { id: 'fay@example.com' } },
    { deleteRole: 'ADMIN' },
    grant('second', 'READ'),
  ];

  test('stops what follows, which nothing was sent of', async () => {
    const { statuses, data, calls } = await apply(items);
    expect(statuses).toEqual(['APPLIED', 'FAILED', ...Array(5).fill('SKIPPED')]);
    expect(at(data, 'applyAccessChanges', 'results', 1)).toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('no-such-role'),
    });
    expect(at(data, 'applyAccessChanges', 'results', 2, 'message')).toBe('A change before it failed.');
    expect(writes(calls)).toEqual(['POST /api/auth/authorization', 'PUT /api/users/cy@example.com']);
  });

  test('stops nothing where that is asked for, and each says what is wrong', async () => {
    const { statuses, data } = await apply(items, { mode: 'CONTINUE' });
    expect(statuses).toEqual(['UNCHANGED', ...Array(5).fill('FAILED'), 'APPLIED']);
    const codes = listAt(data, 'applyAccessChanges', 'results').map((result) => at(result, 'code'));
    expect(codes).toEqual([
      null,
      'INVALID_INPUT',
      'NOT_FOUND',
      'NOT_FOUND',
      'INVALID_INPUT',
      'CONFLICT',
      null,
    ]);
  });
});

test('what is deleted takes the grants on it along, which are read for that and brought back by the undo', async () => {
  const on = {
    subject: { user: 'dee@example.com' },
    target: { type: 'GROUP', id: 'crew' },
    access: ['READ'],
  };
  await apply([{ upsertGroup: { id: 'crew', description: 'Crew' } }, { grantPermissions: on }]);
  const { calls, undo } = await apply([{ deleteGroup: 'crew' }]);
  expect(calls.toSorted()).toEqual([
    'DELETE /api/groups/crew',
    'GET /api/auth/authorization/GROUP/crew?groupBy=subject',
    'GET /api/groups/crew',
    'GET /api/groups/crew/permissions',
    'GET /api/groups/crew/users',
  ]);
  expect(undo.at(-1)).toEqual({ grantPermissions: on });
  await apply([{ upsertGroup: { id: 'crew', description: 'Crew' } }]);
  const path = '/api/auth/authorization/GROUP/crew?groupBy=subject';
  expect(await stack.call('GET', path)).toEqual({});
  await apply(undo);
  expect(Object.values(Object(await stack.call('GET', path)))).toEqual([['READ']]);
  await apply([{ deleteGroup: 'crew' }]);
});

test('a dry run writes nothing, says what would be, and is told by its undo', async () => {
  const items = [
    grant('dry', 'READ'),
    { createApplication: { name: 'Dry' } },
    { deleteUser: 'nobody@example.com' },
  ];
  const { statuses, calls, undoInWords } = await apply(items, { dryRun: true });
  expect(statuses).toEqual(['APPLIED', 'APPLIED', 'UNCHANGED']);
  expect(writes(calls)).toEqual([]);
  expect(undoInWords).toEqual([
    'delete application new:Dry',
    'remove READ on SECRET_NAME dry from user dee@example.com',
  ]);
});

describe('a key', () => {
  test('makes a call once: sent again it makes no call at all, even where the state has changed since', async () => {
    const first = await apply([grant('once', 'READ')], { key: 'k1' });
    await apply([{ removePermissions: grant('once', 'READ').grantPermissions }]);
    const second = await apply([grant('once', 'READ')], { key: 'k1' });
    expect(second.calls).toEqual([]);
    expect({ ...Object(at(second.data, 'applyAccessChanges')), isReplay: false }).toEqual(
      at(first.data, 'applyAccessChanges'),
    );
    expect(at(second.data, 'applyAccessChanges', 'isReplay')).toBe(true);
  });

  test('means nothing to another caller, and stands for one list only', async () => {
    const items = [grant('mine', 'READ')];
    await apply(items, { key: 'k2' });
    const other = await apply(items, { key: 'k2' }, { token: world.token.ada });
    expect(at(other.data, 'applyAccessChanges', 'isReplay')).toBe(false);
    const data = await stack.data(APPLY, { variables: { items: [grant('mine', 'UPDATE')], key: 'k2' } });
    expect(at(data, 'applyAccessChanges')).toMatchObject({
      results: null,
      userErrors: [{ code: 'CONFLICT', field: ['idempotencyKey'] }],
    });
  });

  test('sent twice at the same time makes the writes once', async () => {
    const variables = { items: [grant('twice', 'READ')], key: 'k3' };
    const answers = await Promise.all([stack.data(APPLY, { variables }), stack.data(APPLY, { variables })]);
    expect(answers.map((answer) => at(answer, 'applyAccessChanges', 'isReplay')).toSorted()).toEqual([
      false,
      true,
    ]);
    expect(writes(stack.rest.log)).toEqual(['POST /api/auth/authorization']);
  });
});

test.each([
  ['more than 500 items', { items: Array(501).fill(grant('x', 'READ')) }, 'items'],
  ['an empty key', { items: [], key: '' }, 'idempotencyKey'],
])('%s are refused', async (_, variables, field) => {
  const data = await stack.data(APPLY, { variables });
  expect(at(data, 'applyAccessChanges', 'userErrors')).toMatchObject([
    { code: 'INVALID_INPUT', field: [field] },
  ]);
  expect(stack.rest.log).toEqual([]);
});

test('who may not read what it is about is told so, and nothing is written', async () => {
  const { errors } = await stack.query(APPLY, {
    variables: { items: [member('ops', 'cy@example.com')] },
    token: world.token.cy,
  });
  expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  expect(writes(stack.rest.log)).toEqual([]);
});

test('who has full access to a target may grant on it without being an administrator', async () => {
  const subject = { user: 'dee@example.com' };
  const target = { type: 'APPLICATION', id: world.shipping };
  const items = [{ grantPermissions: { subject, target, access: ['READ'] } }];
  const { statuses, calls } = await apply(items, {}, { token: world.token.bob });
  expect(statuses).toEqual(['APPLIED']);
  expect(calls).toEqual([
    `GET /api/auth/authorization/APPLICATION/${world.shipping}?groupBy=subject`,
    'POST /api/auth/authorization',
  ]);
});

// Last, for tokens of who was deleted are good for nothing afterwards.
test('a list that deletes gives what brings all of it back, and says what nothing brings back', async () => {
  await stack.call('POST', '/api/applications', { name: 'old' });
  const picture = `{ user(id: "bob@example.com") { name roles { id } groups { id } grants { target { rawType id: rawId } access } }
    group(id: "ops") { description roles { id } members { nodes { id } } grants { target { rawType id: rawId } access } }
    role(id: "release-manager") { description permissions { resource actions } holders { nodes { id } } grants { access } }
    applications(filter: {text: "old"}) { totalCount } }`;
  const before = await stack.data(picture);
  const old = textAt(
    await stack.data('{ applications(filter: {text: "old"}) { nodes { id } } }'),
    'applications',
    'nodes',
    0,
    'id',
  );
  const { statuses, undo, data } = await apply([
    { deleteUser: 'bob@example.com' },
    { deleteUser: 'nobody@example.com' },
    { deleteGroup: 'ops' },
    { deleteRole: 'release-manager' },
    { deleteApplication: old },
  ]);
  expect(statuses).toEqual(['APPLIED', 'UNCHANGED', 'APPLIED', 'APPLIED', 'APPLIED']);
  expect(at(data, 'applyAccessChanges', 'results', 4, 'lost')).toBe(
    'Its id, its creator and its access keys cannot be brought back.',
  );
  await apply(undo);
  expect(await stack.data(picture)).toEqual(before);
});
