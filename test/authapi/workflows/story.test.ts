import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, EngineUnderTest, HOUR, type Person } from './support/engine.ts';
import { expectDone } from './support/expectations.ts';

const engine = await EngineUnderTest.start();
afterAll(() => engine.stop());

let alice: Person;
let bob: Person;
let carol: Person;
let wanted: { id: string; name: string };

/** Asks checkPermissions whether Alice may run the workflow that the wanted role opens. */
async function aliceMayRun(): Promise<unknown> {
  const path = `/api/users/${alice.id}/checkPermissions?type=WORKFLOW_DEF&id=deploy`;
  return engine.must(await engine.call('GET', path), 200).record['EXECUTE'];
}

beforeAll(async () => {
  const first = await engine.role('first-approver');
  const second = await engine.role('second-approver');
  wanted = await engine.role('deployer', ['EXECUTE_WORKFLOW_DEF']);
  alice = await engine.person('Alice', ['USER']);
  bob = await engine.person('Bob', [first.name]);
  carol = await engine.person('Carol', [second.name]);
  await engine.workflow([wanted.id], [[first.id], [second.id]], {
    name: 'Deployers',
    requires_justification: true,
    grant_types: ['PERMANENT', 'TIME_RESTRICTED'],
    max_time_restricted_duration: 15,
  });
});

describe('the story of a role, told by three people over REST', () => {
  it('is asked for, approved once and then denied', async () => {
    const id = await engine.asked(alice, wanted.id, { request_justification: 'on call' });
    expect(await engine.request(id, alice)).toMatchObject({
      status: 'WAITING',
      requester: { id: alice.uuid },
    });
    expect(await engine.list(bob, 'active_approvals')).toContain(id);
    expect(await engine.list(carol, 'active_approvals')).not.toContain(id);
    expectDone(await engine.decide(bob, id, 'APPROVED'));
    expect(await engine.list(bob, 'active_approvals')).not.toContain(id);
    expect(await engine.list(carol, 'active_approvals')).toContain(id);
    expectDone(await engine.decide(carol, id, 'DENIED', 1));
    expect(await engine.request(id, alice)).toMatchObject({ status: 'DENIED' });
    expect(await aliceMayRun()).toBe(false);
  });

  it('is asked for again, approved by both for a shorter time, and ends with it', async () => {
    const at = (offset: number) => new Date(engine.time + offset).toISOString();
    const id = await engine.asked(alice, wanted.id, {
      request_justification: 'still on call',
      grant_type: 'TIME_RESTRICTED',
      grant_start: at(0),
      grant_end: at(10 * DAY),
    });
    expectDone(await engine.decide(bob, id, 'APPROVED'));
    expect(await aliceMayRun()).toBe(false);
    expectDone(await engine.decide(carol, id, 'APPROVED', 1, { grant_end: at(2 * HOUR) }));
    const end = engine.time + 2 * HOUR;
    expect(await engine.request(id, alice)).toMatchObject({
      status: 'APPROVED',
      grant_type: 'TIME_RESTRICTED',
      requested_grant_type: 'TIME_RESTRICTED',
    });
    const { grant_end: granted, requested_grant_end: requested } = await engine.request(id, alice);
    expect([Date.parse(String(granted)), Date.parse(String(requested))]).toEqual([
      end,
      engine.time + 10 * DAY,
    ]);
    expect(await engine.roles(alice)).toContain(wanted.name);
    expect(await aliceMayRun()).toBe(true);
    engine.time = end - 1;
    expect(await aliceMayRun()).toBe(true);
    engine.time = end;
    expect(await aliceMayRun()).toBe(false);
    expect(await engine.roles(alice)).toEqual(['USER']);
  });

  it('is given for good and taken back by somebody who approved it', async () => {
    const id = await engine.asked(alice, wanted.id, { request_justification: 'promoted' });
    expectDone(await engine.decide(bob, id, 'APPROVED'));
    expectDone(await engine.decide(carol, id, 'APPROVED', 1));
    expect(await engine.request(id, alice)).toMatchObject({
      approver_can_revoke: true,
      target_role_revoked: false,
    });
    expect(await aliceMayRun()).toBe(true);
    expectDone(await engine.revoke(carol, id));
    expect(await aliceMayRun()).toBe(false);
    expect(await engine.request(id, alice)).toMatchObject({
      status: 'APPROVED',
      target_role_revoked: true,
      target_role_revoked_by: { id: carol.uuid, display_name: 'Carol' },
      target_role_revocation_time: new Date(engine.time).toISOString().replace('.000Z', 'Z'),
    });
  });
});
