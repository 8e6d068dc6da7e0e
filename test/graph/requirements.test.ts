import { getNamedType, isInterfaceType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildSchema } from '../../src/gateway/schema.ts';
import { listAt, textAt } from '../support/graphql-answer.ts';
import { type Stack, startStack } from '../support/start-stack.ts';
import { buildWorld, type World } from '../support/world.ts';

let stack: Stack;
let world: World;
/** Names of the permissions that custom roles can have. */
let onOffer: readonly string[];
/** Names of a role for each permission that only system roles have. */
const systemRoles = new Map<string, string>();

beforeAll(async () => {
  stack = await startStack();
  world = await buildWorld(stack);
  await stack.call('POST', `/api/groups/empty/users/app:${world.billing}`);
  const offered = await stack.data('{ permissionCatalog { names } }');
  onOffer = listAt(offered, 'permissionCatalog').flatMap((resource) =>
    listAt(resource, 'names').map((name) => String(name)),
  );
  const roles = await stack.data(
    '{ roles(first: 100, kind: SYSTEM) { nodes { id permissions { names } } } }',
  );
  for (const role of listAt(roles, 'roles', 'nodes')) {
    // That one stands alone.
    if (['ADMIN', 'USER_READ_ONLY'].includes(textAt(role, 'id'))) continue;
    for (const name of listAt(role, 'permissions').flatMap((one) => listAt(one, 'names'))) {
      if (!onOffer.includes(String(name))) systemRoles.set(String(name), textAt(role, 'id'));
    }
  }
});
afterAll(() => stack.stop());

/** Sets of permissions, each of which is enough; none: the role ADMIN alone is. */
type Ways = readonly (readonly string[])[];

/** A word that is the name of a permission: `READ_USER`, `workflows-view`. */
const PERMISSION = /\b(?:[A-Z]+_[A-Z_]+|[a-z]+-[a-z-]+)\b/g;

/** Reads what a description says that a field requires; null where that is not a role or a permission. */
function waysOf(description: string): Ways | null {
  const [, required] = /Requires ((?:the role ADMIN|one of the permissions)[^.:;]*)/.exec(description) ?? [];
  if (required === undefined) return null;
  const names = required.match(PERMISSION) ?? [];
  if (required.includes('one of the')) return names.map((name) => [name]);
  return names.length > 0 ? [names] : [];
}

/** What every field of the schema says that it requires. */
function requirements(): ReadonlyMap<string, Ways> {
  const types = Object.values(buildSchema().getTypeMap());
  const fields = types.filter((type) => isObjectType(type) || isInterfaceType(type));
  return new Map(
    fields.flatMap((type) =>
      Object.values(type.getFields()).flatMap((field) => {
        expect(getNamedType(field.type)).toBeDefined();
        const ways = waysOf((field.description ?? '').replaceAll(/\s+/g, ' '));
        return ways ? [[`${type.name}.${field.name}`, ways] as const] : [];
      }),
    ),
  );
}

/** A document that asks for one field, and what else its caller needs to come so far. */
interface Asked {
  readonly document: (world: World) => string;
  readonly with?: readonly string[];
}

const ask = (document: string): Asked => ({ document: () => document });
const write = (field: string): Asked => ask(`mutation { ${field} }`);
const ofBilling = (selection: string): Asked => ({
  document: ({ billing }) => `{ application(by: {id: "${billing}"}) { ${selection} } }`,
  with: ['READ_APPLICATION'],
});
const writeConfig = (field: string): Asked => ({
  document: ({ billing }) => `mutation { ${field.replace('BILLING', billing)} }`,
  with: ['UPDATE_APPLICATION'],
});
const TARGET = '{type: WORKFLOW_DEF, id: "orders"}';
const PAYLOAD = '{ userErrors { code } }';
const WORKFLOW =
  '{name: "Anything at all", targetRoles: [{name: "auditor"}], steps: [{name: "first", match: ANY, approverRoles: [{name: "auditor"}]}]}';

const FIELDS: Readonly<Record<string, Asked>> = {
  'User.grants': ask('{ user(id: "cy@example.com") { grants { access } } }'),
  'User.accessTo': ask(`{ user(id: "cy@example.com") { accessTo(target: ${TARGET}) } }`),
  'User.requestsToDecide': ask('{ user(id: "bob@example.com") { requestsToDecide { totalCount } } }'),
  'User.timeBoxedRoles': ask('{ user(id: "bob@example.com") { timeBoxedRoles { role { id } } } }'),
  'User.effectivePermissions': ask('{ user(id: "bob@example.com") { effectivePermissions { totalCount } } }'),
  'Group.members': ask('{ group(id: "eng") { members { totalCount } } }'),
  'Group.grants': ask('{ group(id: "eng") { grants { access } } }'),
  'Group.effectivePermissions': ask('{ group(id: "eng") { effectivePermissions { totalCount } } }'),
  'Role.grants': ask('{ role(id: "auditor") { grants { access } } }'),
  'Role.holders': ask('{ role(id: "auditor") { holders { totalCount } } }'),
  'Role.workflows': ask('{ role(id: "auditor") { workflows { id } } }'),
  'Application.roles': ofBilling('roles { id }'),
  'Application.gatewayAuthConfigs': ofBilling('gatewayAuthConfigs { id }'),
  'Application.effectivePermissions': ofBilling('effectivePermissions { totalCount }'),
  'Query.user': ask('{ user(id: "cy@example.com") { name } }'),
  'Query.users': ask('{ users { totalCount } }'),
  'Query.group': ask('{ group(id: "eng") { description } }'),
  'Query.groups': ask('{ groups { totalCount } }'),
  'Query.gatewayAuthConfig': ask('{ gatewayAuthConfig(id: "shop-gateway") { id application { id } } }'),
  'Query.gatewayAuthConfigs': ask('{ gatewayAuthConfigs { id } }'),
  'Query.roleWorkflow': ask('{ roleWorkflow(id: "nope") { name } }'),
  'Query.roleWorkflows': ask('{ roleWorkflows { totalCount } }'),
  'Query.whoCan': ask(`{ whoCan(target: ${TARGET}, access: READ) { people { totalCount } } }`),
  'Query.explain': ask(`{ explain(user: "cy@example.com", target: ${TARGET}, access: READ) { decision } }`),
  'Query.can': ask(
    `{ can(checks: [{user: "cy@example.com", target: ${TARGET}, access: READ}]) { isAllowed } }`,
  ),
  'Query.compare': ask('{ compare(a: {user: "cy@example.com"}, b: {group: "eng"}) { isEnough } }'),
  'Query.whatIf': ask('{ whatIf(changes: [{deleteGroup: "empty"}]) { differences { totalCount } } }'),
  'Query.accessReview': ask('{ accessReview(kinds: [EMPTY_GROUP, REDUNDANT_GRANT]) { csv } }'),
  'Query.accessPlan': ask(
    '{ accessPlan(description: "grants: [{to: \\"user:cy@example.com\\", on: \\"TAG:a:b\\", access: [READ]}]", prune: true) { spared } }',
  ),
  'Query.accessDescription': ask('{ accessDescription }'),
  'Mutation.upsertUser': write(`upsertUser(id: "x", input: {name: "X"}) ${PAYLOAD}`),
  'Mutation.deleteUser': write(`deleteUser(id: "x") ${PAYLOAD}`),
  'Mutation.upsertGroup': write(`upsertGroup(id: "x", input: {description: "X"}) ${PAYLOAD}`),
  'Mutation.deleteGroup': write(`deleteGroup(id: "x") ${PAYLOAD}`),
  'Mutation.addUserToGroup': write(`addUserToGroup(groupId: "eng", userId: "cy@example.com") ${PAYLOAD}`),
  'Mutation.removeUserFromGroup': write(
    `removeUserFromGroup(groupId: "eng", userId: "cy@example.com") ${PAYLOAD}`,
  ),
  'Mutation.addUsersToGroup': write(
    `addUsersToGroup(groupId: "eng", userIds: ["cy@example.com"]) ${PAYLOAD}`,
  ),
  'Mutation.removeUsersFromGroup': write(
    `removeUsersFromGroup(groupId: "eng", userIds: ["cy@example.com"]) ${PAYLOAD}`,
  ),
  'Mutation.createRole': write(`createRole(id: "x", input: {permissions: []}) ${PAYLOAD}`),
  'Mutation.updateRole': write(`updateRole(id: "auditor", input: {permissions: []}) ${PAYLOAD}`),
  'Mutation.deleteRole': write(`deleteRole(id: "auditor") ${PAYLOAD}`),
  'Mutation.grantPermissions': write(
    `grantPermissions(input: {subject: {user: "x"}, target: {type: TAG, id: "a:b"}, access: [READ]}) ${PAYLOAD}`,
  ),
  'Mutation.removePermissions': write(
    `removePermissions(input: {subject: {user: "x"}, target: {type: TAG, id: "a:b"}, access: [READ]}) ${PAYLOAD}`,
  ),
  'Mutation.createApplication': write(`createApplication(input: {name: "x"}) ${PAYLOAD}`),
  'Mutation.createGatewayAuthConfig': writeConfig(
    `createGatewayAuthConfig(id: "x", input: {applicationId: "BILLING", authenticationType: API_KEY}) ${PAYLOAD}`,
  ),
  'Mutation.updateGatewayAuthConfig': writeConfig(
    `updateGatewayAuthConfig(id: "x", input: {applicationId: "BILLING", authenticationType: API_KEY}) ${PAYLOAD}`,
  ),
  'Mutation.deleteGatewayAuthConfig': writeConfig(`deleteGatewayAuthConfig(id: "x") ${PAYLOAD}`),
  'Mutation.createRoleWorkflow': write(`createRoleWorkflow(input: ${WORKFLOW}) ${PAYLOAD}`),
  'Mutation.updateRoleWorkflow': write(`updateRoleWorkflow(id: "nope", input: ${WORKFLOW}) ${PAYLOAD}`),
  'Mutation.deleteRoleWorkflow': write(`deleteRoleWorkflow(id: "nope") ${PAYLOAD}`),
};

/** Fields that no caller comes to who lacks what they require, and those whose words depend on the list of changes. */
const ELSEWHERE = new Set([
  'AccessPath.endsAt',
  'RoleStep.window',
  'UserSnapshot.user',
  'Query.subject',
  'Subscription.groupUpdated',
  'Subscription.userUpdated',
  'Mutation.applyAccessChanges',
]);

/** Whether a permission is another, or has it with it: to change something takes to read it (contract section 3). */
function gives(held: string, permission: string): boolean {
  const [, action, resource] = /^([A-Z]+)_(.*)$/.exec(held) ?? [];
  return held === permission || (action !== 'CREATE' && permission === `READ_${resource}`);
}

let callers = 0;

/** Makes somebody with some permissions, and says whether a document is refused to them. */
async function isRefused(permissions: readonly string[], { document, with: others = [] }: Asked) {
  callers += 1;
  const id = `caller-${callers}@example.com`;
  const held = [...new Set([...permissions, ...others])];
  const own = held.filter((name) => onOffer.includes(name));
  const system = held.flatMap((name) => systemRoles.get(name) ?? []);
  if (own.length > 0) await stack.call('POST', '/api/roles', { name: `role-${callers}`, permissions: own });
  const roles = [...new Set([...(own.length > 0 ? [`role-${callers}`] : []), ...system])];
  await stack.call('PUT', `/api/users/${id}`, { name: 'Caller', roles });
  const { errors } = await stack.query(document(world), { token: await stack.as(id) });
  const codes = errors.map(({ extensions }) => extensions.code);
  expect(codes.filter((code) => !['FORBIDDEN', 'NOT_FOUND'].includes(String(code)))).toEqual([]);
  return codes.includes('FORBIDDEN');
}

const required = [...requirements()];

test('every field that requires a role or a permission is looked at here', () => {
  const named = required.map(([field]) => field).filter((field) => !ELSEWHERE.has(field));
  expect(named.sort()).toEqual(Object.keys(FIELDS).sort());
});

describe('what a description says that a field requires', () => {
  const looked = required.flatMap(([field, ways]) => {
    const asked = FIELDS[field];
    return asked ? [{ field, ways, asked }] : [];
  });

  test.each(looked)('is enough: $field', async ({ ways, asked }) => {
    for (const way of ways)
      expect({ way, isRefused: await isRefused(way, asked) }).toEqual({ way, isRefused: false });
  });

  test.each(looked)('is needed: $field', async ({ ways, asked }) => {
    // Who lacks one permission of each way has none of the ways, whatever else it may do.
    const [first = [], ...others] = ways;
    for (const lacking of first.length > 0 ? first : [null]) {
      const lacks = [lacking, ...others.map(([name]) => name)].filter((name) => typeof name === 'string');
      const held = onOffer.filter((name) => !lacks.some((lacked) => gives(name, lacked)));
      expect({ lacking, isRefused: await isRefused(held, asked) }).toEqual({ lacking, isRefused: true });
    }
  });
});
