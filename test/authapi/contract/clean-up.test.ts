import { afterAll, describe, expect, it } from 'vitest';
import { startApiUnderTest } from '../support/api-under-test.ts';
import { enc, must, type Ref, unique, Workspace } from '../support/workspace.ts';

const api = await startApiUnderTest();
const make = new Workspace(api);
afterAll(() => api.stop());

/** A record that can be a target of grants: how it goes, and comes again. */
interface Kind {
  readonly target: Ref;
  readonly path: string;
  readonly again: [method: string, path: string, body: unknown];
}

const KINDS: Record<string, () => Promise<Kind>> = {
  user: async () => {
    const id = await make.user();
    const path = `/users/${enc(id)}`;
    return { target: { type: 'USER', id }, path, again: ['PUT', path, { name: 'Another', roles: [] }] };
  },
  group: async () => {
    const id = await make.group();
    const path = `/groups/${id}`;
    return {
      target: { type: 'GROUP', id },
      path,
      again: ['PUT', path, { description: 'Another', roles: [] }],
    };
  },
  role: async () => {
    const id = await make.role();
    const body = { name: id, permissions: ['READ_PROMPT'] };
    return { target: { type: 'ROLE', id }, path: `/roles/${id}`, again: ['POST', '/roles', body] };
  },
  'gateway configuration': async () => {
    const body = {
      id: unique('gateway'),
      applicationId: await make.application(),
      authenticationType: 'NONE',
    };
    const again: Kind['again'] = ['POST', '/gateway/config/auth', body];
    must(await api.call('POST', '/gateway/config/auth', { body }));
    return { target: { type: 'AUTH_CONFIG', id: body.id }, path: `/gateway/config/auth/${body.id}`, again };
  },
};

const made = (name: string) => KINDS[name]?.() ?? Promise.reject(new Error(`No ${name}`));
const grantsOn = async ({ type, id }: Ref) =>
  (await api.call('GET', `/auth/authorization/${type}/${enc(id)}?groupBy=subject`)).json;
const grantsOf = async ({ type, id }: Ref) =>
  (await api.call('GET', `/auth/subjects/${type}/${enc(id)}/grants`)).json;

describe.each(Object.entries(KINDS))('deleting a %s', (_, kind) => {
  it('takes along the grants on it: one that is made again under its id is opened to nobody', async () => {
    const { target, path, again } = await kind();
    const holder = { type: 'USER', id: await make.user() };
    const other = { type: target.type, id: unique('other') };
    await make.grant(holder, target, ['READ', 'UPDATE']);
    await make.grant({ type: 'GROUP', id: await make.group() }, target, ['READ']);
    await make.grant(holder, other, ['READ']);
    must(await api.call('DELETE', path));
    const [method, where, body] = again;
    must(await api.call(method, where, { body }));
    expect(await grantsOn(target)).toEqual({});
    expect(await grantsOf(holder)).toEqual([{ target: other, access: ['READ'] }]);
  });
});

describe.each(['user', 'group', 'role'])('deleting a %s', (name) => {
  it('takes along the grants to it', async () => {
    const { target, path, again } = await made(name);
    await make.grant(target, { type: 'WORKFLOW_DEF', id: unique('workflow') }, ['READ']);
    expect(await grantsOf(target)).toHaveLength(1);
    must(await api.call('DELETE', path));
    const [method, where, body] = again;
    must(await api.call(method, where, { body }));
    expect(await grantsOf(target)).toEqual([]);
  });
});

describe('deleting an application', () => {
  it('takes along the grants to and on it and its user', async () => {
    const id = await make.application();
    const [itself, user] = [
      { type: 'APPLICATION', id },
      { type: 'USER', id: `app:${id}` },
    ];
    const holder = { type: 'USER', id: await make.user() };
    await make.grant(user, { type: 'WORKFLOW_DEF', id: unique('workflow') }, ['READ']);
    for (const target of [itself, user]) await make.grant(holder, target, ['READ']);
    must(await api.call('DELETE', `/applications/${id}`));
    for (const target of [itself, user]) expect(await grantsOn(target)).toEqual({});
    expect(await grantsOf(user)).toEqual([]);
  });
});

describe('deleting whoever made an application', () => {
  it('leaves the application and its keys: they serve others, and an ADMIN ends them', async () => {
    const owner = await make.user({ roles: ['USER'] });
    const id = await make.application(await api.issueToken(owner));
    const key = await make.key(id);
    must(await api.call('DELETE', `/users/${enc(owner)}`));
    const token = await make.signIn(key);
    must(await api.call('GET', '/token/userInfo', { token }));
    must(await api.call('PUT', `/users/${enc(owner)}`, { body: { name: 'Another', roles: ['USER'] } }));
    const another = await api.issueToken(owner);
    expect(await api.call('GET', `/applications/${id}`, { token: another })).toMatchObject({ status: 404 });
    must(await api.call('DELETE', `/applications/${id}/accessKeys/${key.id}`));
    expect(await api.call('GET', '/token/userInfo', { token })).toMatchObject({ status: 401 });
  });
});
