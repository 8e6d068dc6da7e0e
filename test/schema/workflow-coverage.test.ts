import { readFile } from 'node:fs/promises';
import { parse, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildSchema } from '../../src/gateway/schema.ts';
import { textAt } from '../support/graphql-answer.ts';
import { type Stack, startStack } from '../support/start-stack.ts';
import { buildWorld } from '../support/world.ts';

const README = new URL('../../README.md', import.meta.url);
const SCHEMA = ['role-workflows', 'access-requests'].map(
  (name) => new URL(`../../schema/${name}.graphql`, import.meta.url),
);

const WORKFLOW = `{name: "Auditors", targetRoles: [{name: "auditor"}], maxActiveRequests: 9,
  canBypassRevokeWorkflow: true, steps: [{name: "only", match: ANY, approverRoles: [{name: "release-manager"}]}]}`;
const FAULTS = 'userErrors { code }';

/** The calls as `method path | fields | who asks | operation`; ids in braces are those of `ids` below. */
const ROWS = `
GET /workflow-engine/api/v1/workflows | Query.roleWorkflows, Role.workflows | ada | { roleWorkflows { nodes { id } } role(id: "auditor") { workflows { id } } }
POST /workflow-engine/api/v1/workflows | Mutation.createRoleWorkflow | ada | mutation { createRoleWorkflow(input: ${WORKFLOW}) { roleWorkflow { id } ${FAULTS} } }
GET /workflow-engine/api/v1/workflows/{workflowId} | Query.roleWorkflow, AccessRequest.workflow | ada | { roleWorkflow(id: "{workflowId}") { name } accessRequest(id: "{waiting}") { workflow { name } } }
PUT /workflow-engine/api/v1/workflows/{workflowId} | Mutation.updateRoleWorkflow | ada | mutation { updateRoleWorkflow(id: "{workflowId}", input: ${WORKFLOW}) { roleWorkflow { id } ${FAULTS} } }
DELETE /workflow-engine/api/v1/workflows/{spareId} | Mutation.deleteRoleWorkflow | ada | mutation { deleteRoleWorkflow(id: "{spareId}") { deletedId ${FAULTS} } }
GET /workflow-engine/api/v1/requests | Query.accessRequests, RoleWorkflow.requests, Role.pendingRequests, Role.activeRequests, User.requests, User.requestsToDecide, TimeBoxedRole.request | ada | { accessRequests { totalCount } roleWorkflow(id: "{workflowId}") { requests { totalCount } } role(id: "auditor") { pendingRequests { totalCount } activeRequests { totalCount } } viewer { requests { totalCount } requestsToDecide { totalCount } timeBoxedRoles { request { id } } } }
POST /workflow-engine/api/v1/requests | Mutation.createAccessRequest | dee | mutation { createAccessRequest(input: {role: {name: "auditor"}}) { accessRequest { id } ${FAULTS} } }
GET /workflow-engine/api/v1/requests/{waiting} | Query.accessRequest | ada | { accessRequest(id: "{waiting}") { status } }
DELETE /workflow-engine/api/v1/requests/{unwanted} | Mutation.deleteAccessRequest | dee | mutation { deleteAccessRequest(id: "{unwanted}") { deletedId ${FAULTS} } }
POST /workflow-engine/api/v1/requests/{waiting}/decision | Mutation.approveAccessRequest, Mutation.denyAccessRequest, Mutation.decideAccessRequest | bob | mutation { a: approveAccessRequest(id: "{waiting}", step: 0) { ${FAULTS} } b: denyAccessRequest(id: "{second}", step: 0) { ${FAULTS} } c: decideAccessRequest(id: "{third}", input: {step: 0, decision: DENIED}) { ${FAULTS} } }
POST /workflow-engine/api/v1/requests/{waiting}/role/revoke | Mutation.revokeRequestedRole | bob | mutation { revokeRequestedRole(id: "{waiting}") { accessRequest { id } ${FAULTS} } }
POST /workflow-engine/api/v1/requests/search | Query.accessRequests | ada | { accessRequests(filter: {text: "audit"}) { totalCount } }
POST /role-store/api/v1/roles/resolve | Mutation.createRoleWorkflow, Mutation.updateRoleWorkflow, Mutation.createAccessRequest | ada | mutation { createRoleWorkflow(input: ${WORKFLOW}) { ${FAULTS} } updateRoleWorkflow(id: "{workflowId}", input: ${WORKFLOW}) { ${FAULTS} } createAccessRequest(input: {role: {name: "auditor"}}) { ${FAULTS} } }
GET /role-store/api/v1/users/current | Mutation.createAccessRequest, User.requestsToDecide | dee | mutation { createAccessRequest(input: {role: {name: "auditor"}}) { accessRequest { targetUser { user { requestsToDecide { totalCount } } } } ${FAULTS} } }
GET /role-store/api/v1/users/{uuid}/roles | User.timeBoxedRoles, User.requestsToDecide | ada | { user(id: "dee@example.com") { timeBoxedRoles { role { name } } requestsToDecide { totalCount } } }
POST /role-store/api/v1/users/search | User.timeBoxedRoles, User.requestsToDecide | ada | { users { nodes { timeBoxedRoles { role { name } } requestsToDecide { totalCount } } } }`
  .replaceAll(WORKFLOW, WORKFLOW.replace(/\s+/g, ' '))
  .trim()
  .split('\n')
  .map((line) => {
    const [call = '', fields = '', person = '', operation = ''] = line.split(' | ');
    return { call, fields: fields.split(', '), person, operation };
  });

const schema = buildSchema();
let stack: Stack;
let ids: Readonly<Record<string, string>>;

beforeAll(async () => {
  stack = await startStack();
  await buildWorld(stack);
  // Few users are asked about one by one.
  for (let index = 0; index < 10; index += 1) {
    await stack.call('PUT', `/api/users/more-${index}@example.com`, { name: 'More', roles: [] });
  }
  const create = `mutation { createRoleWorkflow(input: ${WORKFLOW}) { roleWorkflow { id } } }`;
  const workflow = async () => textAt(await stack.data(create), 'createRoleWorkflow', 'roleWorkflow', 'id');
  const token = await stack.as('dee@example.com');
  const ask = 'mutation { createAccessRequest(input: {role: {name: "auditor"}}) { accessRequest { id } } }';
  const request = async () =>
    textAt(await stack.data(ask, { token }), 'createAccessRequest', 'accessRequest', 'id');
  ids = {
    workflowId: await workflow(),
    spareId: await workflow(),
    waiting: await request(),
    second: await request(),
    third: await request(),
    unwanted: await request(),
    uuid: textAt(await stack.data('{ viewer { uuid } }', { token }), 'viewer', 'uuid'),
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

describe('each REST call of the workflow engine is made by its field or mutation', () => {
  test('and is listed once', () => {
    expect(new Set(ROWS.map(({ call }) => call)).size).toBe(ROWS.length);
  });

  test.each(ROWS)('$call', async ({ call, fields, person, operation }) => {
    const document = fill(operation);
    expect([...fieldsOf(document)]).toEqual(expect.arrayContaining([...fields]));
    stack.rest.clear();
    const data = await stack.data(document, { token: await stack.as(`${person}@example.com`) });
    expect(JSON.stringify(data)).not.toMatch(/"code"|:null/);
    expect(stack.rest.log.map((made) => made.replace(/\?.*/, ''))).toContain(fill(call));
  });
});

test('every query and mutation of the workflow engine is in the table', async () => {
  const sources = await Promise.all(SCHEMA.map((file) => readFile(file, 'utf8')));
  const roots = sources
    .flatMap((source) => parse(source).definitions)
    .flatMap((definition) =>
      definition.kind === 'ObjectTypeExtension'
        ? (definition.fields ?? []).map((field) => `${definition.name.value}.${field.name.value}`)
        : [],
    );
  expect(roots.length).toBeGreaterThan(10);
  expect(ROWS.flatMap(({ fields }) => fields)).toEqual(expect.arrayContaining(roots));
});

// `npx vitest run test/schema/workflow-coverage.test.ts -u` writes the table anew.
test('the README shows this table', async () => {
  const lines = ROWS.map(({ call, fields }) => {
    const named = call
      .replace(/\{(workflowId|spareId)\}/, '{workflow_id}')
      .replace(/\{(waiting|unwanted|uuid)\}/, '{id}');
    return `| \`${named}\` | ${fields.map((field) => `\`${field}\``).join(', ')} |\n`;
  });
  const head = '| REST call | Field or mutation |\n| --- | --- |\n';
  const text = await readFile(README, 'utf8');
  const section = /(<!-- workflow-coverage:start -->\n).*(<!-- workflow-coverage:end -->)/s;
  expect(text).toMatch(section);
  const current = text.replace(section, (_, start, end) => `${start}\n${head}${lines.join('')}\n${end}`);
  await expect(current).toMatchFileSnapshot(README.pathname);
});
