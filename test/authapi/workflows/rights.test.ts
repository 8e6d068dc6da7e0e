import { afterAll, describe, expect, it } from 'vitest';
import { ENGINE, EngineUnderTest, LOCAL, type Person, STORE, workflowBody } from './support/engine.ts';
import { expectRefusal } from './support/expectations.ts';

const engine = await EngineUnderTest.start();
afterAll(() => engine.stop());
const role = await engine.role('wanted');
const workflow = await engine.workflow([role.id], [[role.id]]);
const somebody = await engine.person('somebody', ['USER']);

async function holderOf(permission: string): Promise<Person> {
  const { name } = await engine.role('holder', [permission]);
  return engine.person(permission, [name]);
}
const people: Record<string, Person> = {
  nobody: await engine.person('nobody', ['USER']),
  ADMIN: engine.admin,
};
for (const permission of [
  'workflows-view',
  'workflows-manage',
  'workflows-requests',
  'workflows-requests-on-behalf',
  'requests-view',
  'READ_USER',
]) {
  people[permission] = await holderOf(permission);
}

const CALLS: Record<string, { call: [string, string, unknown?]; status: number; may: readonly string[] }> = {
  'list workflows': {
    call: ['GET', `${ENGINE}/workflows`],
    status: 200,
    may: ['ADMIN', 'workflows-view', 'workflows-manage'],
  },
  'get a workflow': {
    call: ['GET', `${ENGINE}/workflows/${workflow}`],
    status: 200,
    may: ['ADMIN', 'workflows-view', 'workflows-manage'],
  },
  'create a workflow': {
    call: ['POST', `${ENGINE}/workflows`, workflowBody([], [[role.id]])],
    status: 201,
    may: ['ADMIN', 'workflows-manage'],
  },
  'replace a workflow': {
    call: [
      'PUT',
      `${ENGINE}/workflows/${workflow}`,
      workflowBody([role.id], [[role.id]], { max_active_requests: 99 }),
    ],
    status: 200,
    may: ['ADMIN', 'workflows-manage'],
  },
  'list what can be asked for': {
    call: ['GET', `${ENGINE}/workflows/roles`],
    status: 200,
    may: Object.keys(people),
  },
  'ask for a role': {
    call: ['POST', `${ENGINE}/requests`, { requested_role: { id: role.id } }],
    status: 201,
    may: Object.keys(people),
  },
  'ask for a role for another': {
    call: [
      'POST',
      `${ENGINE}/requests`,
      { requested_role: { id: role.id }, target_user: { id: somebody.uuid } },
    ],
    status: 201,
    may: ['ADMIN', 'workflows-requests-on-behalf'],
  },
  'list all requests': {
    call: ['GET', `${ENGINE}/requests?filter=all`],
    status: 200,
    may: ['ADMIN', 'requests-view'],
  },
  'list roles': { call: ['GET', `${STORE}/roles`], status: 200, may: Object.keys(people) },
  'get oneself': { call: ['GET', `${STORE}/users/current`], status: 200, may: Object.keys(people) },
  'get another user': {
    call: ['GET', `${STORE}/users/${somebody.uuid}`],
    status: 200,
    may: ['ADMIN', 'READ_USER'],
  },
  'list another’s roles': {
    call: ['GET', `${STORE}/users/${somebody.uuid}/roles`],
    status: 200,
    may: ['ADMIN', 'READ_USER'],
  },
  'find users': { call: ['POST', `${STORE}/users/search`, {}], status: 200, may: ['ADMIN', 'READ_USER'] },
  'list users': { call: ['GET', `${LOCAL}/users`], status: 200, may: ['ADMIN', 'READ_USER'] },
  'set roles': { call: ['PUT', `${STORE}/users/${somebody.uuid}/roles`, []], status: 200, may: ['ADMIN'] },
};

describe('to', () => {
  it.each(Object.entries(CALLS))('%s, one needs the permission for it', async (_, { call, status, may }) => {
    const [method, path, body] = call;
    for (const [who, as] of Object.entries(people)) {
      const answer = await engine.call(method, path, { as, body });
      if (may.includes(who)) expect(answer.status, `${who}: ${answer.text}`).toBe(status);
      else expectRefusal(answer, 403, 'PERMISSION_DENIED');
    }
  });

  it('delete a workflow, one needs workflows-manage', async () => {
    const id = await engine.workflow([], [[role.id]]);
    const remove = (as: Person | undefined) =>
      engine.call('DELETE', `${ENGINE}/workflows/${id}`, { as: as ?? null });
    expectRefusal(await remove(people['workflows-view']), 403, 'PERMISSION_DENIED');
    expect((await remove(people['workflows-manage'])).status).toBe(200);
  });

  it('hold these permissions, a custom role takes them by their names', async () => {
    const { record } = await engine.call('GET', '/api/roles/permissions');
    expect(record['ROLE_WORKFLOW']).toEqual([
      'workflows-view',
      'workflows-manage',
      'workflows-requests',
      'workflows-requests-on-behalf',
      'requests-view',
    ]);
  });
});
