import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { asList } from '../support/answer.ts';
import { ENGINE, EngineUnderTest, HOUR, type Person } from './support/engine.ts';
import { expectDone, expectRefusal } from './support/expectations.ts';

const engine = await EngineUnderTest.start();
afterAll(() => engine.stop());
const [red, blue] = [await engine.role('red'), await engine.role('blue')];
const rita = await engine.person('Rita', [red.name]);
const bill = await engine.person('Bill', [blue.name]);

async function twoSteps(by: Person, sent: object = {}, more: object = {}): Promise<string> {
  const role = await engine.role('wanted');
  await engine.workflow([role.id], [[red.id], [blue.id]], more);
  return engine.asked(by, role.id, sent);
}

describe('the lists of somebody', () => {
  it('tell its own requests from those that wait, asked by it or for it', async () => {
    const asker = await engine.person('asker');
    const waiting = await twoSteps(asker);
    const denied = await twoSteps(asker);
    const onBehalf = await twoSteps(engine.admin, { target_user: { id: asker.uuid } });
    expectDone(await engine.decide(rita, denied, 'DENIED'));
    expect(await engine.list(asker, 'requests')).toEqual([waiting, denied, onBehalf]);
    expect(await engine.list(asker, 'active_requests')).toEqual([waiting, onBehalf]);
    expect(await engine.list(asker, 'approvals')).toEqual([]);
  });

  it('tell what waits for its decision from what it could decide before', async () => {
    const id = await twoSteps(await engine.person('asker'));
    const lists = async (who: Person) => [
      (await engine.list(who, 'active_approvals')).includes(id),
      (await engine.list(who, 'approvals')).includes(id),
    ];
    expect([await lists(rita), await lists(bill)]).toEqual([
      [true, true],
      [false, false],
    ]);
    expectDone(await engine.decide(rita, id, 'APPROVED'));
    expect([await lists(rita), await lists(bill)]).toEqual([
      [false, true],
      [true, true],
    ]);
    expectDone(await engine.decide(bill, id, 'APPROVED', 1));
    expect([await lists(rita), await lists(bill)]).toEqual([
      [false, true],
      [false, true],
    ]);
  });

  it('keep what it decided in a role that it lost', async () => {
    const former = await engine.person('former', [red.name]);
    const id = await twoSteps(await engine.person('asker'));
    expectDone(await engine.decide(former, id, 'DENIED'));
    engine.must(
      await engine.call('PUT', `/api/users/${former.id}`, { body: { name: 'former', roles: [] } }),
      200,
    );
    expect(await engine.list(former, 'approvals')).toEqual([id]);
  });

  it('leave its own requests out of what it decides', async () => {
    const id = await twoSteps(rita);
    expect(await engine.list(rita, 'approvals')).not.toContain(id);
    expect(await engine.list(rita, 'active_approvals')).not.toContain(id);
    const colleague = await engine.person('colleague', [red.name]);
    expect(await engine.list(colleague, 'active_approvals')).toContain(id);
  });

  it('take the filter in any case, and refuse none or another', async () => {
    const get = (query: string) => engine.call('GET', `${ENGINE}/requests${query}`, { as: rita });
    for (const filter of ['requests', 'ACTIVE_REQUESTS', 'Approvals', 'active_APPROVALS']) {
      expect((await get(`?filter=${filter}`)).status, filter).toBe(200);
    }
    expectRefusal(await get(''), 400, 'REQUIRED_VALUE_MISSING', 'filter');
    expectRefusal(await get('?filter=mine'), 400, 'INVALID_REQUEST_DATA', 'filter');
    expectRefusal(await get('?filter='), 400, 'INVALID_REQUEST_DATA', 'filter');
  });

  it('give everything to an ADMIN and to requests-view, to others 403', async () => {
    const id = await twoSteps(await engine.person('asker'));
    expectRefusal(
      await engine.call('GET', `${ENGINE}/requests?filter=all`, { as: rita }),
      403,
      'PERMISSION_DENIED',
    );
    const { name } = await engine.role('viewer', ['requests-view']);
    const viewer = await engine.person('viewer', [name]);
    expect(await engine.list(viewer, 'ALL')).toContain(id);
    expect(await engine.list(engine.admin, 'all')).toContain(id);
    expect((await engine.request(id, viewer))['id']).toBe(id);
  });

  it('come in pages that add up', async () => {
    const asker = await engine.person('asker');
    const made: string[] = [];
    for (let index = 0; index < 5; index += 1) made.push(await twoSteps(asker));
    const seen: unknown[] = [];
    for (const offset of [0, 2, 4]) {
      const path = `${ENGINE}/requests?filter=requests&limit=2&offset=${offset}`;
      const { record } = await engine.call('GET', path, { as: asker });
      expect(record['count']).toBe(5);
      seen.push(...asList(record['items']).map(({ id }) => id));
    }
    expect(seen).toEqual(made);
  });
});

describe('who may see a request', () => {
  it('is whoever asked, the target, the approvers of any step and those who see all; nobody else', async () => {
    const [asker, target] = [await engine.person('asker'), await engine.person('target')];
    const helper = await engine.role('helper', ['workflows-requests-on-behalf']);
    const friend = await engine.person('friend', [helper.name]);
    const id = await twoSteps(friend, { target_user: { id: target.uuid } });
    for (const who of [friend, target, rita, bill, engine.admin]) {
      expect((await engine.call('GET', `${ENGINE}/requests/${id}`, { as: who })).status).toBe(200);
    }
    expectRefusal(
      await engine.call('GET', `${ENGINE}/requests/${id}`, { as: asker }),
      403,
      'PERMISSION_DENIED',
    );
    expectRefusal(await engine.decide(asker, id, 'APPROVED'), 403, 'PERMISSION_DENIED');
    expectRefusal(await engine.revoke(asker, id), 403, 'PERMISSION_DENIED');
    const none = await engine.call('GET', `${ENGINE}/requests/${randomUUID()}`, { as: asker });
    expectRefusal(none, 404, 'OBJECT_NOT_FOUND');
  });
});

describe('searching', () => {
  const search = async (as: Person, query: string, body?: unknown) => {
    const answer = await engine.call('POST', `${ENGINE}/requests/search${query}`, { as, body });
    const { count, items } = engine.must(answer, 200).record;
    const ids = asList(items).map(({ id }) => id);
    expect(count).toBe(ids.length);
    return ids;
  };

  it('finds words of name, role, users and justification in any case', async () => {
    const asker = await engine.person('Zoë Ångström');
    const sent = { request_justification: 'Ticket 4711' };
    const id = await twoSteps(asker, sent, { name: 'Überwacher' });
    const { record } = await engine.call('GET', `${ENGINE}/requests/${id}`);
    const role = String(Object.values(record['requested_role'] ?? {})[1]);
    for (const keywords of ['überWACHER', 'ZOË åNG', 'ticket 4711', role.toUpperCase(), '']) {
      expect(await search(asker, '', { keywords }), keywords).toEqual([id]);
    }
    expect(await search(asker, '', { keywords: 'nothing of it' })).toEqual([]);
    expect(await search(asker, '', { keywords: '%' })).toEqual([]);
  });

  it('compares times with the creation', async () => {
    const asker = await engine.person('asker');
    const first = await twoSteps(asker);
    const between = new Date(engine.time + HOUR / 2).toISOString();
    engine.time += HOUR;
    const second = await twoSteps(asker);
    expect(await search(asker, '', { end_time: between })).toEqual([first]);
    expect(await search(asker, '', { start_time: between })).toEqual([second]);
    const answer = await engine.call('POST', `${ENGINE}/requests/search`, { body: { start_time: 'noon' } });
    expectRefusal(answer, 400, 'VALUE_INCORRECT_FORMAT', 'start_time');
  });

  it('takes the filter from the query, else from the body, else shows all that one may see', async () => {
    const asker = await engine.person('asker', [red.name]);
    const own = await twoSteps(asker);
    const other = await twoSteps(await engine.person('other'));
    const ids = (list: unknown[]) => list.filter((id) => id === own || id === other);
    expect(ids(await search(asker, '?filter=requests&limit=100', { filter: 'approvals' }))).toEqual([own]);
    expect(ids(await search(asker, '?limit=100', { filter: 'active_approvals' }))).toEqual([other]);
    expect(ids(await search(asker, '?limit=100'))).toEqual([own, other]);
    const stranger = await engine.person('stranger');
    expect(await search(stranger, '')).toEqual([]);
    const all = await engine.call('POST', `${ENGINE}/requests/search?filter=all`, { as: stranger });
    expectRefusal(all, 403, 'PERMISSION_DENIED');
  });

  it('sorts, either way, by what is offered', async () => {
    const asker = await engine.person('asker');
    const beta = await twoSteps(asker, {}, { name: 'beta' });
    engine.time += 1000;
    const alpha = await twoSteps(asker, {}, { name: 'alpha' });
    engine.time += 1000;
    expectDone(await engine.decide(rita, beta, 'DENIED'));
    expect(await search(asker, '')).toEqual([beta, alpha]);
    expect(await search(asker, '?sortkey=created&sortdir=desc')).toEqual([alpha, beta]);
    expect(await search(asker, '?sortkey=updated&sortdir=ASC')).toEqual([alpha, beta]);
    expect(await search(asker, '?sortkey=name')).toEqual([alpha, beta]);
    expect(await search(asker, '?sortkey=STATUS')).toEqual([beta, alpha]);
    const refused = (query: string) =>
      engine.call('POST', `${ENGINE}/requests/search${query}`, { as: asker });
    expectRefusal(await refused('?sortkey=colour'), 400, 'INVALID_REQUEST_DATA', 'sortkey');
    expectRefusal(await refused('?sortdir=up'), 400, 'INVALID_REQUEST_DATA', 'sortdir');
  });
});
