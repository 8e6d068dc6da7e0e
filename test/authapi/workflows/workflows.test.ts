import { afterAll, describe, expect, it } from 'vitest';
import { asList } from '../support/answer.ts';
import { ENGINE, EngineUnderTest, workflowBody } from './support/engine.ts';
import { expectDone, expectRefusal } from './support/expectations.ts';

const engine = await EngineUnderTest.start();
afterAll(() => engine.stop());
const target = await engine.role('target');
const approver = await engine.role('approver');
const NOWHERE = '00000000-0000-4000-8000-000000000000';
const UUID = expect.stringMatching(/^[0-9a-f-]{36}$/);

const create = (body: unknown) => engine.call('POST', `${ENGINE}/workflows`, { body });
const get = (id: string) => engine.call('GET', `${ENGINE}/workflows/${id}`);

describe('a workflow', () => {
  it('is created with 201 and its id, and read with what the server fills in', async () => {
    const body = workflowBody([target.id], [[approver.id]]);
    const created = await create(body);
    expect(created).toMatchObject({ status: 201, json: { id: UUID } });
    const time = new Date(engine.time).toISOString().replace('.000Z', 'Z');
    expect((await get(String(created.record['id']))).json).toEqual({
      id: created.record['id'],
      name: 'A workflow',
      comment: '',
      author: engine.admin.uuid,
      created: time,
      updated: time,
      updated_by: engine.admin.uuid,
      action: 'GRANT',
      grant_types: ['PERMANENT'],
      max_time_restricted_duration: 0,
      max_floating_duration: 0,
      max_active_requests: 1,
      requires_justification: false,
      can_bypass_revoke_workflow: false,
      target_roles: [target],
      requester_roles: [],
      steps: [{ id: UUID, name: 'step 0', match: 'ANY', approvers: [{ id: UUID, role: approver }] }],
    });
  });

  it('keeps everything that can be said of it', async () => {
    const more = {
      name: 'All of it',
      comment: 'for contractors',
      action: 'BOTH',
      grant_types: ['FLOATING', 'TIME_RESTRICTED'],
      max_time_restricted_duration: 15,
      max_floating_duration: 48,
      max_active_requests: 3,
      requires_justification: true,
      can_bypass_revoke_workflow: true,
      requester_roles: [approver],
    };
    const id = await engine.workflow([target.id], [[approver.id], [approver.id, target.id]], more);
    const { record } = await get(id);
    expect(record).toMatchObject(more);
    expect(asList(record['steps'])).toHaveLength(2);
  });

  it('ignores ids, authors and names that are sent, and what belongs to requests', async () => {
    const sent = {
      id: '',
      author: '',
      created: '',
      updated: null,
      updated_by: 'me',
      status: 'APPROVED',
      requester: { id: 'x' },
      grant_start: 'never',
      target_roles: [{ id: target.id, name: 'another name', deleted: true }],
    };
    const { record } = await get(await engine.workflow([], [[approver.id]], sent));
    expect(record).toMatchObject({ author: engine.admin.uuid, target_roles: [target] });
    expect(record).not.toHaveProperty('status');
    expect(asList(record['target_roles'])[0]).not.toHaveProperty('deleted');
  });

  it.each([
    ['no name', { name: undefined }, 'REQUIRED_VALUE_MISSING', 'name'],
    ['a name of three letters', { name: 'abc' }, 'VALUE_OUT_OF_BOUNDS', 'name'],
    ['a name of 4097 letters', { name: 'a'.repeat(4097) }, 'VALUE_OUT_OF_BOUNDS', 'name'],
    ['a number for a name', { name: 4 }, 'VALUE_INCORRECT_TYPE', 'name'],
    ['no steps', { steps: undefined }, 'REQUIRED_VALUE_MISSING', 'steps'],
    ['empty steps', { steps: [] }, 'VALUE_OUT_OF_BOUNDS', 'steps'],
    [
      'a step without approvers',
      { steps: [{ match: 'ANY', approvers: [] }] },
      'VALUE_OUT_OF_BOUNDS',
      'steps.0.approvers',
    ],
    ['another match', { steps: [{ match: 'SOME', approvers: [] }] }, 'INVALID_REQUEST_DATA', 'steps.0.match'],
    [
      'an unknown approver',
      { steps: [{ match: 'ANY', approvers: [{ role: { id: NOWHERE } }] }] },
      'OBJECT_NOT_FOUND',
      'steps.0.approvers',
    ],
    ['an unknown target', { target_roles: [{ id: NOWHERE }] }, 'OBJECT_NOT_FOUND', 'target_roles'],
    ['an unknown requester', { requester_roles: [{ id: NOWHERE }] }, 'OBJECT_NOT_FOUND', 'requester_roles'],
    ['another action', { action: 'LEND' }, 'INVALID_REQUEST_DATA', 'action'],
    ['another grant type', { grant_types: ['FOREVER'] }, 'INVALID_REQUEST_DATA', 'grant_types.0'],
    [
      'less than no days',
      { max_time_restricted_duration: -1 },
      'VALUE_OUT_OF_BOUNDS',
      'max_time_restricted_duration',
    ],
    ['half an hour', { max_floating_duration: 0.5 }, 'VALUE_INCORRECT_TYPE', 'max_floating_duration'],
  ])('is refused with %s', async (_, fault, code, property) => {
    expectRefusal(await create(workflowBody([target.id], [[approver.id]], fault)), 400, code, property);
  });

  it('may have names of 4 and of 4096 letters', async () => {
    for (const name of ['abcd', 'a'.repeat(4096)]) {
      expect((await create(workflowBody([target.id], [[approver.id]], { name }))).status).toBe(201);
    }
  });

  it('is replaced as a whole, but for who made it and when', async () => {
    const id = await engine.workflow([target.id], [[approver.id]], {
      comment: 'old',
      max_active_requests: 5,
    });
    const old = (await get(id)).record;
    engine.time += 1500;
    const body = workflowBody([], [[target.id]], {
      name: 'New name',
      id: NOWHERE,
      author: NOWHERE,
      created: 'x',
    });
    expectDone(await engine.call('PUT', `${ENGINE}/workflows/${id}`, { body }));
    const { record } = await get(id);
    expect(record).toMatchObject({
      id,
      name: 'New name',
      comment: '',
      max_active_requests: 1,
      target_roles: [],
      author: old['author'],
      created: old['created'],
    });
    expect(Date.parse(String(record['updated']))).toBe(engine.time);
  });

  it('shows another time after every change, even within one millisecond', async () => {
    const id = await engine.workflow([target.id], [[approver.id]]);
    const seen = new Set([(await get(id)).record['updated']]);
    for (const name of ['once', 'twice']) {
      const body = workflowBody([target.id], [[approver.id]], { name: `New ${name}` });
      expectDone(await engine.call('PUT', `${ENGINE}/workflows/${id}`, { body }));
      seen.add((await get(id)).record['updated']);
    }
    expect(seen.size).toBe(3);
  });

  it('is gone once deleted', async () => {
    const id = await engine.workflow([target.id], [[approver.id]]);
    expectDone(await engine.call('DELETE', `${ENGINE}/workflows/${id}`));
    expectRefusal(await get(id), 404, 'OBJECT_NOT_FOUND');
    expectRefusal(await engine.call('DELETE', `${ENGINE}/workflows/${id}`), 404, 'OBJECT_NOT_FOUND');
    const body = workflowBody([target.id], [[approver.id]]);
    expectRefusal(await engine.call('PUT', `${ENGINE}/workflows/${id}`, { body }), 404, 'OBJECT_NOT_FOUND');
  });

  it('names roles that are gone as they were called, and says so', async () => {
    const gone = await engine.role('gone');
    const id = await engine.workflow([gone.id], [[gone.id]], { requester_roles: [gone] });
    engine.must(await engine.call('DELETE', `/api/roles/${gone.name}`), 200);
    const tombstone = { ...gone, deleted: true };
    const { record } = await get(id);
    expect(record).toMatchObject({ target_roles: [tombstone], requester_roles: [tombstone] });
    expect(asList(record['steps'])[0]).toMatchObject({ approvers: [{ role: tombstone }] });
    await engine.call('POST', '/api/roles', { body: { name: gone.name, permissions: [] } });
    expect((await get(id)).record, 'a new role of that name is another one').toMatchObject({
      target_roles: [tombstone],
    });
  });
});

describe('the list of workflows', () => {
  it('keeps the order in which they were made, page by page', async () => {
    const made: string[] = [];
    for (const name of ['zeta', 'beta', 'alpha']) {
      made.push(await engine.workflow([target.id], [[approver.id]], { name }));
    }
    const { count } = (await engine.call('GET', `${ENGINE}/workflows?limit=1`)).record;
    const offset = Number(count) - 3;
    const ids: unknown[] = [];
    for (const more of [0, 1, 2]) {
      const { record } = await engine.call('GET', `${ENGINE}/workflows?limit=1&offset=${offset + more}`);
      ids.push(...asList(record['items']).map(({ id }) => id));
    }
    expect(ids).toEqual(made);
  });
});

describe('what can be asked for', () => {
  it('is an entry for each role of each workflow, for anybody', async () => {
    const [first, second] = [await engine.role('wanted'), await engine.role('wanted')];
    await engine.workflow([first.id, second.id], [[approver.id]], {
      action: 'BOTH',
      grant_types: ['FLOATING'],
      max_floating_duration: 8,
    });
    const nobody = await engine.person('nobody');
    const list = async () => {
      const answer = await engine.call('GET', `${ENGINE}/workflows/roles?limit=1000`, { as: nobody });
      return asList(answer.record['items']);
    };
    const entry = {
      action: 'BOTH',
      grant_types: ['FLOATING'],
      max_floating_duration: 8,
      max_time_restricted_duration: 0,
    };
    expect(await list()).toEqual(
      expect.arrayContaining([
        { ...first, ...entry },
        { ...second, ...entry },
      ]),
    );
    await engine.call('DELETE', `/api/roles/${second.name}`);
    expect((await list()).map(({ id }) => id)).not.toContain(second.id);
  });
});
