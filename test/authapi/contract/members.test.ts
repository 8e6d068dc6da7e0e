import { afterAll, describe, expect, it } from 'vitest';
import { startApiUnderTest } from '../support/api-under-test.ts';
import { expectEmpty, expectError } from '../support/expectations.ts';
import { enc, must, unique, Workspace } from '../support/workspace.ts';

const api = await startApiUnderTest();
const make = new Workspace(api);
afterAll(() => api.stop());

const path = (group: string, user?: string) =>
  `/groups/${group}/users${user === undefined ? '' : `/${enc(user)}`}`;

async function membersOf(group: string): Promise<unknown[]> {
  return must(await api.call('GET', path(group)))
    .list.map((user) => user['id'])
    .toSorted();
}

describe('adding one member', () => {
  it('shows at the group and at the user at once', async () => {
    const [group, user] = [await make.group(), await make.user()];
    expectEmpty(await api.call('POST', path(group, user)));
    expect(await membersOf(group)).toEqual([user]);
    expect((await api.call('GET', `/users/${user}`)).record).toMatchObject({ groups: [{ id: group }] });
  });

  it('is fine again, and in another case', async () => {
    const [group, user] = [await make.group(), await make.user()];
    for (const id of [user, user, user.toUpperCase()]) must(await api.call('POST', path(group, id)));
    expect(await membersOf(group)).toEqual([user]);
  });

  it('may add the user of an application', async () => {
    const [group, user] = [await make.group(), `app:${await make.application()}`];
    must(await api.call('POST', path(group, user)));
    expect(await membersOf(group)).toEqual([user]);
  });

  it('is 404 for an unknown user and for an unknown group', async () => {
    const [group, user, nobody] = [await make.group(), await make.user(), unique('nobody')];
    expectError(await api.call('POST', path(group, nobody)), 404, nobody);
    expectError(await api.call('POST', path(nobody, user)), 404, nobody);
    expect(await membersOf(group)).toEqual([]);
  });
});

describe('adding members in bulk', () => {
  it('adds all of them, the same id twice too', async () => {
    const [group, ann, bob] = [await make.group(), await make.user(), await make.user()];
    must(await api.call('POST', path(group, ann)));
    expectEmpty(await api.call('POST', path(group), { body: [ann, bob, bob, bob.toUpperCase()] }));
    expect(await membersOf(group)).toEqual([ann, bob].toSorted());
  });

  it('adds nobody for an empty list', async () => {
    const group = await make.group();
    expectEmpty(await api.call('POST', path(group), { body: [] }));
    expect(await membersOf(group)).toEqual([]);
  });

  it('is all or nothing: one unknown user and nobody is added', async () => {
    const [group, ann, bob] = [await make.group(), await make.user(), await make.user()];
    const nobody = unique('nobody');
    expectError(await api.call('POST', path(group), { body: [ann, nobody, bob] }), 404, nobody);
    expect(await membersOf(group)).toEqual([]);
  });

  it.each([
    ['an object', { users: [] }],
    ['numbers', [1, 2]],
    ['a word', 'ann'],
    ['nothing', undefined],
  ])('refuses %s for a list', async (_, body) => {
    expectError(await api.call('POST', path(await make.group()), { body }), 400);
  });
});

describe('reading members', () => {
  it('gives whole users', async () => {
    const [group, user] = [await make.group(), await make.user({ roles: ['USER'] })];
    must(await api.call('POST', path(group, user)));
    const { json } = await api.call('GET', path(group));
    expect(json).toEqual([(await api.call('GET', `/users/${user}`)).json]);
  });

  it('is [] for an empty group', async () => {
    expect((await api.call('GET', path(await make.group()))).json).toEqual([]);
  });
});

describe('removing one member', () => {
  it('shows at once', async () => {
    const [group, user] = [await make.group(), await make.user()];
    must(await api.call('POST', path(group, user)));
    expectEmpty(await api.call('DELETE', path(group, user)));
    expect(await membersOf(group)).toEqual([]);
    expect((await api.call('GET', `/users/${user}`)).record).toMatchObject({ groups: [] });
  });

  it('is 200 for a known user who is no member', async () => {
    expectEmpty(await api.call('DELETE', path(await make.group(), await make.user())));
  });

  it('is 404 for an unknown user and for an unknown group', async () => {
    const nobody = unique('nobody');
    expectError(await api.call('DELETE', path(await make.group(), nobody)), 404, nobody);
    expectError(await api.call('DELETE', path(nobody, await make.user())), 404, nobody);
  });
});

describe('removing members in bulk', () => {
  it('removes those who are, and is 200 for those who are not', async () => {
    const [group, ann, bob, eve] = [
      await make.group(),
      await make.user(),
      await make.user(),
      await make.user(),
    ];
    must(await api.call('POST', path(group), { body: [ann, bob] }));
    expectEmpty(await api.call('DELETE', path(group), { body: [ann, eve, ann] }));
    expect(await membersOf(group)).toEqual([bob]);
  });

  it('is all or nothing: one unknown user and nobody is removed', async () => {
    const [group, ann, nobody] = [await make.group(), await make.user(), unique('nobody')];
    must(await api.call('POST', path(group, ann)));
    expectError(await api.call('DELETE', path(group), { body: [ann, nobody] }), 404, nobody);
    expect(await membersOf(group)).toEqual([ann]);
  });
});

describe('a membership', () => {
  it('counts in checkPermissions at once, and no longer once removed', async () => {
    const [group, user] = [await make.group(), await make.user()];
    const target = { type: 'WORKFLOW_DEF', id: unique('wf') };
    await make.grant({ type: 'GROUP', id: group }, target, ['EXECUTE']);
    expect(await make.check(user, target)).toMatchObject({ EXECUTE: false });
    must(await api.call('POST', path(group), { body: [user] }));
    expect(await make.check(user, target)).toMatchObject({ EXECUTE: true });
    must(await api.call('DELETE', path(group, user)));
    expect(await make.check(user, target)).toMatchObject({ EXECUTE: false });
  });

  it('gives the group’s roles to a running token at once', async () => {
    const { token, userId } = await make.actor();
    const group = await make.group({ roles: ['ADMIN'] });
    expectError(await api.call('GET', '/users', { token }), 403);
    must(await api.call('POST', path(group, userId)));
    must(await api.call('GET', '/users', { token }));
    must(await api.call('PUT', `/groups/${group}`, { body: { description: 'D', roles: [] } }));
    expectError(await api.call('GET', '/users', { token }), 403);
  });
});
