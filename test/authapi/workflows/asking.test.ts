import { afterAll, describe, expect, it } from 'vitest';
import { DAY, ENGINE, EngineUnderTest, HOUR } from './support/engine.ts';
import { expectRefusal } from './support/expectations.ts';

const engine = await EngineUnderTest.start();
afterAll(() => engine.stop());
const approver = await engine.role('approver');
const asker = await engine.person('Asker', ['USER']);
const NOWHERE = '00000000-0000-4000-8000-000000000000';
const time = (offset: number) => new Date(engine.time + offset).toISOString().replace('.000Z', 'Z');

/** Makes a role with a workflow of its own that gives it. */
async function requestable(more: object = {}): Promise<{ id: string; name: string; workflow: string }> {
  const role = await engine.role('wanted');
  return { ...role, workflow: await engine.workflow([role.id], [[approver.id]], more) };
}

describe('a request', () => {
  it('is made with 201 and its id, and read with copies of all that it rests on', async () => {
    const role = await requestable({ name: 'Linux admins' });
    const answer = await engine.ask(asker, role.id, { request_justification: 'on call' });
    expect(answer).toMatchObject({ status: 201, json: { id: expect.any(String) } });
    const snapshot = { id: role.id, name: role.name };
    const me = { id: asker.uuid, display_name: 'Asker' };
    const UUID = expect.stringMatching(/^[0-9a-f-]{36}$/);
    expect(await engine.request(String(answer.record['id']), asker)).toEqual({
      id: answer.record['id'],
      workflow: role.workflow,
      name: 'Linux admins',
      comment: '',
      action: 'GRANT',
      status: 'WAITING',
      author: asker.uuid,
      created: time(0),
      updated: time(0),
      updated_by: asker.uuid,
      requester: me,
      target_user: me,
      requested_role: snapshot,
      target_roles: [snapshot],
      request_justification: 'on call',
      grant_type: 'PERMANENT',
      requested_grant_type: 'PERMANENT',
      approver_can_revoke: false,
      target_role_revoked: false,
      steps: [
        {
          id: UUID,
          name: 'step 0',
          match: 'ANY',
          approvers: [{ id: UUID, role: approver, decision: 'WAITING', comment: '' }],
        },
      ],
    });
  });

  it('takes the caller for the requester, whatever is sent', async () => {
    const role = await requestable();
    const sent = {
      requester: { id: NOWHERE },
      author: NOWHERE,
      id: '',
      status: 'APPROVED',
      name: '',
      steps: [],
    };
    const id = await engine.asked(asker, role.id, sent);
    expect(await engine.request(id)).toMatchObject({
      requester: { id: asker.uuid },
      status: 'WAITING',
      author: asker.uuid,
    });
  });

  it.each([
    ['no role', { requested_role: undefined }, 'REQUIRED_VALUE_MISSING', 'requested_role'],
    ['an unknown role', { requested_role: { id: NOWHERE } }, 'OBJECT_NOT_FOUND', 'requested_role'],
    [
      'a role that no workflow gives',
      { requested_role: { id: approver.id } },
      'INVALID_REQUEST_DATA',
      'requested_role',
    ],
    ['an action no workflow serves', { action: 'REMOVE' }, 'INVALID_REQUEST_DATA', 'requested_role'],
    ['another action', { action: 'LEND' }, 'INVALID_REQUEST_DATA', 'action'],
    ['another workflow', { workflow: NOWHERE }, 'INVALID_REQUEST_DATA', 'workflow'],
    [
      'a grant type the workflow has not',
      { grant_type: 'FLOATING', floating_length: 1 },
      'VALUE_OUT_OF_BOUNDS',
      'grant_type',
    ],
    ['another grant type', { grant_type: 'FOREVER' }, 'INVALID_REQUEST_DATA', 'grant_type'],
    ['what is no time', { grant_start: 'tomorrow' }, 'VALUE_INCORRECT_FORMAT', 'grant_start'],
    ['a day that is not', { grant_end: '2027-13-41T00:00:00Z' }, 'VALUE_INCORRECT_FORMAT', 'grant_end'],
  ])('is refused with %s', async (_, fault, code, property) => {
    const role = await requestable();
    expectRefusal(await engine.ask(asker, role.id, fault), 400, code, property);
  });

  it('is refused without a justification where one is required', async () => {
    const role = await requestable({ requires_justification: true });
    for (const said of [{}, { request_justification: '' }, { request_justification: '  ' }]) {
      const answer = await engine.ask(asker, role.id, said);
      expectRefusal(answer, 400, 'REQUIRED_VALUE_MISSING', 'request_justification');
    }
    await engine.asked(asker, role.id, { request_justification: 'because' });
  });

  it('is refused to those who hold none of the requester roles, and open to those who do through a group', async () => {
    const club = await engine.role('club');
    const role = await requestable({ requester_roles: [{ id: club.id }] });
    expectRefusal(await engine.ask(asker, role.id), 403, 'PERMISSION_DENIED');
    const group = `members-of-${club.name}`;
    engine.must(
      await engine.call('PUT', `/api/groups/${group}`, { body: { description: 'Club', roles: [club.name] } }),
      200,
    );
    await engine.asked(await engine.person('member', [], [group]), role.id);
  });

  it('is bounded by how many may wait for the same', async () => {
    const two = await requestable({ max_active_requests: 2 });
    const [first] = [await engine.asked(asker, two.id), await engine.asked(asker, two.id)];
    expectRefusal(await engine.ask(asker, two.id), 400, 'VALUE_OUT_OF_BOUNDS', 'max_active_requests');
    await engine.asked(await engine.person('another'), two.id);
    const boss = await engine.person('boss', [approver.name]);
    await engine.decide(boss, first, 'DENIED');
    await engine.asked(asker, two.id);
    const zero = await requestable({ max_active_requests: 0 });
    await engine.asked(asker, zero.id);
    expectRefusal(await engine.ask(asker, zero.id), 400, 'VALUE_OUT_OF_BOUNDS', 'max_active_requests');
  });

  it('goes to the first workflow whose rules take it, or to the one that is named', async () => {
    const role = await requestable({ grant_types: ['FLOATING'] });
    const second = await engine.workflow([role.id], [[approver.id]]);
    const third = await engine.workflow([role.id], [[approver.id]]);
    const workflowOf = async (more: object) =>
      (await engine.request(await engine.asked(asker, role.id, more)))['workflow'];
    expect(await workflowOf({ grant_type: 'FLOATING', floating_length: 1 })).toBe(role.workflow);
    expect(await workflowOf({})).toBe(second);
    expect(await workflowOf({ workflow: third })).toBe(third);
    const misfit = await engine.ask(asker, role.id, { workflow: role.workflow });
    expectRefusal(misfit, 400, 'VALUE_OUT_OF_BOUNDS', 'grant_type');
  });

  it.each([
    ['BOTH', 'GRANT', 201],
    ['BOTH', 'REMOVE', 201],
    ['REMOVE', 'REMOVE', 201],
    ['REMOVE', 'GRANT', 400],
    ['GRANT', 'REMOVE', 400],
  ])('through a workflow for %s that wants to %s is answered %i', async (offered, action, status) => {
    const role = await requestable({ action: offered });
    expect((await engine.ask(asker, role.id, { action })).status).toBe(status);
  });
});

describe('the window that is asked for', () => {
  const timed = { grant_type: 'TIME_RESTRICTED' };
  const floating = { grant_type: 'FLOATING' };

  it.each([
    ['no start', { ...timed, grant_end: time(DAY) }, 'REQUIRED_VALUE_MISSING', 'grant_start'],
    ['no end', { ...timed, grant_start: time(0) }, 'REQUIRED_VALUE_MISSING', 'grant_end'],
    [
      'an end at the start',
      { ...timed, grant_start: time(DAY), grant_end: time(DAY) },
      'VALUE_OUT_OF_BOUNDS',
      'grant_end',
    ],
    [
      'an end before the start',
      { ...timed, grant_start: time(DAY), grant_end: time(0) },
      'VALUE_OUT_OF_BOUNDS',
      'grant_end',
    ],
    [
      'a second too many',
      { ...timed, grant_start: time(0), grant_end: time(2 * DAY + 1000) },
      'VALUE_OUT_OF_BOUNDS',
      'grant_end',
    ],
    ['no length', floating, 'REQUIRED_VALUE_MISSING', 'floating_length'],
    ['a length of 0', { ...floating, floating_length: 0 }, 'VALUE_OUT_OF_BOUNDS', 'floating_length'],
    ['an hour too many', { ...floating, floating_length: 9 }, 'VALUE_OUT_OF_BOUNDS', 'floating_length'],
    ['half an hour', { ...floating, floating_length: 0.5 }, 'VALUE_INCORRECT_TYPE', 'floating_length'],
  ])('is refused with %s', async (_, window, code, property) => {
    const role = await requestable({
      grant_types: ['TIME_RESTRICTED', 'FLOATING'],
      max_time_restricted_duration: 2,
      max_floating_duration: 8,
    });
    expectRefusal(await engine.ask(asker, role.id, window), 400, code, property);
  });

  it.each([
    ['as long as may be', { ...timed, grant_start: time(HOUR), grant_end: time(HOUR + 2 * DAY) }],
    ['as many hours as may be', { ...floating, floating_length: 8 }],
    ['one hour', { ...floating, floating_length: 1 }],
  ])('is kept when it is %s', async (_, window) => {
    const role = await requestable({
      grant_types: ['TIME_RESTRICTED', 'FLOATING'],
      max_time_restricted_duration: 2,
      max_floating_duration: 8,
    });
    const seen = await engine.request(await engine.asked(asker, role.id, window));
    expect(seen).toMatchObject(window);
    const requested = Object.entries(window).map(([field, value]) => [`requested_${field}`, value]);
    expect(seen).toMatchObject(Object.fromEntries(requested));
  });

  it('has no bound where the workflow has none', async () => {
    const role = await requestable({ grant_types: ['TIME_RESTRICTED', 'FLOATING'] });
    await engine.asked(asker, role.id, { ...timed, grant_start: time(0), grant_end: time(9999 * DAY) });
    const other = await engine.person('other');
    await engine.asked(other, role.id, { ...floating, floating_length: 99_999 });
  });
});

describe('asking for somebody else', () => {
  it('takes ADMIN or workflows-requests-on-behalf', async () => {
    const role = await requestable();
    const target = { target_user: { id: asker.uuid } };
    expectRefusal(await engine.ask(await engine.person('nosy'), role.id, target), 403, 'PERMISSION_DENIED');
    const { name } = await engine.role('helper', ['workflows-requests-on-behalf']);
    const friend = await engine.person('Friend', [name]);
    const id = await engine.asked(friend, role.id, target);
    expect(await engine.request(id)).toMatchObject({
      requester: { id: friend.uuid, display_name: 'Friend' },
      target_user: { id: asker.uuid, display_name: 'Asker' },
    });
    expect((await engine.call('GET', `${ENGINE}/requests/${id}`, { as: asker })).status).toBe(200);
  });

  it('is refused for an unknown user, and naming oneself takes nothing', async () => {
    const role = await requestable();
    const unknown = await engine.ask(engine.admin, role.id, { target_user: { id: NOWHERE } });
    expectRefusal(unknown, 400, 'OBJECT_NOT_FOUND', 'target_user');
    await engine.asked(asker, role.id, { target_user: { id: asker.uuid } });
  });
});
