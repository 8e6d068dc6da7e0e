import { afterAll, describe, expect, test } from 'vitest';
import { at, codesByPath, listAt } from '../../support/graphql-answer.ts';
import { startStack } from '../../support/start-stack.ts';
import { buildWorld } from '../../support/world.ts';

const stack = await startStack();
const { billing } = await buildWorld(stack);
afterAll(() => stack.stop());

const PERMISSION = 'scope rawTargetType target { id: rawId } access paths { steps { summary } }';
const whatIf = (changes: string) => `{ whatIf(changes: [${changes}]) { changes { summary }
  differences { totalCount nodes { user { id } gains { ${PERMISSION} } losses { ${PERMISSION} } } } } }`;

describe('whatIf', () => {
  test('tells who would gain and lose what, each with the paths that do it, and writes nothing', async () => {
    stack.rest.clear();
    const data = await stack.data(
      whatIf(`{addUserToGroup: {groupId: "ops", userId: "dee@example.com"}},
        {removePermissions: {subject: {group: "eng"}, target: {type: WORKFLOW_DEF, id: "orders"}, access: [READ]}}`),
    );
    expect(stack.rest.log.filter((call) => !call.startsWith('GET '))).toEqual([]);
    expect(at(data, 'whatIf', 'changes')).toEqual([
      { summary: 'add user dee@example.com to group ops' },
      { summary: 'remove READ on WORKFLOW_DEF orders from group eng' },
    ]);
    expect(at(data, 'whatIf', 'differences', 'totalCount')).toBe(2);
    const [cy, dee] = listAt(data, 'whatIf', 'differences', 'nodes');
    expect(cy).toEqual({
      user: { id: 'cy@example.com' },
      gains: [],
      losses: [
        {
          scope: 'TARGET',
          rawTargetType: 'WORKFLOW_DEF',
          target: { id: 'orders' },
          access: ['READ'],
          paths: [
            {
              steps: [
                { summary: 'user cy@example.com is in group eng' },
                { summary: 'group eng was granted READ on WORKFLOW_DEF orders' },
              ],
            },
          ],
        },
      ],
    });
    expect(
      listAt(dee, 'gains').map((gain) => [at(gain, 'scope'), at(gain, 'rawTargetType'), at(gain, 'access')]),
    ).toEqual([
      ['TYPE', 'TASK_DEF', ['READ']],
      ['TYPE', 'WORKFLOW_DEF', ['READ', 'EXECUTE']],
      ['TARGET', 'AUTH_CONFIG', ['READ']],
      ['TARGET', 'ROLE', ['UPDATE']],
      ['TARGET', 'USER', ['READ']],
      ['TARGET', 'WORKFLOW_DEF', ['UPDATE']],
    ]);
    expect(at(dee, 'losses')).toEqual([]);
  });

  test('costs four lists, and for a grant the grants on its target', async () => {
    const cost = await stack.cost(
      whatIf(
        '{grantPermissions: {subject: {role: "WORKER"}, target: {type: SCHEMA, id: "order"}, access: [READ]}}',
      ),
    );
    expect(cost).toEqual([
      'GET /api/applications',
      'GET /api/auth/authorization/SCHEMA/order?groupBy=subject',
      'GET /api/groups',
      'GET /api/roles',
      'GET /api/users?apps=true',
    ]);
  });

  test('finds an application that is there already by the name that a list of changes gives it', async () => {
    const data = await stack.data(
      whatIf(`{createApplication: {name: "billing"}},
        {setTag: {applicationId: "new:billing", key: "team", value: "logistics"}}`),
    );
    const [cy, ...others] = listAt(data, 'whatIf', 'differences', 'nodes');
    expect(others).toEqual([]);
    expect(at(cy, 'user', 'id')).toBe('cy@example.com');
    expect(at(cy, 'losses', 0, 'target', 'id')).toBe(billing);
  });

  test('takes a tag whose key has a colon for what it is', async () => {
    await stack.call('PUT', '/api/users/fay@example.com', { name: 'Fay', roles: [] });
    await stack.call('PUT', `/api/applications/${billing}/tags`, [{ key: 'cost:center', value: '7' }]);
    await stack.call('POST', '/api/auth/authorization', {
      subject: { type: 'USER', id: 'fay@example.com' },
      target: { type: 'TAG', id: 'cost:center:7' },
      access: ['READ'],
    });
    const read = `{ user(id: "fay@example.com") { effectivePermissions(filter: {targetType: APPLICATION}) {
      nodes { paths { steps { ... on TagStep { tag { key value } } } } } } } }`;
    expect(at(await stack.data(read), 'user', 'effectivePermissions', 'nodes')).toEqual([
      { paths: [{ steps: [{}, { tag: { key: 'cost:center', value: '7' } }] }] },
    ]);
    const tag = (kind: string, key: string, value: string) =>
      whatIf(`{${kind}: {applicationId: "${billing}", key: "${key}", value: "${value}"}}`);
    for (const change of [tag('removeTag', 'cost:center', '7'), tag('setTag', 'cost:center', '8')]) {
      const [fay, ...others] = listAt(await stack.data(change), 'whatIf', 'differences', 'nodes');
      expect(others).toEqual([]);
      expect(at(fay, 'losses', 0, 'target', 'id')).toBe(billing);
    }
    for (const change of [tag('removeTag', 'cost', 'center:7'), tag('setTag', 'cost', 'center:8')]) {
      expect(at(await stack.data(change), 'whatIf', 'differences', 'totalCount')).toBe(0);
    }
    await stack.call('DELETE', `/api/applications/${billing}/tags`, [{ key: 'cost:center', value: '7' }]);
  });

  test('foretells nothing of what would be refused, and refuses more than 500 changes', async () => {
    const nothing = await stack.data(
      whatIf(`{addUserToGroup: {groupId: "no such group", userId: "dee@example.com"}},
        {addRole: {holder: {user: "dee@example.com"}, roleId: "NO_SUCH_ROLE"}}, {deleteRole: "ADMIN"}`),
    );
    expect(at(nothing, 'whatIf', 'differences', 'totalCount')).toBe(0);
    const many = Array.from({ length: 501 }, () => '{deleteUser: "x"}').join(', ');
    const refused = await stack.query(`{ whatIf(changes: [${many}]) { isComplete } }`);
    expect(codesByPath(refused)).toEqual(['whatIf: BAD_USER_INPUT']);
  });
});

describe('compare', () => {
  const compare = (a: string, b: string) => `{ compare(a: {${a}}, b: {${b}}) {
    onlyA { scope rawTargetType target { id: rawId } access } onlyB { scope rawTargetType target { id: rawId } access }
    both { scope rawTargetType target { id: rawId } access } changes { kind summary input } isEnough isSmallest } }`;

  test('tells what only one may do, what both may, and the fewest changes that make the second like the first', async () => {
    const data = await stack.data(compare('user: "dee@example.com"', 'user: "cy@example.com"'));
    expect(at(data, 'compare')).toEqual({
      onlyA: [],
      onlyB: expect.arrayContaining([
        { scope: 'TARGET', rawTargetType: 'APPLICATION', target: { id: billing }, access: ['READ'] },
        { scope: 'TARGET', rawTargetType: 'WORKFLOW_DEF', target: { id: 'orders' }, access: ['READ'] },
      ]),
      both: [],
      changes: [
        {
          kind: 'REMOVE_USER_FROM_GROUP',
          summary: 'remove user cy@example.com from group eng',
          input: '{"removeUserFromGroup":{"groupId":"eng","userId":"cy@example.com"}}',
        },
        expect.objectContaining({ kind: 'REMOVE_PERMISSIONS' }),
        expect.objectContaining({ kind: 'REMOVE_PERMISSIONS' }),
      ],
      isEnough: true,
      isSmallest: true,
    });
  });

  test('likens a user to a group by putting it in', async () => {
    const data = await stack.data(compare('group: "ops"', 'user: "dee@example.com"'));
    expect(at(data, 'compare', 'changes')).toEqual([
      {
        kind: 'ADD_USER_TO_GROUP',
        summary: 'add user dee@example.com to group ops',
        input: '{"addUserToGroup":{"groupId":"ops","userId":"dee@example.com"}}',
      },
    ]);
    expect(at(data, 'compare', 'isEnough')).toBe(true);
  });

  test('proposes nothing between somebody and itself, nor anything that the second has as an owner', async () => {
    const self = await stack.data(compare('user: "bob@example.com"', 'user: "bob@example.com"'));
    expect(at(self, 'compare')).toMatchObject({ changes: [], isEnough: true, isSmallest: true });
    const other = await stack.data(compare('user: "dee@example.com"', 'user: "bob@example.com"'));
    expect(at(other, 'compare', 'isEnough')).toBe(false);
  });

  test('likens a group to a user by the role that the user holds through a group', async () => {
    await stack.call('PUT', '/api/groups/watch', { description: 'Watch', roles: ['auditor'] });
    await stack.call('PUT', '/api/users/eve@example.com', { name: 'Eve', roles: [], groups: ['watch'] });
    await stack.call('PUT', '/api/groups/bare', { description: 'Bare', roles: [] });
    const data = await stack.data(compare('user: "eve@example.com"', 'group: "bare"'));
    expect(at(data, 'compare')).toMatchObject({
      changes: [{ summary: 'give role auditor to group bare' }],
      isEnough: true,
      isSmallest: true,
    });
  });

  test('is null where one of the two is not there', async () => {
    const data = await stack.data(compare('user: "nobody"', 'group: "ops"'));
    expect(data).toEqual({ compare: null });
  });
});
