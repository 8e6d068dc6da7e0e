import { afterAll, describe, expect, it } from 'vitest';
import { ENGINE, EngineUnderTest, HOUR, type Person } from './support/engine.ts';
import { expectDone, expectRefusal } from './support/expectations.ts';

const engine = await EngineUnderTest.start();
afterAll(() => engine.stop());
const [red, blue] = [await engine.role('red'), await engine.role('blue')];
const rita = await engine.person('Rita', [red.name]);
const bill = await engine.person('Bill', [blue.name]);
const NOWHERE = '00000000-0000-4000-8000-000000000000';

/** Has a new role asked for and approved by Rita, then Bill. */
async function approved(more: object = {}, sent: object = {}) {
  const asker = await engine.person('Asker');
  const role = await engine.role('wanted');
  const workflow = await engine.workflow([role.id], [[red.id], [blue.id]], more);
  const id = await engine.asked(asker, role.id, sent);
  expectDone(await engine.decide(rita, id, 'APPROVED'));
  expectDone(await engine.decide(bill, id, 'APPROVED', 1));
  return { id, role, asker, workflow };
}

describe('revoking', () => {
  it('takes the role back, and keeps who did it and when', async () => {
    const { id, role, asker } = await approved();
    expect(await engine.roles(asker)).toEqual([role.name]);
    engine.time += 5000;
    expectDone(await engine.revoke(rita, id));
    expect(await engine.roles(asker)).toEqual([]);
    expect(await engine.request(id)).toMatchObject({
      status: 'APPROVED',
      target_role_revoked: true,
      target_role_revoked_by: { id: rita.uuid, display_name: 'Rita' },
      target_role_revocation_time: new Date(engine.time).toISOString().replace('.000Z', 'Z'),
    });
  });

  it('ends a window too', async () => {
    const floating = { grant_type: 'FLOATING', floating_length: 5 };
    const { id, role, asker } = await approved({ grant_types: ['FLOATING'] }, floating);
    expect(await engine.roles(asker)).toEqual([role.name]);
    expectDone(await engine.revoke(bill, id));
    expect(await engine.roles(asker)).toEqual([]);
    engine.time += HOUR;
    expect(await engine.roles(asker)).toEqual([]);
  });

  it('is for those who approved: not for others of their role, nor for an ADMIN', async () => {
    const { id } = await approved();
    const colleague = await engine.person('colleague', [red.name]);
    expectRefusal(await engine.revoke(colleague, id), 403, 'PERMISSION_DENIED');
    expectRefusal(await engine.revoke(engine.admin, id), 403, 'PERMISSION_DENIED');
  });

  it('is done once', async () => {
    const { id } = await approved();
    expectDone(await engine.revoke(rita, id));
    expectRefusal(await engine.revoke(rita, id), 400, 'BAD_REQUEST');
    expectRefusal(await engine.revoke(bill, id), 400, 'BAD_REQUEST');
  });

  it('waits for the last approval', async () => {
    const role = await engine.role('wanted');
    await engine.workflow([role.id], [[red.id], [blue.id]]);
    const id = await engine.asked(await engine.person('asker'), role.id);
    expectDone(await engine.decide(rita, id, 'APPROVED'));
    expectRefusal(await engine.revoke(rita, id), 400, 'BAD_REQUEST');
    expectDone(await engine.decide(bill, id, 'DENIED', 1));
    expectRefusal(await engine.revoke(rita, id), 400, 'BAD_REQUEST');
  });

  it('of what is not there is 404', async () => {
    expectRefusal(await engine.revoke(rita, NOWHERE), 404, 'OBJECT_NOT_FOUND');
  });

  it.each([
    ['no workflow removes the role', 'GRANT', false, true],
    ['a workflow removes the role', 'BOTH', false, false],
    ['a workflow removes it but may be bypassed', 'BOTH', true, true],
  ])('where %s: a request for %s, bypass %s, is answered %s', async (_, action, bypass, can) => {
    const { id, asker, role } = await approved({ action, can_bypass_revoke_workflow: bypass });
    expect(await engine.request(id)).toMatchObject({ approver_can_revoke: can });
    const answer = await engine.revoke(rita, id);
    if (can) expectDone(answer);
    else expectRefusal(answer, 400, 'BAD_REQUEST');
    expect(await engine.roles(asker)).toEqual(can ? [] : [role.name]);
  });

  it('of a REMOVE is nothing that can be', async () => {
    const { id } = await approved({ action: 'BOTH', can_bypass_revoke_workflow: true }, { action: 'REMOVE' });
    expect(await engine.request(id)).toMatchObject({ approver_can_revoke: false });
    expectRefusal(await engine.revoke(rita, id), 400, 'BAD_REQUEST');
  });

  it('keeps to what held when it was asked: a later workflow that removes the role changes nothing', async () => {
    const { id, role } = await approved();
    await engine.workflow([role.id], [[red.id]], { action: 'REMOVE' });
    expect(await engine.request(id)).toMatchObject({ approver_can_revoke: true });
    expectDone(await engine.revoke(rita, id));
  });
});

describe('deleting', () => {
  const remove = (id: string, as: Person) => engine.call('DELETE', `${ENGINE}/requests/${id}`, { as });

  it('leaves revocation possible: of what is approved and not revoked, it is for an ADMIN', async () => {
    const { id, asker } = await approved();
    for (const who of [asker, rita]) expectRefusal(await remove(id, who), 403, 'PERMISSION_DENIED');
    expectDone(await engine.revoke(rita, id));
    expect(await engine.roles(asker)).toEqual([]);
    expectRefusal(await remove(id, rita), 403, 'PERMISSION_DENIED');
    expectDone(await remove(id, asker));
    expectRefusal(
      await engine.call('GET', `${ENGINE}/requests/${id}`, { as: asker }),
      404,
      'OBJECT_NOT_FOUND',
    );
    expect(await engine.roles(asker)).toEqual([]);
  });

  it('by an ADMIN leaves the role', async () => {
    const { id, asker, role } = await approved();
    expectDone(await remove(id, engine.admin));
    expect(await engine.roles(asker)).toEqual([role.name]);
  });

  it('leaves revocation possible also where a REMOVE workflow is there, the window is over, or another asked', async () => {
    const asker = await engine.person('asker');
    const target = await engine.person('target');
    const more = { grant_types: ['FLOATING'], action: 'BOTH' };
    const role = await engine.role('wanted');
    await engine.workflow([role.id], [[red.id]], more);
    const onBehalf = await engine.role('speaker', ['workflows-requests-on-behalf']);
    engine.must(
      await engine.call('PUT', `/api/users/${asker.id}`, { body: { name: 'A', roles: [onBehalf.name] } }),
      200,
    );
    const sent = { grant_type: 'FLOATING', floating_length: 1, target_user: { id: target.uuid } };
    const id = await engine.asked(asker, role.id, sent);
    expectDone(await engine.decide(rita, id, 'APPROVED'));
    await engine.roles(target);
    engine.time += 2 * HOUR;
    expectRefusal(await remove(id, asker), 403, 'PERMISSION_DENIED');
  });

  it('of a request that waits or was denied is for whoever asked', async () => {
    const asker = await engine.person('asker');
    const role = await engine.role('wanted');
    await engine.workflow([role.id], [[red.id], [blue.id]]);
    const half = await engine.asked(asker, role.id);
    expectDone(await engine.decide(rita, half, 'APPROVED'));
    expectDone(await remove(half, asker));
    const denied = await engine.asked(asker, role.id);
    expectDone(await engine.decide(rita, denied, 'DENIED'));
    expectDone(await remove(denied, asker));
  });

  it('is for an ADMIN, and not for the target user', async () => {
    const target = await engine.person('target');
    const role = await engine.role('wanted');
    await engine.workflow([role.id], [[red.id]]);
    const id = await engine.asked(engine.admin, role.id, { target_user: { id: target.uuid } });
    expectRefusal(
      await engine.call('DELETE', `${ENGINE}/requests/${id}`, { as: target }),
      403,
      'PERMISSION_DENIED',
    );
    expectDone(await engine.call('DELETE', `${ENGINE}/requests/${id}`));
    expectRefusal(await engine.call('DELETE', `${ENGINE}/requests/${id}`), 404, 'OBJECT_NOT_FOUND');
  });

  it('ends the waiting: nothing is left to decide', async () => {
    const asker = await engine.person('asker');
    const role = await engine.role('wanted');
    await engine.workflow([role.id], [[red.id]]);
    const id = await engine.asked(asker, role.id);
    expectDone(await engine.call('DELETE', `${ENGINE}/requests/${id}`, { as: asker }));
    expectRefusal(await engine.decide(rita, id, 'APPROVED'), 404, 'OBJECT_NOT_FOUND');
    expect(await engine.roles(asker)).toEqual([]);
    await engine.asked(asker, role.id);
  });
});
