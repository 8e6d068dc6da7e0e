import { afterAll, describe, expect, it } from 'vitest';
import { asList } from '../support/answer.ts';
import { DAY, ENGINE, EngineUnderTest, HOUR, workflowBody } from './support/engine.ts';
import { expectDone, expectRefusal } from './support/expectations.ts';

const engine = await EngineUnderTest.start();
afterAll(() => engine.stop());
const [red, blue] = [await engine.role('red'), await engine.role('blue')];
const asker = await engine.person('Asker', ['USER']);
const rita = await engine.person('Rita', [red.name]);
const bill = await engine.person('Bill', [blue.name]);
const both = await engine.person('Both', [red.name, blue.name]);
const stranger = await engine.person('Stranger', ['USER']);
const NOWHERE = '00000000-0000-4000-8000-000000000000';
const time = (offset: number) => new Date(engine.time + offset).toISOString().replace('.000Z', 'Z');

/** Asks for a new role whose workflow has these steps of approver roles. */
async function asked(steps: string[][], more: object = {}, sent: object = {}, by = asker) {
  const role = await engine.role('wanted');
  const workflow = await engine.workflow([role.id], steps, more);
  return { id: await engine.asked(by, role.id, sent), role, workflow };
}

const ALL = { steps: [{ name: 'all', match: 'ALL', approvers: [{ role: red }, { role: blue }] }] };

describe('a decision', () => {
  it('is kept with who, when and why', async () => {
    const { id, role } = await asked([[red.id]]);
    engine.time += 1000;
    expectDone(await engine.decide(rita, id, 'APPROVED'));
    const request = await engine.request(id);
    expect(request).toMatchObject({ status: 'APPROVED', updated: time(0), updated_by: rita.uuid });
    expect(asList(request['steps'])[0]).toMatchObject({
      approvers: [
        {
          role: red,
          decision: 'APPROVED',
          user: { id: rita.uuid, display_name: 'Rita' },
          decision_time: time(0),
          comment: 'APPROVED it',
        },
      ],
    });
    expect(await engine.roles(asker)).toContain(role.name);
  });

  it.each([
    ['another decision', { decision: 'MAYBE' }, 'INVALID_REQUEST_DATA', 'decision'],
    ['no decision', { decision: undefined }, 'REQUIRED_VALUE_MISSING', 'decision'],
    ['no step', { step: undefined }, 'REQUIRED_VALUE_MISSING', 'step'],
    ['a step below 0', { step: -1 }, 'VALUE_OUT_OF_BOUNDS', 'step'],
    ['a step beyond the last', { step: 1 }, 'VALUE_OUT_OF_BOUNDS', 'step'],
    ['a word for a step', { step: 'first' }, 'VALUE_INCORRECT_TYPE', 'step'],
  ])('is refused with %s', async (_, fault, code, property) => {
    const { id } = await asked([[red.id]]);
    expectRefusal(await engine.decide(rita, id, 'APPROVED', 0, fault), 400, code, property);
    expect(await engine.request(id)).toMatchObject({ status: 'WAITING' });
  });

  it('is refused to those who hold no approver role, an ADMIN too', async () => {
    const { id } = await asked([[red.id], [blue.id]]);
    expectRefusal(await engine.decide(stranger, id, 'APPROVED'), 403, 'PERMISSION_DENIED');
    expectRefusal(await engine.decide(bill, id, 'APPROVED'), 403, 'PERMISSION_DENIED');
    expectRefusal(await engine.decide(engine.admin, id, 'APPROVED'), 403, 'PERMISSION_DENIED');
  });

  it('takes a role that is held at that moment, also through a group', async () => {
    const { id } = await asked([[red.id], [red.id]]);
    const body = { description: 'Red ones', roles: [red.name] };
    engine.must(await engine.call('PUT', '/api/groups/reds', { body }), 200);
    const member = await engine.person('member', [], ['reds']);
    expectDone(await engine.decide(member, id, 'APPROVED'));
    engine.must(await engine.call('DELETE', `/api/groups/reds/users/${member.id}`), 200);
    expectRefusal(await engine.decide(member, id, 'APPROVED', 1), 403, 'PERMISSION_DENIED');
  });

  it('is refused on a request of one’s own, asked by oneself or for oneself', async () => {
    const { id } = await asked([[red.id]], {}, {}, rita);
    expectRefusal(await engine.decide(rita, id, 'APPROVED'), 403, 'PERMISSION_DENIED');
    const other = await asked([[red.id]], {}, { target_user: { id: rita.uuid } }, engine.admin);
    expectRefusal(await engine.decide(rita, other.id, 'APPROVED'), 403, 'PERMISSION_DENIED');
    expectDone(await engine.decide(both, other.id, 'APPROVED'));
  });

  it('is refused on a request that is not there, or decided', async () => {
    expectRefusal(await engine.decide(rita, NOWHERE, 'APPROVED'), 404, 'OBJECT_NOT_FOUND');
    for (const decision of ['APPROVED', 'DENIED']) {
      const { id } = await asked([[red.id]]);
      expectDone(await engine.decide(rita, id, decision));
      expectRefusal(await engine.decide(both, id, 'APPROVED'), 400, 'BAD_REQUEST');
    }
  });

  it('is lost on nobody when two approvers decide at once: the role is given once', async () => {
    const { id, role } = await asked(
      [[red.id]],
      { grant_types: ['TIME_RESTRICTED'] },
      {
        grant_type: 'TIME_RESTRICTED',
        grant_start: time(0),
        grant_end: time(HOUR),
      },
    );
    const answers = await Promise.all(
      [rita, both, rita, both].map((who) => engine.decide(who, id, 'APPROVED')),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400, 400, 400]);
    const held = (await engine.call('GET', `/role-store/api/v1/users/${asker.uuid}/roles`)).record;
    expect(asList(held['items']).filter(({ id: roleId }) => roleId === role.id)).toHaveLength(1);
  });
});

describe('steps', () => {
  it('come in order', async () => {
    const { id, role } = await asked([[red.id], [blue.id]]);
    expectRefusal(await engine.decide(bill, id, 'APPROVED', 1), 400, 'BAD_REQUEST', 'step');
    expectDone(await engine.decide(rita, id, 'APPROVED', 0));
    expect(await engine.request(id)).toMatchObject({ status: 'WAITING' });
    expectRefusal(await engine.decide(rita, id, 'APPROVED', 0), 400, 'BAD_REQUEST', 'step');
    expect(await engine.roles(asker)).not.toContain(role.name);
    expectDone(await engine.decide(bill, id, 'APPROVED', 1));
    expect(await engine.roles(asker)).toContain(role.name);
  });

  it('end everything with one denial', async () => {
    const { id, role } = await asked([[red.id], [blue.id]]);
    expectDone(await engine.decide(rita, id, 'APPROVED'));
    expectDone(await engine.decide(bill, id, 'DENIED', 1));
    expect(await engine.request(id)).toMatchObject({ status: 'DENIED' });
    expect(await engine.roles(asker)).not.toContain(role.name);
  });

  it('with ANY take one approval of several roles', async () => {
    const { id } = await asked([[red.id, blue.id]]);
    expectDone(await engine.decide(bill, id, 'APPROVED'));
    const request = await engine.request(id);
    expect(request).toMatchObject({ status: 'APPROVED' });
    expect(asList(request['steps'])[0]).toMatchObject({
      approvers: [{ decision: 'WAITING' }, { decision: 'APPROVED' }],
    });
  });

  it('with ALL take every role', async () => {
    const { id } = await asked([], ALL);
    expectDone(await engine.decide(rita, id, 'APPROVED'));
    expect(await engine.request(id)).toMatchObject({ status: 'WAITING' });
    expectRefusal(await engine.decide(rita, id, 'APPROVED'), 400, 'BAD_REQUEST', 'step');
    expectDone(await engine.decide(bill, id, 'APPROVED'));
    expect(await engine.request(id)).toMatchObject({ status: 'APPROVED' });
  });

  it('with ALL count one decision for each role that its maker holds', async () => {
    const { id } = await asked([], ALL);
    expectDone(await engine.decide(both, id, 'APPROVED'));
    expect(await engine.request(id)).toMatchObject({ status: 'APPROVED' });
  });

  it('with ALL end with one denial', async () => {
    const { id } = await asked([], ALL);
    expectDone(await engine.decide(bill, id, 'DENIED'));
    expect(await engine.request(id)).toMatchObject({ status: 'DENIED' });
  });
});

describe('the window that holds', () => {
  const more = {
    grant_types: ['PERMANENT', 'TIME_RESTRICTED', 'FLOATING'],
    max_time_restricted_duration: 2,
    max_floating_duration: 8,
  };

  it('can be overridden when deciding, and what was asked stays', async () => {
    const { id } = await asked([[red.id], [blue.id]], more);
    const window = { grant_type: 'TIME_RESTRICTED', grant_start: time(0), grant_end: time(DAY) };
    expectDone(await engine.decide(rita, id, 'APPROVED', 0, window));
    expect(await engine.request(id)).toMatchObject({ ...window, requested_grant_type: 'PERMANENT' });
    expectDone(await engine.decide(bill, id, 'APPROVED', 1, { grant_end: time(HOUR) }));
    const request = await engine.request(id);
    expect(request).toMatchObject({ ...window, grant_end: time(HOUR) });
    expect(request).not.toHaveProperty('requested_grant_end');
  });

  it.each([
    [
      'a longer window',
      { grant_type: 'TIME_RESTRICTED', grant_start: time(0), grant_end: time(3 * DAY) },
      'grant_end',
    ],
    ['more hours', { grant_type: 'FLOATING', floating_length: 9 }, 'floating_length'],
  ])('cannot be made %s than the workflow allowed', async (_, window, property) => {
    const { id } = await asked([[red.id]], more);
    expectRefusal(await engine.decide(rita, id, 'APPROVED', 0, window), 400, 'VALUE_OUT_OF_BOUNDS', property);
    expect(await engine.request(id)).toMatchObject({ status: 'WAITING', grant_type: 'PERMANENT' });
  });

  it('cannot become of a type that the workflow did not offer', async () => {
    const { id } = await asked(
      [[red.id]],
      { grant_types: ['TIME_RESTRICTED'] },
      {
        grant_type: 'TIME_RESTRICTED',
        grant_start: time(0),
        grant_end: time(DAY),
      },
    );
    const forever = { grant_type: 'PERMANENT' };
    expectRefusal(
      await engine.decide(rita, id, 'APPROVED', 0, forever),
      400,
      'VALUE_OUT_OF_BOUNDS',
      'grant_type',
    );
  });

  it('is passed over in a denial', async () => {
    const { id } = await asked([[red.id]], more);
    expectDone(await engine.decide(rita, id, 'DENIED', 0, { grant_type: 'FLOATING', floating_length: 99 }));
    expect(await engine.request(id)).toMatchObject({ status: 'DENIED', grant_type: 'PERMANENT' });
  });
});

describe('a request under way', () => {
  it('is not changed by editing its workflow', async () => {
    const { id, role, workflow } = await asked([[red.id]], { name: 'Old name' });
    const before = await engine.request(id);
    const body = workflowBody([blue.id], [[blue.id], [blue.id]], {
      action: 'REMOVE',
      grant_types: ['FLOATING'],
    });
    expectDone(await engine.call('PUT', `${ENGINE}/workflows/${workflow}`, { body }));
    expect(await engine.request(id)).toEqual(before);
    expectDone(await engine.decide(rita, id, 'APPROVED'));
    expect(await engine.roles(asker)).toContain(role.name);
  });

  it('is not changed by deleting its workflow', async () => {
    const { id, role, workflow } = await asked([[red.id]]);
    const before = await engine.request(id);
    expectDone(await engine.call('DELETE', `${ENGINE}/workflows/${workflow}`));
    expect(await engine.request(id)).toEqual(before);
    expectDone(await engine.decide(rita, id, 'APPROVED'));
    expect(await engine.roles(asker)).toContain(role.name);
  });

  it('for REMOVE takes the role away with its last approval', async () => {
    const role = await engine.role('unwanted');
    await engine.workflow([role.id], [[red.id], [blue.id]], { action: 'BOTH' });
    const holder = await engine.person('holder', [role.name]);
    const id = await engine.asked(holder, role.id, { action: 'REMOVE' });
    expectDone(await engine.decide(rita, id, 'APPROVED'));
    expect(await engine.roles(holder)).toContain(role.name);
    expectDone(await engine.decide(bill, id, 'APPROVED', 1));
    expect(await engine.roles(holder)).toEqual([]);
  });

  it('cannot be approved, but denied, once its role or its user is gone', async () => {
    const first = await asked([[red.id]]);
    engine.must(await engine.call('DELETE', `/api/roles/${first.role.name}`), 200);
    expectRefusal(await engine.decide(rita, first.id, 'APPROVED'), 400, 'BAD_REQUEST');
    expect(await engine.request(first.id)).toMatchObject({
      status: 'WAITING',
      requested_role: { ...first.role, deleted: true },
    });
    expectDone(await engine.decide(rita, first.id, 'DENIED'));
    const leaver = await engine.person('leaver');
    const second = await asked([[red.id]], {}, {}, leaver);
    engine.must(await engine.call('DELETE', `/api/users/${leaver.id}`), 200);
    expectRefusal(await engine.decide(rita, second.id, 'APPROVED'), 400, 'BAD_REQUEST');
    expect(await engine.request(second.id)).toMatchObject({ requester: { display_name: 'leaver' } });
  });

  it('cannot give a role to somebody whose USER_READ_ONLY stands alone', async () => {
    const { id } = await asked([[red.id]], {}, {}, await engine.person('reader', ['USER_READ_ONLY']));
    expectRefusal(await engine.decide(rita, id, 'APPROVED'), 400, 'BAD_REQUEST');
    expectDone(await engine.decide(rita, id, 'DENIED'));
  });
});
