import { afterAll, describe, expect, test } from 'vitest';
import { at, codesByPath, listAt, textAt } from '../../support/graphql-answer.ts';
import { startStack } from '../../support/start-stack.ts';
import { buildWorld } from '../../support/world.ts';

const stack = await startStack();
const world = await buildWorld(stack);
afterAll(() => stack.stop());

const { billing, shipping } = world;
const GRANTS = 'GET /api/auth/authorization';
const LISTS = ['GET /api/groups', 'GET /api/roles', 'GET /api/users?apps=true'];
const PATHS = 'paths { access steps { summary } }';

describe('effectivePermissions', () => {
  test('lists each target with all the paths that give access to it', async () => {
    const data =
      await stack.data(`{ user(id: "bob@example.com") { effectivePermissions(filter: {targetType: WORKFLOW_DEF}) {
      totalCount nodes { scope targetType target { id: rawId } group { id } access ${PATHS} } } } }`);
    expect(at(data, 'user', 'effectivePermissions')).toEqual({
      totalCount: 3,
      nodes: [
        {
          scope: 'TYPE',
          targetType: 'WORKFLOW_DEF',
          target: null,
          group: null,
          access: ['READ', 'EXECUTE'],
          paths: [
            path(['READ', 'EXECUTE'], 'user bob@example.com holds role release-manager', MAY_EXECUTE),
            path(['READ'], 'user bob@example.com holds role release-manager', MAY_READ),
            path(['READ', 'EXECUTE'], IN_OPS, 'group ops holds role release-manager', MAY_EXECUTE),
            path(['READ'], IN_OPS, 'group ops holds role release-manager', MAY_READ),
          ],
        },
        {
          scope: 'CREATED_BY_MEMBERS',
          targetType: 'WORKFLOW_DEF',
          target: null,
          group: { id: 'eng' },
          access: ['READ', 'EXECUTE'],
          paths: expect.arrayContaining([
            path(
              ['READ', 'EXECUTE'],
              'user bob@example.com is in group eng',
              'group eng gets access to each WORKFLOW_DEF that a member creates',
            ),
            path(['READ'], 'user bob@example.com holds role release-manager', MAY_READ),
          ]),
        },
        {
          scope: 'TARGET',
          targetType: 'WORKFLOW_DEF',
          target: { id: 'orders' },
          group: null,
          access: ['READ', 'UPDATE', 'EXECUTE'],
          paths: [
            path(
              ['READ', 'EXECUTE'],
              'user bob@example.com was granted READ, EXECUTE on WORKFLOW_DEF orders',
            ),
            path(
              ['READ', 'UPDATE'],
              'user bob@example.com holds role release-manager',
              'role release-manager was granted READ, UPDATE on WORKFLOW_DEF orders',
            ),
            path(
              ['READ'],
              'user bob@example.com is in group eng',
              'group eng was granted READ on WORKFLOW_DEF orders',
            ),
            path(
              ['READ', 'UPDATE'],
              IN_OPS,
              'group ops holds role release-manager',
              'role release-manager was granted READ, UPDATE on WORKFLOW_DEF orders',
            ),
            path(['READ', 'EXECUTE'], 'user bob@example.com holds role release-manager', MAY_EXECUTE),
            path(['READ'], 'user bob@example.com holds role release-manager', MAY_READ),
            path(['READ', 'EXECUTE'], IN_OPS, 'group ops holds role release-manager', MAY_EXECUTE),
            path(['READ'], IN_OPS, 'group ops holds role release-manager', MAY_READ),
          ],
        },
      ],
    });
  });

  test('costs the user, its grants, all roles and applications, two calls for a group and one for a role', async () => {
    const cost = await stack.cost(
      '{ user(id: "bob@example.com") { effectivePermissions { nodes { access } } } }',
    );
    expect(cost).toEqual([
      'GET /api/applications',
      'GET /api/auth/subjects/ROLE/METADATA_API/grants',
      'GET /api/auth/subjects/ROLE/USER/grants',
      'GET /api/auth/subjects/ROLE/release-manager/grants',
      'GET /api/groups/eng',
      'GET /api/groups/eng/permissions',
      'GET /api/groups/ops',
      'GET /api/groups/ops/permissions',
      'GET /api/roles',
      'GET /api/users/bob@example.com',
      'GET /api/users/bob@example.com/permissions',
    ]);
  });

  test('links every step into the graph, tags and ownership among them', async () => {
    const steps = `paths { steps { __typename ... on TagStep { tag { key value } target { entity { ... on Application { name } } } }
      ... on OwnershipStep { user { name } target { id: rawId } } ... on GrantStep { grant { subject { id } target { rawType id: rawId } access } }
      ... on MembershipStep { user { name } group { description } } ... on RoleStep { holder { id } role { id kind } }
      ... on PermissionStep { role { id } permission } ... on AdministrationStep { role { id } }
      ... on DefaultAccessStep { group { id } targetType } } }`;
    const data = await stack.data(`{
      cy: user(id: "cy@example.com") { effectivePermissions(filter: {targetType: APPLICATION, access: READ}) { nodes { target { id: rawId } ${steps} } } }
      bob: user(id: "bob@example.com") { effectivePermissions(filter: {access: DELETE}) { nodes { target { id: rawId } ${steps} } } }
      ada: user(id: "ada@example.com") { effectivePermissions(filter: {access: DELETE}, first: 1) { nodes { scope access ${steps} } } } }`);
    expect(listAt(data, 'cy', 'effectivePermissions', 'nodes')).toContainEqual({
      target: { id: billing },
      paths: [
        {
          steps: [
            {
              __typename: 'GrantStep',
              grant: {
                subject: { id: 'cy@example.com' },
                target: { rawType: 'TAG', id: 'team:payments' },
                access: ['READ'],
              },
            },
            {
              __typename: 'TagStep',
              tag: { key: 'team', value: 'payments' },
              target: { entity: { name: 'billing' } },
            },
          ],
        },
      ],
    });
    expect(at(data, 'bob', 'effectivePermissions', 'nodes')).toEqual([
      {
        target: { id: shipping },
        paths: [
          { steps: [{ __typename: 'OwnershipStep', user: { name: 'Bob' }, target: { id: shipping } }] },
        ],
      },
    ]);
    expect(at(data, 'ada', 'effectivePermissions', 'nodes')).toEqual([
      {
        scope: 'EVERYTHING',
        access: ['CREATE', 'READ', 'UPDATE', 'EXECUTE', 'DELETE'],
        paths: [
          {
            steps: [
              {
                __typename: 'RoleStep',
                holder: { id: 'ada@example.com' },
                role: { id: 'ADMIN', kind: 'SYSTEM' },
              },
              { __typename: 'AdministrationStep', role: { id: 'ADMIN' } },
            ],
          },
        ],
      },
    ]);
  });

  test('of a group, a role and an application are theirs', async () => {
    const data = await stack.data(`{
      group(id: "ops") { effectivePermissions { nodes { target { rawType id: rawId } access } } }
      role(id: "auditor") { effectivePermissions { nodes { scope rawTargetType access ${PATHS} } warnings { code } isComplete } }
      application(by: {id: "${billing}"}) { effectivePermissions { nodes { scope rawTargetType access } } } }`);
    expect(listAt(data, 'group', 'effectivePermissions', 'nodes')).toContainEqual({
      target: { rawType: 'AUTH_CONFIG', id: 'shop-gateway' },
      access: ['READ'],
    });
    expect(at(data, 'role', 'effectivePermissions')).toEqual({
      nodes: [
        {
          scope: 'TYPE',
          rawTargetType: 'AUTH_CONFIG',
          access: ['READ'],
          paths: [path(['READ'], 'role auditor has the permission READ_AUTH_CONFIG')],
        },
      ],
      warnings: [],
      isComplete: true,
    });
    expect(listAt(data, 'application', 'effectivePermissions', 'nodes')).toContainEqual({
      scope: 'TYPE',
      rawTargetType: 'TASK_DEF',
      access: ['READ'],
    });
  });

  test('says what is hidden: origins of definitions, and of a caller who may not read all, applications', async () => {
    await stack.call('POST', '/api/roles', { name: 'reader', permissions: ['READ_USER', 'READ_GROUP'] });
    await stack.call('PUT', '/api/users/dee@example.com', { name: 'Dee', roles: ['reader'] });
    const document = `{ user(id: "bob@example.com") { effectivePermissions { isComplete warnings { code } } }
      everything: user(id: "ada@example.com") { effectivePermissions { isComplete warnings { code } } } }`;
    const complete = { isComplete: true, warnings: [] };
    const lacking = (...codes: string[]) => ({
      isComplete: false,
      warnings: codes.map((code) => ({ code })),
    });
    expect(await stack.data(document)).toEqual({
      user: { effectivePermissions: lacking('ORIGIN_HIDDEN') },
      everything: { effectivePermissions: complete },
    });
    expect(await stack.data(document, { token: world.token.dee })).toEqual({
      user: { effectivePermissions: lacking('ORIGIN_HIDDEN', 'ROLE_GRANTS_HIDDEN', 'APPLICATIONS_HIDDEN') },
      everything: { effectivePermissions: complete },
    });
    await stack.call('PUT', '/api/users/dee@example.com', { name: 'Dee', roles: ['WORKER'] });
  });

  test('is pages of a list, and refused to who may not read users', async () => {
    const page = (after: string) =>
      `{ user(id: "bob@example.com") { effectivePermissions(first: 2${after}) { nodes { scope target { id: rawId } } pageInfo { hasNextPage endCursor } } } }`;
    const first = await stack.data(page(''));
    expect(listAt(first, 'user', 'effectivePermissions', 'nodes')).toHaveLength(2);
    const cursor = String(at(first, 'user', 'effectivePermissions', 'pageInfo', 'endCursor'));
    const second = await stack.data(page(`, after: "${cursor}"`));
    expect(listAt(second, 'user', 'effectivePermissions', 'nodes')[0]).not.toEqual(
      listAt(first, 'user', 'effectivePermissions', 'nodes')[1],
    );
    const refused = await stack.query('{ viewer { id effectivePermissions { totalCount } } }', {
      token: world.token.cy,
    });
    expect(refused.data).toEqual({ viewer: { id: 'cy@example.com', effectivePermissions: null } });
    expect(codesByPath(refused)).toEqual(['viewer.effectivePermissions: FORBIDDEN']);
  });
});

describe('whoCan', () => {
  const holders = '{ nodes { subject { id } paths { access steps { summary } } } }';

  test('lists everybody with the access, expanded to people, and the groups and roles that give it', async () => {
    const data = await stack.data(`{ whoCan(target: {type: WORKFLOW_DEF, id: "orders"}, access: UPDATE) {
      people { nodes { subject { id displayName } } } applications ${holders} groups ${holders} roles ${holders}
      isComplete warnings { code } } }`);
    const update = 'role release-manager was granted READ, UPDATE on WORKFLOW_DEF orders';
    const everybody = ['role ADMIN may do everything'];
    expect(at(data, 'whoCan')).toEqual({
      people: {
        nodes: [
          { subject: { id: 'ada@example.com', displayName: 'Ada' } },
          { subject: { id: 'bob@example.com', displayName: 'Bob' } },
        ],
      },
      applications: {
        nodes: expect.arrayContaining([
          {
            subject: { id: `app:${billing}` },
            paths: [path(['READ', 'UPDATE'], `user app:${billing} holds role release-manager`, update)],
          },
        ]),
      },
      groups: {
        nodes: [
          {
            subject: { id: 'ops' },
            paths: [path(['READ', 'UPDATE'], 'group ops holds role release-manager', update)],
          },
        ],
      },
      roles: {
        nodes: [
          {
            subject: { id: 'ADMIN' },
            paths: [path(['CREATE', 'READ', 'UPDATE', 'EXECUTE', 'DELETE'], ...everybody)],
          },
          { subject: { id: 'release-manager' }, paths: [path(['READ', 'UPDATE'], update)] },
        ],
      },
      isComplete: false,
      warnings: [{ code: 'ORIGIN_HIDDEN' }],
    });
  });

  test('costs three lists and the grants on the target, names of all holders included', async () => {
    const cost = await stack.cost(
      '{ whoCan(target: {type: SECRET_NAME, id: "key"}, access: READ) { people { nodes { subject { displayName } paths { steps { summary } } } } } }',
    );
    expect(cost).toEqual([`${GRANTS}/SECRET_NAME/key?groupBy=subject`, ...LISTS]);
  });

  test('costs for an application one more for all tags, and one for each tag', async () => {
    const document = `{ whoCan(target: {type: APPLICATION, id: "${billing}"}, access: READ) {
      people { nodes { subject { id } } } isComplete } }`;
    expect(await stack.cost(document)).toEqual([
      'GET /api/applications',
      ...[`${GRANTS}/APPLICATION/${billing}`, `${GRANTS}/TAG/team:payments`, `${GRANTS}/TAG/tier:gold`].map(
        (call) => `${call}?groupBy=subject`,
      ),
      ...LISTS,
    ]);
    expect(await stack.data(document)).toEqual({
      whoCan: {
        people: { nodes: [{ subject: { id: 'ada@example.com' } }, { subject: { id: 'cy@example.com' } }] },
        isComplete: true,
      },
    });
  });
});

describe('explain', () => {
  const explain = (user: string, type: string, id: string, access: string, fields: string) =>
    `{ explain(user: "${user}", target: {type: ${type}, id: "${id}"}, access: ${access}) { ${fields} } }`;

  test('allows by all paths, in agreement with the installation', async () => {
    const fields = `decision ${PATHS} nearest { step { summary } } upstreamDecision agreesWithUpstream isComplete mermaid`;
    const data = await stack.data(explain('CY@example.com', 'WORKFLOW_DEF', 'orders', 'READ', fields));
    expect(data).toEqual({
      explain: {
        decision: 'ALLOW',
        paths: [
          path(
            ['READ'],
            'user cy@example.com is in group eng',
            'group eng was granted READ on WORKFLOW_DEF orders',
          ),
        ],
        nearest: [],
        upstreamDecision: 'ALLOW',
        agreesWithUpstream: true,
        isComplete: true,
        mermaid: `flowchart LR
  n0(["USER cy@example.com"])
  n1[["GROUP eng"]]
  n2["WORKFLOW_DEF orders"]
  n0 -- "is in" --> n1
  n1 -- "READ" --> n2`,
      },
    });
  });

  test('denies, and names the links of which one would be enough, those that give least besides first', async () => {
    const fields =
      'decision paths { access } nearest { step { summary } steps { summary } } warnings { code }';
    const data = await stack.data(explain('cy@example.com', 'WORKFLOW_DEF', 'orders', 'UPDATE', fields));
    const update = 'role release-manager was granted READ, UPDATE on WORKFLOW_DEF orders';
    const miss = (...steps: string[]) => ({
      step: { summary: steps[0] },
      steps: steps.map((summary) => ({ summary })),
    });
    expect(data).toEqual({
      explain: {
        decision: 'DENY',
        paths: [],
        nearest: [
          miss('user cy@example.com is in group ops', 'group ops holds role release-manager', update),
          miss('user cy@example.com was granted UPDATE on WORKFLOW_DEF orders'),
          miss('user cy@example.com holds role release-manager', update),
          miss('user cy@example.com holds role ADMIN', 'role ADMIN may do everything'),
        ],
        warnings: [{ code: 'ORIGIN_HIDDEN' }],
      },
    });
  });

  test('tells what creating a definition gave, to the creator and its groups, and the installation agrees', async () => {
    await stack.call('POST', '/api/metadata/workflow', { name: 'made-by-bob' }, world.token.bob);
    const ask = async (user: string, access: string) => {
      const fields = `decision agreesWithUpstream ${PATHS}`;
      return at(await stack.data(explain(user, 'WORKFLOW_DEF', 'made-by-bob', access, fields)), 'explain');
    };
    expect(await ask('bob@example.com', 'DELETE')).toEqual({
      decision: 'ALLOW',
      agreesWithUpstream: true,
      paths: [
        path(
          ['CREATE', 'READ', 'UPDATE', 'EXECUTE', 'DELETE'],
          'user bob@example.com was granted CREATE, READ, UPDATE, EXECUTE, DELETE on WORKFLOW_DEF made-by-bob',
        ),
      ],
    });
    expect(await ask('bob@example.com', 'EXECUTE')).toMatchObject({
      decision: 'ALLOW',
      agreesWithUpstream: true,
      paths: expect.arrayContaining([
        path(
          ['READ', 'EXECUTE'],
          'user bob@example.com is in group eng',
          'group eng was granted READ, EXECUTE on WORKFLOW_DEF made-by-bob',
        ),
      ]),
    });
    expect(await ask('cy@example.com', 'DELETE')).toMatchObject({
      decision: 'DENY',
      agreesWithUpstream: true,
    });
  });

  test('reports where the installation decides otherwise: a creator who was deleted and made again', async () => {
    const eve = { name: 'Eve', roles: ['USER'] };
    await stack.call('PUT', '/api/users/eve@example.com', eve);
    const token = await stack.as('eve@example.com');
    const made = textAt(await stack.call('POST', '/api/applications', { name: 'orphan' }, token), 'id');
    await stack.call('DELETE', '/api/users/eve@example.com');
    await stack.call('PUT', '/api/users/eve@example.com', eve);
    const fields = 'decision upstreamDecision agreesWithUpstream';
    expect(await stack.data(explain('eve@example.com', 'APPLICATION', made, 'DELETE', fields))).toEqual({
      explain: { decision: 'ALLOW', upstreamDecision: 'DENY', agreesWithUpstream: false },
    });
    await stack.call('DELETE', `/api/applications/${made}`);
    await stack.call('DELETE', '/api/users/eve@example.com');
  });

  test('costs the user, two lists and the grants on the target, and one call where the installation is asked', async () => {
    const plain = explain('cy@example.com', 'SECRET_NAME', 'key', 'READ', 'decision mermaid');
    const compared = explain('cy@example.com', 'SECRET_NAME', 'key', 'READ', 'decision agreesWithUpstream');
    const reads = [
      `${GRANTS}/SECRET_NAME/key?groupBy=subject`,
      'GET /api/groups',
      'GET /api/roles',
      'GET /api/users/cy@example.com',
    ];
    expect(await stack.cost(plain)).toEqual(reads);
    expect(await stack.cost(compared)).toEqual([
      ...reads,
      'GET /api/users/cy@example.com/checkPermissions?type=SECRET_NAME&id=key',
    ]);
  });

  test('is null for a user who is not there', async () => {
    expect(await stack.data(explain('nobody', 'SECRET_NAME', 'key', 'READ', 'decision'))).toEqual({
      explain: null,
    });
  });
});

describe('can', () => {
  const check = (user: string, id: string, access: string) =>
    `{user: "${user}", target: {type: WORKFLOW_DEF, id: "${id}"}, access: ${access}}`;
  const ask = (...checks: string[]) => `{ can(checks: [${checks.join(', ')}]) { isAllowed } }`;

  test('answers each question at its place, duplicates and all, with one call for each user and target', async () => {
    const document = ask(
      check('cy@example.com', 'orders', 'READ'),
      check('cy@example.com', 'orders', 'UPDATE'),
      check('bob@example.com', 'orders', 'UPDATE'),
      check('nobody@example.com', 'orders', 'READ'),
      check('CY@example.com', 'orders', 'READ'),
    );
    stack.rest.clear();
    expect(at(await stack.data(document), 'can')).toEqual(
      [true, false, true, null, true].map((isAllowed) => ({ isAllowed })),
    );
    expect(stack.rest.sorted).toEqual(
      ['bob', 'cy', 'nobody'].map(
        (name) => `GET /api/users/${name}@example.com/checkPermissions?type=WORKFLOW_DEF&id=orders`,
      ),
    );
  });

  test('takes a hundred questions, and refuses more', async () => {
    const many = (count: number) =>
      ask(...Array.from({ length: count }, () => check('cy@example.com', 'orders', 'READ')));
    expect(listAt(await stack.data(many(100)), 'can')).toHaveLength(100);
    const refused = await stack.query(many(101));
    expect(codesByPath(refused)).toEqual(['can: BAD_USER_INPUT']);
    expect(refused.errors[0]?.message).toBe('Ask at most 100 questions at once; these are 101.');
  });
});

describe('a target of which nothing is known', () => {
  const codes = (data: unknown, ...path: (string | number)[]) =>
    listAt(data, ...path, 'warnings').map((warning) => at(warning, 'code'));
  const ask = (type: string, id: string) => {
    const target = `{type: ${type}, id: "${id}"}`;
    return stack.data(`{
      whoCan(target: ${target}, access: READ) { isComplete warnings { code } }
      allowed: explain(user: "ada@example.com", target: ${target}, access: READ) { decision warnings { code } }
      denied: explain(user: "dee@example.com", target: ${target}, access: DELETE) { decision warnings { code } }
      can(checks: [{user: "ada@example.com", target: ${target}, access: READ}]) { isAllowed warnings { code } } }`);
  };
  const isWarned = async (type: string, id: string) => {
    const data = await ask(type, id);
    const answers = [['whoCan'], ['allowed'], ['denied'], ['can', 0]].map((path) =>
      codes(data, ...path).includes('TARGET_UNKNOWN'),
    );
    expect(new Set(answers).size).toBe(1);
    return answers[0];
  };

  test.each([
    'WORKFLOW_DEF',
    'SECRET_NAME',
    'APPLICATION',
    'USER',
    'GROUP',
    'ROLE',
    'TAG',
    'AUTH_CONFIG',
    'DOMAIN',
  ])('is told as such: %s', async (type) => {
    expect(await isWarned(type, 'ordres')).toBe(true);
  });

  test.each([
    ['a definition that somebody was granted something on', 'WORKFLOW_DEF', 'orders'],
    ['an application', 'APPLICATION', billing],
    ['a user, in any case', 'USER', 'Dee@example.com'],
    ['the user of an application', 'USER', `app:${billing}`],
    ['a group', 'GROUP', 'empty'],
    ['a role', 'ROLE', 'WORKER'],
    ['a tag that is borne', 'TAG', 'tier:gold'],
    ['a gateway configuration', 'AUTH_CONFIG', 'shop-gateway'],
  ])('is none of these: %s', async (_, type, id) => {
    expect(await isWarned(type, id)).toBe(false);
  });

  test('says nothing of what is hidden, and costs a list only where there are no grants', async () => {
    const data = await ask('APPLICATION', 'ordres');
    expect(at(data, 'whoCan', 'isComplete')).toBe(false);
    expect(codes(data, 'allowed')).toEqual(['TARGET_UNKNOWN']);
    expect(at(await ask('ROLE', 'ordres'), 'whoCan')).toEqual({
      isComplete: true,
      warnings: [{ code: 'TARGET_UNKNOWN' }],
    });
    const whoCan = (id: string) =>
      stack.cost(`{ whoCan(target: {type: AUTH_CONFIG, id: "${id}"}, access: READ) { warnings { code } } }`);
    expect(await whoCan('shop-gateway')).toEqual([
      `${GRANTS}/AUTH_CONFIG/shop-gateway?groupBy=subject`,
      ...LISTS,
    ]);
    expect(await whoCan('shop-gatewai')).toEqual([
      `${GRANTS}/AUTH_CONFIG/shop-gatewai?groupBy=subject`,
      'GET /api/gateway/config/auth',
      ...LISTS,
    ]);
  });
});

const IN_OPS = 'user bob@example.com is in group ops';
const MAY_EXECUTE = 'role release-manager has the permission EXECUTE_WORKFLOW_DEF';
const MAY_READ = 'role release-manager has the permission READ_WORKFLOW_DEF';

function path(access: readonly string[], ...steps: string[]) {
  return { access, steps: steps.map((summary) => ({ summary })) };
}

describe('a user is one target in whatever case:', () => {
  const asked = ['AMY@example.com', 'amy@example.com'];
  test.each(asked)('whoever asks by %s gets one and the same answer', async (id) => {
    const target = `{type: USER, id: "${id}"}`;
    await stack.call('POST', '/api/auth/authorization', {
      subject: { type: 'USER', id: 'bob@example.com' },
      target: { type: 'USER', id: 'amy@example.com' },
      access: ['READ'],
    });
    const data = await stack.data(`{
      can(checks: [{user: "bob@example.com", target: ${target}, access: READ}]) { isAllowed target { id } }
      explain(user: "bob@example.com", target: ${target}, access: READ) { decision agreesWithUpstream target { id } }
      target(by: ${target}) { id grants { id } }
    }`);
    const one = { id: 'USER:amy@example.com' };
    expect(at(data, 'can')).toEqual([{ isAllowed: true, target: one }]);
    expect(at(data, 'explain')).toEqual({ decision: 'ALLOW', agreesWithUpstream: true, target: one });
    expect(at(data, 'target', 'id')).toBe(one.id);
    expect(listAt(data, 'target', 'grants').map((grant) => textAt(grant, 'id'))).toEqual([
      'USER%3Abob%40example.com|USER%3Aamy%40example.com||READ',
    ]);
  });
});
