import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Stack, startStack } from '../support/start-stack.ts';
import { buildWorld, type World } from '../support/world.ts';
import { type Followed, type Inside, startInside } from './in-process.ts';

let stack: Stack;
let world: World;
let inside: Inside;
const followed: Followed[] = [];

beforeAll(async () => {
  stack = await startStack();
  world = await buildWorld(stack);
  inside = startInside(stack.apiUrl);
});
afterEach(async () => {
  await Promise.all(followed.splice(0).map((one) => one.stop()));
});
afterAll(async () => {
  await inside.stop();
  await stack.stop();
});

async function follow(document: string, token = world.token.ada, variables = {}): Promise<Followed> {
  const one = await inside.follow(document, token, variables);
  followed.push(one);
  return one;
}

const act = (document: string, token = world.token.ada) => inside.data(document, token);
const rename = (description: string) =>
  act(`mutation { upsertGroup(id: "ops", input: {description: "${description}"}) { userErrors { code } } }`);

describe('groupUpdated', () => {
  test('shows the group at once, and again when what is selected of it has changed', async () => {
    await rename('Operations');
    const ops = await follow('subscription { groupUpdated(id: "ops") { id description } }');
    expect(await ops.atLeast(1)).toEqual([{ groupUpdated: { id: 'ops', description: 'Operations' } }]);
    await rename('Operators');
    await act(
      'mutation { addUserToGroup(groupId: "ops", userId: "dee@example.com") { userErrors { code } } }',
    );
    await rename('Operations again');
    expect((await ops.atLeast(3)).slice(1)).toEqual([
      { groupUpdated: { id: 'ops', description: 'Operators' } },
      { groupUpdated: { id: 'ops', description: 'Operations again' } },
    ]);
  });

  test('shows members that come and go where they are selected', async () => {
    const ops = await follow('subscription { groupUpdated(id: "ops") { members { totalCount } } }');
    await ops.atLeast(1);
    await act(
      'mutation { removeUserFromGroup(groupId: "ops", userId: "dee@example.com") { userErrors { code } } }',
    );
    expect(await ops.atLeast(2)).toEqual([
      { groupUpdated: { members: { totalCount: 2 } } },
      { groupUpdated: { members: { totalCount: 1 } } },
    ]);
  });

  test('is refused by the first answer to those who may not read groups, and then ends', async () => {
    const { ended } = await follow('subscription { groupUpdated(id: "ops") { id } }', world.token.cy);
    await expect(ended).rejects.toMatchObject({ extensions: { code: 'FORBIDDEN' } });
  });
});

describe('userUpdated', () => {
  const LETTERS = 'id: "eve@example.com"';
  const steps = [
    [
      'a grant to a group of the user',
      'grantPermissions(input: {subject: {group: "readers"}, target: {type: WORKFLOW_DEF, id: "letters"}, access: [READ]})',
      ['READ'],
    ],
    [
      'a role of that group',
      'upsertGroup(id: "readers", input: {description: "Readers", roleIds: ["WRITER"]})',
      ['READ', 'UPDATE'],
    ],
    ['a membership', 'removeUserFromGroup(groupId: "readers", userId: "eve@example.com")', []],
  ] as const;

  test('shows what a user may do anew, whatever change it follows from', async () => {
    await act(`mutation {
      createRole(id: "WRITER", input: {description: "Writers", permissions: [{resource: "AUTH_CONFIG", actions: ["READ"]}]}) { userErrors { code } }
      group: upsertGroup(id: "readers", input: {description: "Readers", roleIds: []}) { userErrors { code } }
      user: upsertUser(${LETTERS}, input: {name: "Eve", roleIds: [], groupIds: ["readers"]}) { userErrors { code } }
      grantPermissions(input: {subject: {role: "WRITER"}, target: {type: WORKFLOW_DEF, id: "letters"}, access: [UPDATE]}) { userErrors { code } }
    }`);
    const eve = await follow(`subscription {
      userUpdated(${LETTERS}) { effectivePermissions { nodes { target { rawId } access } } }
    }`);
    await eve.atLeast(1);
    for (const [index, [what, mutation, access]] of steps.entries()) {
      await act(`mutation { ${mutation} { userErrors { code } } }`);
      const shown = JSON.stringify((await eve.atLeast(index + 2)).at(-1));
      const accessToLetters = /"rawId":"letters"},"access":(\[[^\]]*\])/.exec(shown)?.[1] ?? '[]';
      expect(JSON.parse(accessToLetters), what).toEqual(access);
    }
  });
});

describe('accessChanges', () => {
  test('tells each change in order, with before and after, and who made it', async () => {
    const feed = await follow(`subscription {
      accessChanges {
        at kind action source actor { id } subject { __typename id } target { type id: rawId }
        before { ... on Group { id description } ... on Membership { user { id } } }
        after { ... on Group { id description } ... on Membership { user { id name } group { description } } }
      }
    }`);
    await rename('One');
    await act(
      'mutation { addUserToGroup(groupId: "ops", userId: "Dee@Example.com") { userErrors { code } } }',
    );
    const [renamed, joined] = await feed.atLeast(2);
    const common = { at: expect.any(String), source: 'OBSERVED', actor: { id: 'ada@example.com' } };
    expect(renamed).toEqual({
      accessChanges: {
        ...common,
        kind: 'GROUP',
        action: 'UPDATED',
        subject: { __typename: 'Group', id: 'ops' },
        target: { type: 'GROUP', id: 'ops' },
        before: { id: 'ops', description: 'Operations again' },
        after: { id: 'ops', description: 'One' },
      },
    });
    expect(joined).toEqual({
      accessChanges: {
        ...common,
        kind: 'MEMBERSHIP',
        action: 'CREATED',
        subject: { __typename: 'User', id: 'dee@example.com' },
        target: { type: 'GROUP', id: 'ops' },
        before: null,
        after: { user: { id: 'dee@example.com', name: 'Dee' }, group: { description: 'One' } },
      },
    });
  });

  test('tells nothing of what changed nothing', async () => {
    const feed = await follow('subscription { accessChanges { kind after { __typename } } }');
    await act(
      'mutation { addUserToGroup(groupId: "ops", userId: "dee@example.com") { userErrors { code } } }',
    );
    await rename('One');
    await rename('Two');
    expect(await feed.atLeast(1)).toEqual([
      { accessChanges: { kind: 'GROUP', after: { __typename: 'Group' } } },
    ]);
  });

  test('is taken up again after any of its cursors, without gap or repeat', async () => {
    const feed = await follow(
      'subscription { accessChanges { cursor after { ... on Group { description } } } }',
    );
    for (const name of ['a', 'b', 'c', 'd']) await rename(name);
    const all = await feed.atLeast(4);
    for (const [index, result] of all.entries()) {
      const resumed = await follow(
        'subscription ($after: String) { accessChanges(after: $after) { cursor after { ... on Group { description } } } }',
        world.token.ada,
        { after: (result as { accessChanges: { cursor: string } }).accessChanges.cursor },
      );
      expect(await resumed.atLeast(3 - index)).toEqual(all.slice(index + 1));
    }
  });

  test('tells only what the filter names', async () => {
    const bySubject = await follow(
      'subscription { accessChanges(filter: {subject: {user: "dee@example.com"}}) { kind action } }',
    );
    const byTarget = await follow(
      'subscription { accessChanges(filter: {target: {type: GROUP, id: "empty"}}) { kind action } }',
    );
    const byKind = await follow('subscription { accessChanges(filter: {kinds: [GROUP]}) { kind action } }');
    await act(
      'mutation { removeUserFromGroup(groupId: "ops", userId: "dee@example.com") { userErrors { code } } }',
    );
    await act(
      'mutation { addUserToGroup(groupId: "empty", userId: "cy@example.com") { userErrors { code } } }',
    );
    await rename('filtered');
    await byKind.atLeast(1);
    expect(bySubject.results).toEqual([{ accessChanges: { kind: 'MEMBERSHIP', action: 'DELETED' } }]);
    expect(byTarget.results).toEqual([{ accessChanges: { kind: 'MEMBERSHIP', action: 'CREATED' } }]);
    expect(byKind.results).toEqual([{ accessChanges: { kind: 'GROUP', action: 'UPDATED' } }]);
  });

  test('leaves out what the follower may not read, deleted things among it', async () => {
    const feed = await follow('subscription { accessChanges { kind action } }', world.token.cy);
    await act('mutation { upsertUser(id: "gone@example.com", input: {name: "G"}) { userErrors { code } } }');
    await act('mutation { deleteUser(id: "gone@example.com") { userErrors { code } } }');
    await rename('hidden');
    await act('mutation { createRole(id: "seen", input: {permissions: []}) { userErrors { code } } }');
    expect(await feed.atLeast(1)).toEqual([{ accessChanges: { kind: 'ROLE', action: 'CREATED' } }]);
  });

  test.each([
    'through the gateway',
    'straight at the upstream',
  ])('tells of what a grant alone lets the follower read, and of no later change once it was taken %s', async (way) => {
    const application = await act(
      'mutation { createApplication(input: {name: "granted"}) { application { id } } }',
    );
    const { id } = Object(application).createApplication.application;
    const target = { type: 'APPLICATION', id };
    const body = { subject: { type: 'USER', id: 'cy@example.com' }, target, access: ['READ'] };
    await stack.call('POST', '/api/auth/authorization', body);
    const name = (text: string) =>
      act(`mutation { updateApplication(id: "${id}", input: {name: "${text}"}) { userErrors { code } } }`);
    const feed = await follow(
      `subscription { accessChanges(filter: {kinds: [APPLICATION, ROLE]}) {
          kind after { ... on Application { name } } } }`,
      world.token.cy,
    );
    await name('allowed');
    await feed.atLeast(1);
    if (way === 'through the gateway') {
      await act(`mutation { removePermissions(input: {
          subject: {user: "cy@example.com"}, target: {type: APPLICATION, id: "${id}"}, access: [READ]
        }) { userErrors { code } } }`);
    } else {
      await stack.call('DELETE', '/api/auth/authorization', body);
    }
    await name('forbidden');
    const role = `r-${way.length}`;
    await act(`mutation { createRole(id: "${role}", input: {permissions: []}) { userErrors { code } } }`);
    expect(await feed.atLeast(2)).toEqual([
      { accessChanges: { kind: 'APPLICATION', after: { name: 'allowed' } } },
      { accessChanges: { kind: 'ROLE', after: {} } },
    ]);
  });

  test('refuses cursors that it did not make, and tells where to begin after those of a past it has not', async () => {
    const resume = async (cursor: string) =>
      inside.follow(`subscription { accessChanges(after: "${cursor}") { kind } }`, world.token.ada);
    await expect(resume('nonsense')).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    const other = Buffer.from('change:other:3').toString('base64url');
    const refusal = await resume(other).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ extensions: { code: 'CURSOR_EXPIRED', beginAt: expect.any(String) } });
    const { beginAt } = (refusal as { extensions: { beginAt: string } }).extensions;
    const all = await resume(beginAt);
    followed.push(all);
    expect((await all.atLeast(10)).length).toBeGreaterThanOrEqual(10);
  });
});
