import { at, listAt, textAt } from '../../support/graphql-answer.ts';
import type { Stack } from '../../support/start-stack.ts';

/** A mutation that is made once, and a way to count its effects afterwards, past the gateway. */
export interface Mutation {
  readonly what: string;
  readonly document: string;
  readonly token: string;
  found(): Promise<number>;
}

/** Who makes mutations: somebody who may do everything, and somebody who decides for others. */
export interface Actors {
  readonly admin: string;
  readonly approver: string;
}

type Maker = (stack: Stack, actors: Actors, name: string) => Promise<Mutation>;

const DONE = 'userErrors { code message }';

/** Calls REST past the gateway; null where there is no such thing. */
const find = (stack: Stack, path: string) => stack.call('GET', path).catch(() => null);

const members = async (stack: Stack, path: string, member: string) =>
  listAt(await stack.call('GET', path)).map((item) => at(item, member));

const items = async (stack: Stack, path: string) => listAt(await stack.call('GET', path), 'items');

/** Makers of mutations, one of each kind that may be lost: what they act on is prepared past the gateway. */
export const MAKERS: Readonly<Record<string, Maker>> = {
  createApplication: async (stack, { admin }, name) => ({
    what: `createApplication ${name}`,
    token: admin,
    document: `createApplication(input: { name: "${name}" }) { ${DONE} }`,
    found: async () => (await members(stack, '/api/applications', 'name')).filter((n) => n === name).length,
  }),
  createAccessKey: async (stack, { admin }, name) => {
    const id = textAt(await stack.call('POST', '/api/applications', { name: `of ${name}` }), 'id');
    return {
      what: `createAccessKey ${name}`,
      token: admin,
      document: `createAccessKey(applicationId: "${id}") { ${DONE} }`,
      found: async () => (await members(stack, `/api/applications/${id}/accessKeys`, 'id')).length,
    };
  },
  toggleAccessKeyStatus: async (stack, { admin }, name) => {
    const id = textAt(await stack.call('POST', '/api/applications', { name: `of ${name}` }), 'id');
    const keyId = textAt(await stack.call('POST', `/api/applications/${id}/accessKeys`), 'id');
    return {
      what: `toggleAccessKeyStatus ${name}`,
      token: admin,
      document: `toggleAccessKeyStatus(applicationId: "${id}", keyId: "${keyId}") { ${DONE} }`,
      found: async () => {
        const [status] = await members(stack, `/api/applications/${id}/accessKeys`, 'status');
        return status === 'INACTIVE' ? 1 : 0;
      },
    };
  },
  createRole: async (stack, { admin }, name) => ({
    what: `createRole ${name}`,
    token: admin,
    document: `createRole(id: "${name}", input: { description: "${name}", permissions: [] }) { ${DONE} }`,
    found: async () => ((await find(stack, `/api/roles/${name}`)) ? 1 : 0),
  }),
  upsertUser: async (stack, { admin }, name) => ({
    what: `upsertUser ${name}`,
    token: admin,
    document: `upsertUser(id: "${name}", input: { name: "U" }) { ${DONE} }`,
    found: async () => ((await find(stack, `/api/users/${name}`)) ? 1 : 0),
  }),
  deleteUser: async (stack, { admin }, name) => {
    await stack.call('PUT', `/api/users/${name}`, { name: 'U', roles: [] });
    return {
      what: `deleteUser ${name}`,
      token: admin,
      document: `deleteUser(id: "${name}") { ${DONE} }`,
      found: async () => ((await find(stack, `/api/users/${name}`)) ? 0 : 1),
    };
  },
  addUserToGroup: async (stack, { admin }, name) => {
    await stack.call('PUT', `/api/groups/${name}`, { description: 'G', roles: [] });
    await stack.call('PUT', '/api/users/member', { name: 'U', roles: [] });
    return {
      what: `addUserToGroup ${name}`,
      token: admin,
      document: `addUserToGroup(groupId: "${name}", userId: "member") { ${DONE} }`,
      found: async () => (await members(stack, `/api/groups/${name}/users`, 'id')).length,
    };
  },
  grantPermissions: async (stack, { admin }, name) => ({
    what: `grantPermissions ${name}`,
    token: admin,
    document: `grantPermissions(input: { subject: { user: "u" }, target: { type: DOMAIN, id: "${name}" }, access: [READ] }) { ${DONE} }`,
    found: async () =>
      listAt(await stack.call('GET', `/api/auth/authorization/DOMAIN/${name}`), 'READ').length,
  }),
  createRoleWorkflow: async (stack, { admin }, name) => ({
    what: `createRoleWorkflow ${name}`,
    token: admin,
    document: `createRoleWorkflow(input: { name: "${name}", targetRoles: [{ name: "WORKER" }],
      steps: [{ name: "s", match: ANY, approverRoles: [{ name: "WORKER" }] }] }) { ${DONE} }`,
    found: async () => {
      const { count } = (await stack.call('GET', `${ENGINE}/workflows?limit=1`)) as { count: number };
      const pages = Array.from({ length: Math.ceil(count / 100) }, (_, n) =>
        items(stack, `${ENGINE}/workflows?limit=100&offset=${n * 100}`),
      );
      return (await Promise.all(pages)).flat().filter((workflow) => at(workflow, 'name') === name).length;
    },
  }),
  approveAccessRequest: async (stack, { approver }, name) => {
    const id = await askForRole(stack, name);
    return {
      what: `approveAccessRequest ${name}`,
      token: approver,
      document: `approveAccessRequest(id: "${id}", step: 0, comment: "${name}") { ${DONE} }`,
      found: async () =>
        at(await stack.call('GET', `${ENGINE}/requests/${id}`), 'status') === 'APPROVED' ? 1 : 0,
    };
  },
};

const ENGINE = '/workflow-engine/api/v1';

/** Makes a user, and a request of an administrator that the user gets a role; gives the request's id. */
async function askForRole(stack: Stack, name: string): Promise<string> {
  const user = await stack.call('PUT', `/api/users/${name}`, { name: 'U', roles: [] });
  const resolved = await stack.call('POST', '/role-store/api/v1/roles/resolve', ['PROMPT_MANAGER']);
  const asked = await stack.call('POST', `${ENGINE}/requests`, {
    requested_role: { id: at(resolved, 'items', 0, 'id') },
    target_user: { id: at(user, 'uuid') },
  });
  return textAt(asked, 'id');
}

/** Makes what the mutations of {@link MAKERS} rest on, and gives those who make them. */
export async function prepareActors(stack: Stack): Promise<Actors> {
  await stack.call('PUT', '/api/users/approver', { name: 'Approver', roles: ['ADMIN', 'WORKER'] });
  const { items: roles } = (await stack.call('POST', '/role-store/api/v1/roles/resolve', [
    'PROMPT_MANAGER',
    'WORKER',
  ])) as { items: readonly { id: string; name: string }[] };
  const idOf = (name: string) => roles.find((role) => role.name === name)?.id;
  await stack.call('POST', `${ENGINE}/workflows`, {
    name: 'Prompters',
    target_roles: [{ id: idOf('PROMPT_MANAGER') }],
    steps: [{ name: 's', match: 'ANY', approvers: [{ role: { id: idOf('WORKER') } }] }],
  });
  return { admin: stack.admin, approver: await stack.as('approver') };
}
