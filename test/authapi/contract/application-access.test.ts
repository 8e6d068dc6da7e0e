import { afterAll, describe, expect, it } from 'vitest';
import { startApiUnderTest } from '../support/api-under-test.ts';
import { expectError } from '../support/expectations.ts';
import { type Actor, must, unique, Workspace } from '../support/workspace.ts';

const api = await startApiUnderTest();
const make = new Workspace(api);
afterAll(() => api.stop());

const FULL = ['READ', 'CREATE', 'UPDATE', 'DELETE', 'EXECUTE'];
const tags = [{ key: 'team', value: 'core' }];

/** Everything one does with an application; deleting it comes last. */
const CALLS: [method: string, suffix: string, body?: unknown][] = [
  ['GET', ''],
  ['PUT', '', { name: 'renamed' }],
  ['GET', '/tags'],
  ['PUT', '/tags', tags],
  ['DELETE', '/tags', tags],
  ['GET', '/accessKeys'],
  ['POST', '/accessKeys'],
  ['POST', '/roles/WORKER'],
  ['DELETE', '/roles/WORKER'],
  ['DELETE', ''],
];

async function statusesFor(id: string, { token }: Actor): Promise<number[]> {
  const statuses = [];
  for (const [method, suffix, body] of CALLS) {
    statuses.push((await api.call(method, `/applications/${id}${suffix}`, { token, body })).status);
  }
  return statuses;
}

const applicationGrant = (userId: string, id: string, access: string[]) =>
  make.grant({ type: 'USER', id: userId }, { type: 'APPLICATION', id }, access);

describe('full access to an application', () => {
  it('is its creator’s', async () => {
    const actor = await make.actor('APPLICATION_CREATOR');
    expect(await statusesFor(await make.application(actor.token), actor)).toEqual(CALLS.map(() => 200));
  });

  it('is not that of another creator', async () => {
    const [owner, stranger] = [
      await make.actor('APPLICATION_CREATOR'),
      await make.actor('APPLICATION_CREATOR'),
    ];
    const id = await make.application(owner.token);
    // The tags of an application that is not there are none, with 200 (contract section 6).
    const told = CALLS.map(([, suffix]) => (suffix === '/tags' ? 200 : 404));
    expect(await statusesFor(id, stranger)).toEqual(told);
    expect((await api.call('GET', `/applications/${id}/tags`, { token: owner.token })).json).toEqual([]);
  });

  it('comes with grants on it: own, by group, by role, by tag', async () => {
    const own = await make.actor();
    const [group, role, value] = [await make.group(), await make.role(), unique('v')];
    const [byGroup, byRole, byTag] = [await make.actor(), await make.actor(role), await make.actor()];
    must(await api.call('POST', `/groups/${group}/users/${byGroup.userId}`));
    await make.grant({ type: 'USER', id: byTag.userId }, { type: 'TAG', id: `owner:${value}` }, FULL);
    for (const actor of [own, byGroup, byRole, byTag]) {
      const id = await make.application();
      const target = { type: 'APPLICATION', id };
      if (actor === own) await make.grant({ type: 'USER', id: own.userId }, target, FULL);
      if (actor === byGroup) await make.grant({ type: 'GROUP', id: group }, target, FULL);
      if (actor === byRole) await make.grant({ type: 'ROLE', id: role }, target, FULL);
      if (actor === byTag)
        must(await api.call('PUT', `/applications/${id}/tags`, { body: [{ key: 'owner', value }] }));
      expect(await statusesFor(id, actor)).toEqual(CALLS.map(() => 200));
    }
  });
});

describe('a partial grant on an application', () => {
  const attempt = (id: string, { token }: Actor, method: string, body?: unknown) =>
    api.call(method, `/applications/${id}`, { token, body });

  it('READ lets read and no more', async () => {
    const [id, actor] = [await make.application(), await make.actor()];
    await applicationGrant(actor.userId, id, ['READ']);
    must(await attempt(id, actor, 'GET'));
    must(await api.call('GET', `/applications/${id}/tags`, { token: actor.token }));
    must(await api.call('GET', `/applications/${id}/accessKeys`, { token: actor.token }));
    expectError(await attempt(id, actor, 'PUT', { name: 'x' }), 403);
    expectError(await attempt(id, actor, 'DELETE'), 403);
    expectError(await api.call('POST', `/applications/${id}/accessKeys`, { token: actor.token }), 403);
    expectError(await api.call('PUT', `/applications/${id}/tags`, { token: actor.token, body: tags }), 403);
  });

  it('UPDATE lets update and not delete', async () => {
    const [id, actor] = [await make.application(), await make.actor()];
    await applicationGrant(actor.userId, id, ['UPDATE']);
    must(await attempt(id, actor, 'PUT', { name: 'x' }));
    must(await api.call('PUT', `/applications/${id}/tags`, { token: actor.token, body: tags }));
    expectError(await attempt(id, actor, 'DELETE'), 403);
  });

  it('DELETE lets delete and not update', async () => {
    const [id, actor] = [await make.application(), await make.actor()];
    await applicationGrant(actor.userId, id, ['DELETE']);
    expectError(await attempt(id, actor, 'PUT', { name: 'x' }), 403);
    must(await attempt(id, actor, 'DELETE'));
  });

  it('ends at once when it is removed', async () => {
    const [id, actor] = [await make.application(), await make.actor()];
    await applicationGrant(actor.userId, id, ['READ']);
    must(await attempt(id, actor, 'GET'));
    const body = {
      subject: { type: 'USER', id: actor.userId },
      target: { type: 'APPLICATION', id },
      access: ['READ'],
    };
    must(await api.call('DELETE', '/auth/authorization', { body }));
    expectError(await attempt(id, actor, 'GET'), 404, id);
  });
});

describe('the list of applications', () => {
  it('holds those the caller may read', async () => {
    const actor = await make.actor('APPLICATION_CREATOR');
    const own = await make.application(actor.token);
    const [granted, tagged, hidden] = [
      await make.application(),
      await make.application(),
      await make.application(),
    ];
    const value = unique('v');
    await applicationGrant(actor.userId, granted, ['READ']);
    await make.grant({ type: 'USER', id: actor.userId }, { type: 'TAG', id: `seen:${value}` }, ['READ']);
    must(await api.call('PUT', `/applications/${tagged}/tags`, { body: [{ key: 'seen', value }] }));
    const seen = (await api.call('GET', '/applications', { token: actor.token })).list.map(({ id }) => id);
    expect(seen).toEqual(expect.arrayContaining([own, granted, tagged]));
    expect(seen).not.toContain(hidden);
  });

  it.each(['ADMIN', 'APPLICATION_MANAGER'])('holds all for %s', async (role) => {
    const [{ token }, hidden] = [await make.actor(role), await make.application()];
    const seen = (await api.call('GET', '/applications', { token })).list.map(({ id }) => id);
    expect(seen).toContain(hidden);
  });
});

describe('granting and revoking on a target', () => {
  it('is for whoever has full access to it: its creator', async () => {
    const owner = await make.actor('APPLICATION_CREATOR');
    const stranger = await make.actor('APPLICATION_CREATOR');
    const id = await make.application(owner.token);
    const body = {
      subject: { type: 'USER', id: stranger.userId },
      target: { type: 'APPLICATION', id },
      access: ['READ'],
    };
    expectError(await api.call('POST', '/auth/authorization', { token: stranger.token, body }), 403);
    must(await api.call('POST', '/auth/authorization', { token: owner.token, body }));
    must(await api.call('GET', `/applications/${id}`, { token: stranger.token }));
    must(await api.call('DELETE', '/auth/authorization', { token: owner.token, body }));
    expectError(await api.call('GET', `/applications/${id}`, { token: stranger.token }), 404, id);
  });

  it('is not for whoever has only a part', async () => {
    const [id, actor] = [await make.application(), await make.actor()];
    await applicationGrant(actor.userId, id, ['READ', 'UPDATE']);
    const body = {
      subject: { type: 'USER', id: actor.userId },
      target: { type: 'APPLICATION', id },
      access: ['DELETE'],
    };
    expectError(await api.call('POST', '/auth/authorization', { token: actor.token, body }), 403);
  });
});

describe('an application that one may do nothing with', () => {
  const UNKNOWN = '7d0e0000-0000-4000-8000-00000000dead';

  it.each([
    ...CALLS,
    ['GET', '/accessKeys/KEY'],
    ['POST', '/accessKeys/KEY/status'],
    ['DELETE', '/accessKeys/KEY'],
  ])('is told apart from none by nobody: %s %s', async (method, suffix, body) => {
    const { token } = await make.actor('USER');
    const id = await make.application();
    must(await api.call('PUT', `/applications/${id}/tags`, { body: tags }));
    const path = String(suffix).replace('KEY', (await make.key(id)).id);
    const [real, none] = [
      await api.call(String(method), `/applications/${id}${path}`, { token, body }),
      await api.call(String(method), `/applications/${UNKNOWN}${path}`, { token, body }),
    ];
    expect([real.status, real.text.replaceAll(id, UNKNOWN)]).toEqual([none.status, none.text]);
    expect((await api.call('GET', `/applications/${id}/tags`)).json).toEqual(tags);
  });

  it('is not told by the id of a key of it, which is as unknown as any', async () => {
    const [actor, id] = [await make.actor('USER'), await make.application()];
    const key = await make.key(id);
    const found = () => api.call('GET', `/applications/key/${key.id}`, { token: actor.token });
    const unknown = await api.call('GET', `/applications/key/${UNKNOWN}`, { token: actor.token });
    const told = unknown.text.replaceAll(UNKNOWN, key.id);
    expect(await found()).toMatchObject({ status: 404, text: told });
    await applicationGrant(actor.userId, id, ['UPDATE']);
    expect(await found()).toMatchObject({ status: 404, text: told });
    await applicationGrant(actor.userId, id, ['READ']);
    expect(must(await found()).record).toMatchObject({ id });
  });
});
