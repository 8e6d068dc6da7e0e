import { readdir, readFile } from 'node:fs/promises';
import { Kind, parse, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildSchema } from '../../src/gateway/schema.ts';
import { type Stack, startStack } from '../support/start-stack.ts';
import { buildWorld } from '../support/world.ts';

const README = new URL('../../README.md', import.meta.url);
const SCHEMA = new URL('../../schema/', import.meta.url);

/** What the other API serves, the role-workflow engine. */
const WORKFLOW_FILES = /^(role-workflows|access-requests)\.graphql$/;

/** Mutations that make several of the calls in the table, none of their own. */
const COMPOSED = [
  'Mutation.applyAccessChanges',
  'Mutation.applyAccessDescription',
  'Mutation.rotateAccessKey',
];

interface Row {
  /** Number in the index of the wire contract, section 22. */
  readonly number: number;
  /** Name in the REST client that the index is written for. */
  readonly method: string;
  /** Method and path below `/api`; the ids in braces are those of `ids` below. */
  readonly call: string;
  /** The fields and mutations that make the call, as `Type.field`. */
  readonly fields: readonly string[];
  /** An operation that makes it through these fields. Ids in braces are filled in. */
  readonly operation: string;
}

const APPLICATION = 'application { id } userErrors { code }';
const GROUP = 'group { id } userErrors { code }';
const CONFIG = '{applicationId: "{applicationId}", authenticationType: NONE}) { userErrors { code }';
const GRANT =
  '{subject: {user: "{userId}"}, target: {type: {targetType}, id: "{targetId}"}, access: [READ]}) { userErrors { code }';
const KEY = 'applicationId: "{applicationId}", keyId: "{accessKeyId}"';

/** The 49 calls as `number method | call | fields | operation`. */
const ROWS: readonly Row[] = `
1 create_application | POST /applications | Mutation.createApplication | mutation { createApplication(input: {name: "new"}) { ${APPLICATION} } }
2 get_application | GET /applications/{applicationId} | Query.application | { application(by: {id: "{applicationId}"}) { name } }
3 list_applications | GET /applications | Query.applications, User.createdApplications | { applications { nodes { id } } user(id: "{userId}") { createdApplications { id } } }
4 update_application | PUT /applications/{applicationId} | Mutation.updateApplication | mutation { updateApplication(id: "{applicationId}", input: {name: "renamed"}) { ${APPLICATION} } }
5 delete_application | DELETE /applications/{applicationId} | Mutation.deleteApplication | mutation { deleteApplication(id: "{applicationId}") { userErrors { code } } }
6 get_app_by_access_key_id | GET /applications/key/{accessKeyId} | Query.application | { application(by: {accessKeyId: "{accessKeyId}"}) { id } }
7 add_role_to_application_user | POST /applications/{applicationId}/roles/{roleName} | Mutation.addApplicationRole | mutation { addApplicationRole(applicationId: "{applicationId}", roleId: "{roleName}") { ${APPLICATION} } }
8 remove_role_from_application_user | DELETE /applications/{applicationId}/roles/{roleName} | Mutation.removeApplicationRole | mutation { removeApplicationRole(applicationId: "{applicationId}", roleId: "{roleName}") { ${APPLICATION} } }
9 set_application_tags | PUT /applications/{applicationId}/tags | Mutation.setApplicationTags | mutation { setApplicationTags(applicationId: "{applicationId}", tags: [{key: "a", value: "b"}]) { ${APPLICATION} } }
10 get_application_tags | GET /applications/{applicationId}/tags | Application.tags | { application(by: {id: "{applicationId}"}) { tags { key } } }
11 delete_application_tags | DELETE /applications/{applicationId}/tags | Mutation.deleteApplicationTags | mutation { deleteApplicationTags(applicationId: "{applicationId}", tags: [{key: "a", value: "b"}]) { ${APPLICATION} } }
12 create_access_key | POST /applications/{applicationId}/accessKeys | Mutation.createAccessKey | mutation { createAccessKey(applicationId: "{applicationId}") { secret userErrors { code } } }
13 get_access_keys | GET /applications/{applicationId}/accessKeys | Application.accessKeys | { application(by: {id: "{applicationId}"}) { accessKeys { id } } }
14 toggle_access_key_status | POST /applications/{applicationId}/accessKeys/{accessKeyId}/status | Mutation.toggleAccessKeyStatus, Mutation.setAccessKeyStatus | mutation { a: toggleAccessKeyStatus(${KEY}) { userErrors { code } } b: setAccessKeyStatus(${KEY}, status: ACTIVE) { userErrors { code } } }
15 delete_access_key | DELETE /applications/{applicationId}/accessKeys/{accessKeyId} | Mutation.deleteAccessKey | mutation { deleteAccessKey(${KEY}) { userErrors { code } } }
16 upsert_user | PUT /users/{userId} | Mutation.upsertUser | mutation { upsertUser(id: "{userId}", input: {name: "B"}) { userErrors { code } } }
17 get_user | GET /users/{userId} | Query.user | { user(id: "{userId}") { name } }
18 delete_user | DELETE /users/{userId} | Mutation.deleteUser | mutation { deleteUser(id: "{userId}") { userErrors { code } } }
19 list_users | GET /users?apps=true | Query.users, Role.holders | { users(includeApplications: true) { totalCount } role(id: "{roleName}") { holders { totalCount } } }
20 get_granted_permissions_for_user | GET /users/{userId}/permissions | User.grants | { user(id: "{userId}") { grants { access } } }
21 check_permissions | GET /users/{userId}/checkPermissions?type={targetType}&id={targetId} | User.accessTo | { user(id: "{userId}") { accessTo(target: {type: {targetType}, id: "{targetId}"}) } }
22 upsert_group | PUT /groups/{groupId} | Mutation.upsertGroup | mutation { upsertGroup(id: "{groupId}", input: {description: "O"}) { ${GROUP} } }
23 get_group | GET /groups/{groupId} | Query.group | { group(id: "{groupId}") { description } }
24 delete_group | DELETE /groups/{groupId} | Mutation.deleteGroup | mutation { deleteGroup(id: "{groupId}") { userErrors { code } } }
25 list_groups | GET /groups | Query.groups, Role.holders | { groups { totalCount } role(id: "{roleName}") { holders { totalCount } } }
26 get_granted_permissions_for_group | GET /groups/{groupId}/permissions | Group.grants | { group(id: "{groupId}") { grants { access } } }
27 add_user_to_group | POST /groups/{groupId}/users/{userId} | Mutation.addUserToGroup | mutation { addUserToGroup(groupId: "{groupId}", userId: "{userId}") { ${GROUP} } }
28 remove_user_from_group | DELETE /groups/{groupId}/users/{userId} | Mutation.removeUserFromGroup | mutation { removeUserFromGroup(groupId: "{groupId}", userId: "{userId}") { ${GROUP} } }
29 add_users_to_group | POST /groups/{groupId}/users | Mutation.addUsersToGroup | mutation { addUsersToGroup(groupId: "{groupId}", userIds: ["{userId}"]) { ${GROUP} } }
30 remove_users_from_group | DELETE /groups/{groupId}/users | Mutation.removeUsersFromGroup | mutation { removeUsersFromGroup(groupId: "{groupId}", userIds: ["{userId}"]) { ${GROUP} } }
31 get_users_in_group | GET /groups/{groupId}/users | Group.members | { group(id: "{groupId}") { members { totalCount } } }
32 grant_permissions | POST /auth/authorization | Mutation.grantPermissions | mutation { grantPermissions(input: ${GRANT} } }
33 remove_permissions | DELETE /auth/authorization | Mutation.removePermissions | mutation { removePermissions(input: ${GRANT} } }
34 get_permissions | GET /auth/authorization/{targetType}/{targetId}?groupBy=subject | Target.grants | { target(by: {type: {targetType}, id: "{targetId}"}) { grants { access } } }
35 list_all_roles | GET /roles | Query.roles | { roles { totalCount } }
36 list_system_roles | GET /roles/system | Query.roles | { roles(kind: SYSTEM) { totalCount } }
37 list_custom_roles | GET /roles/custom | Query.roles | { roles(kind: CUSTOM) { totalCount } }
38 list_available_permissions | GET /roles/permissions | Query.permissionCatalog | { permissionCatalog { resource } }
39 create_role | POST /roles | Mutation.createRole | mutation { createRole(id: "fresh", input: {permissions: []}) { userErrors { code } } }
40 get_role | GET /roles/{roleName} | Query.role | { role(id: "{roleName}") { description } }
41 update_role | PUT /roles/{roleName} | Mutation.updateRole | mutation { updateRole(id: "{roleName}", input: {permissions: []}) { userErrors { code } } }
42 delete_role | DELETE /roles/{roleName} | Mutation.deleteRole | mutation { deleteRole(id: "{roleName}") { userErrors { code } } }
43 get_user_info_from_token | GET /token/userInfo | Query.viewer | { viewer { id } }
44 generate_token | POST /token | Mutation.generateToken | mutation { generateToken(input: {keyId: "{accessKeyId}", keySecret: "{keySecret}"}) { userErrors { code } } }
45 create_gateway_auth_config | POST /gateway/config/auth | Mutation.createGatewayAuthConfig | mutation { createGatewayAuthConfig(id: "fresh", input: ${CONFIG} } }
46 get_gateway_auth_config | GET /gateway/config/auth/{configId} | Query.gatewayAuthConfig | { gatewayAuthConfig(id: "{configId}") { isPassthrough } }
47 list_gateway_auth_configs | GET /gateway/config/auth | Query.gatewayAuthConfigs, Application.gatewayAuthConfigs | { gatewayAuthConfigs { id } application(by: {id: "{applicationId}"}) { gatewayAuthConfigs { id } } }
48 update_gateway_auth_config | PUT /gateway/config/auth/{configId} | Mutation.updateGatewayAuthConfig | mutation { updateGatewayAuthConfig(id: "{configId}", input: ${CONFIG} } }
49 delete_gateway_auth_config | DELETE /gateway/config/auth/{configId} | Mutation.deleteGatewayAuthConfig | mutation { deleteGatewayAuthConfig(id: "{configId}") { userErrors { code } } }
`
  .trim()
  .split('\n')
  .map((line) => {
    const [, number, method = '', call = '', fields = '', operation = ''] =
      /^(\d+) (\w+) \| (.+?) \| (.+?) \| (.+)$/.exec(line) ?? [];
    return { number: Number(number), method, call, fields: fields.split(', '), operation };
  });

/** What deletes a whole record comes last, and what belongs to another record before that. */
const DELETIONS = [49, 42, 24, 18, 15, 5];
const IN_ORDER = [
  ...ROWS.filter(({ number }) => !DELETIONS.includes(number)),
  ...DELETIONS.flatMap((wanted) => ROWS.filter(({ number }) => number === wanted)),
];

const schema = buildSchema();
let stack: Stack;
let ids: Readonly<Record<string, string>>;

beforeAll(async () => {
  stack = await startStack();
  const { billing, key } = await buildWorld(stack);
  ids = {
    applicationId: billing,
    accessKeyId: key.id,
    keySecret: key.secret,
    userId: 'bob@example.com',
    groupId: 'ops',
    roleName: 'auditor',
    configId: 'shop-gateway',
    targetType: 'TAG',
    targetId: 'a:b',
  };
});
afterAll(() => stack.stop());

const fill = (text: string) => text.replace(/\{(\w+)\}/g, (whole, name: string) => ids[name] ?? whole);

/** Lists the `Type.field` of everything that an operation asks for. */
function fieldsOf(operation: string): ReadonlySet<string> {
  const found = new Set<string>();
  const types = new TypeInfo(schema);
  const Field = () => {
    found.add(`${types.getParentType()?.name}.${types.getFieldDef()?.name}`);
  };
  visit(parse(operation), visitWithTypeInfo(types, { Field }));
  return found;
}

describe('each REST call of the authorization API is made by its field or mutation', () => {
  test('all 49 of them, and no call twice', () => {
    expect(ROWS.map(({ number }) => number)).toEqual(Array.from({ length: 49 }, (_, index) => index + 1));
    expect(new Set(ROWS.map(({ call }) => call)).size).toBe(49);
  });

  test.each(IN_ORDER)('$number $method: $call', async ({ call, fields, operation }) => {
    const document = fill(operation);
    expect([...fieldsOf(document)]).toEqual(expect.arrayContaining([...fields]));
    stack.rest.clear();
    const data = await stack.data(document);
    expect(JSON.stringify(data)).not.toMatch(/"code"|:null/);
    expect(stack.rest.log).toContain(fill(call).replace(' ', ' /api'));
  });
});

test('every mutation of the authorization API is in the table', async () => {
  const sources = await Promise.all(
    (await readdir(SCHEMA))
      .filter((name) => name.endsWith('.graphql') && !WORKFLOW_FILES.test(name))
      .map((name) => readFile(new URL(name, SCHEMA), 'utf8')),
  );
  const mutations = sources
    .flatMap((source) => parse(source).definitions)
    .filter((definition) => definition.kind === Kind.OBJECT_TYPE_EXTENSION)
    .filter(({ name }) => name.value === 'Mutation')
    .flatMap(({ fields = [] }) => fields.map(({ name }) => `Mutation.${name.value}`));
  const covered = ROWS.flatMap(({ fields }) => fields).filter((field) => field.startsWith('Mutation.'));
  expect([...covered, ...COMPOSED].toSorted()).toEqual(mutations.toSorted());
});

// `npx vitest run test/schema/coverage.test.ts -u` writes the table anew.
test('the README shows this table', async () => {
  const lines = ROWS.map(({ number, method, call, fields }) => {
    const shown = fields.map((field) => `\`${field}\``).join(', ');
    return `| ${number} | ${method} | \`${call.replace(/\?.*/, '')}\` | ${shown} |\n`;
  });
  const head =
    '| # | Client method | REST call, below `/api` | Field or mutation |\n| --- | --- | --- | --- |\n';
  const text = await readFile(README, 'utf8');
  const section = /(<!-- coverage:start -->\n).*(<!-- coverage:end -->)/s;
  expect(text).toMatch(section);
  const current = text.replace(section, (_, start, end) => `${start}\n${head}${lines.join('')}\n${end}`);
  await expect(current).toMatchFileSnapshot(README.pathname);
});
