import {
  ApplicationClient,
  AuthorizationClient,
  createConductorClient,
  noopLogger,
} from '@io-orkes/conductor-javascript';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { remote, startApiUnderTest } from './support/api-under-test.ts';
import { must, unique, Workspace } from './support/workspace.ts';

/**
 * A client that we did not write, `@io-orkes/conductor-javascript`, through the life cycles of its own integration
 * tests (applications, authorization), over the `fetch` it chooses itself.
 */
const calls: string[] = [];
const api = await startApiUnderTest({ onRequest: (call) => calls.push(call) });
const make = new Workspace(api);

const sdk = await connect(api.adminKey);
const applications = new ApplicationClient(sdk);
const authorization = new AuthorizationClient(sdk);

afterAll(async () => {
  sdk.stopBackgroundRefresh();
  await api.stop();
});

function connect(
  key: { keyId: string; keySecret: string },
  options: Parameters<typeof createConductorClient>[0] = {},
) {
  return createConductorClient({
    serverUrl: api.url,
    ...key,
    logger: noopLogger,
    disableHttp2: true,
    ...options,
  });
}

/** Gives the type of an id in the SDK's grants, which its generated types take for one literal text. */
type GrantRequest = Parameters<AuthorizationClient['grantPermissions']>[0];
const grantOf = (subject: object, id: string, access: GrantRequest['access']) =>
  ({ subject, target: { type: 'WORKFLOW_DEF', id }, access }) as GrantRequest;

async function withClient(
  key: { keyId: string; keySecret: string },
  use: (client: Awaited<ReturnType<typeof connect>>) => Promise<void>,
  options: Parameters<typeof connect>[1] = {},
): Promise<void> {
  const client = await connect(key, options);
  try {
    await use(client);
  } finally {
    client.stopBackgroundRefresh();
  }
}

describe('signing in', () => {
  const list = 'GET /api/users?apps=false';

  it.each(['', '/', '/api', '/api/'])('takes the server URL with "%s" at its end', async (ending) => {
    await withClient(
      api.adminKey,
      async (client) => expect(await new AuthorizationClient(client).listGroups()).toBeInstanceOf(Array),
      { serverUrl: `${api.url}${ending}` },
    );
  });

  it('signs in again and repeats the call when its token is refused', async () => {
    const applicationId = await make.application();
    const lost = await make.key(applicationId);
    const lostToken = await make.signIn(lost);
    must(await api.call('DELETE', `/applications/${applicationId}/accessKeys/${lost.id}`));
    await withClient(api.adminKey, async (client) => {
      client.setConfig({ auth: () => Promise.resolve(lostToken) });
      calls.length = 0;
      expect(await new AuthorizationClient(client).listUsers()).toBeInstanceOf(Array);
      if (!remote) expect(calls).toEqual([list, 'POST /api/token', list]);
    });
  });

  it('does not sign in again when the caller may not', async () => {
    const { id, secret } = await make.key(await make.application());
    await withClient({ keyId: id, keySecret: secret }, async (client) => {
      calls.length = 0;
      await expect(new AuthorizationClient(client).listUsers()).rejects.toThrow();
      if (!remote) expect(calls).toEqual([list]);
    });
  });

  it('renews its token in the background, and its old one stays good', async () => {
    await withClient(
      api.adminKey,
      async (client) => {
        const held = async () => (await client.getAuthenticationHeaders())?.['X-Authorization'] ?? '';
        const first = await held();
        // Tokens of one second are alike: this waits for the next one.
        await vi.waitFor(async () => expect(await held()).not.toBe(first), { timeout: 5000 });
        for (const token of [first, await held()]) must(await api.call('GET', '/users', { token }));
      },
      { refreshTokenInterval: 100 },
    );
  });
});

describe('the life of an application', () => {
  it('is created, read, listed, renamed and deleted', async () => {
    const name = unique('sdk-app');
    const created = await applications.createApplication(name);
    expect(created).toMatchObject({ name, createdBy: expect.any(String), createTime: expect.any(Number) });
    expect(await applications.getApplication(created.id)).toEqual(created);
    expect((await applications.getAllApplications()).map(({ id }) => id)).toContain(created.id);
    const renamed = await applications.updateApplication(created.id, `${name}-2`);
    expect(renamed).toMatchObject({ id: created.id, name: `${name}-2` });
    await applications.deleteApplication(created.id);
    await expect(applications.getApplication(created.id)).rejects.toThrow(created.id);
    await expect(applications.updateApplication(created.id, 'x')).rejects.toThrow();
    await expect(applications.deleteApplication(created.id)).rejects.toThrow();
  });

  it('refuses an empty name', async () => {
    await expect(applications.createApplication('')).rejects.toThrow();
  });

  it('has access keys: created, listed, looked up, toggled, deleted', async () => {
    const id = await make.application();
    const key = await applications.createAccessKey(id);
    expect(key).toEqual({ id: expect.any(String), secret: expect.any(String) });
    const [listed] = await applications.getAccessKeys(id);
    expect(listed).toMatchObject({ id: key.id, status: 'ACTIVE', createdAt: expect.any(Number) });
    expect(await applications.getAppByAccessKeyId(key.id)).toMatchObject({
      id,
      createTime: expect.any(Number),
    });
    expect(await applications.toggleAccessKeyStatus(id, key.id)).toMatchObject({ status: 'INACTIVE' });
    expect(await applications.toggleAccessKeyStatus(id, key.id)).toMatchObject({ status: 'ACTIVE' });
    await applications.deleteAccessKey(id, key.id);
    expect(await applications.getAccessKeys(id)).toEqual([]);
    await expect(applications.deleteAccessKey(id, key.id)).rejects.toThrow();
    await expect(applications.toggleAccessKeyStatus(id, key.id)).rejects.toThrow();
    await expect(applications.getAppByAccessKeyId(key.id)).rejects.toThrow();
  });

  it('has roles', async () => {
    const id = await make.application();
    await applications.addApplicationRole(id, 'WORKER');
    await applications.addApplicationRole(id, 'USER');
    expect((await make.roleNames(`app:${id}`)).toSorted()).toEqual(['USER', 'WORKER']);
    await applications.removeRoleFromApplicationUser(id, 'USER');
    expect(await make.roleNames(`app:${id}`)).toEqual(['WORKER']);
    await expect(applications.addApplicationRole(unique('none'), 'USER')).rejects.toThrow();
  });

  it('has tags, one or many', async () => {
    const id = await make.application();
    await applications.addApplicationTag(id, { key: 'a', value: '1' });
    await applications.addApplicationTags(id, [
      { key: 'b', value: '2' },
      { key: 'c', value: '3' },
    ]);
    expect(await applications.getApplicationTags(id)).toHaveLength(3);
    await applications.deleteApplicationTag(id, { key: 'a', value: '1' });
    await applications.deleteApplicationTags(id, [{ key: 'b', value: '2' }]);
    expect(await applications.getApplicationTags(id)).toEqual([{ key: 'c', value: '3' }]);
    await applications.addApplicationTag(unique('none'), { key: 'a', value: '1' });
  });
});

describe('the life of users and groups', () => {
  it('has users, with the bare role the SDK sends', async () => {
    const id = `${unique('sdk')}@example.com`;
    expect(await authorization.upsertUser(id, { name: 'Ann', roles: 'USER' })).toMatchObject({
      id,
      name: 'Ann',
    });
    expect(await authorization.getUser(id)).toMatchObject({ id, roles: [{ name: 'USER' }] });
    expect((await authorization.listUsers()).map((user) => user.id)).toContain(id);
    await authorization.upsertUser(id, { name: 'Ann Lee', roles: 'USER' });
    expect(await authorization.getUser(id)).toMatchObject({ name: 'Ann Lee' });
    await authorization.deleteUser(id);
    await expect(authorization.getUser(id)).rejects.toThrow(id);
    await expect(authorization.deleteUser(id)).rejects.toThrow();
  });

  it('has groups with members, one or many', async () => {
    const group = unique('sdk-group');
    const body = { description: 'SDK', roles: 'USER', defaultAccess: { WORKFLOW_DEF: ['READ'] } } as const;
    const sent = { ...body, defaultAccess: { WORKFLOW_DEF: ['READ' as const] } };
    expect(await authorization.upsertGroup(group, sent)).toMatchObject({
      id: group,
      ...sent,
      roles: [{ name: 'USER' }],
    });
    expect((await authorization.listGroups()).map(({ id }) => id)).toContain(group);
    const [ann, bob] = [await make.user(), await make.user()];
    await authorization.addUserToGroup(group, ann);
    await authorization.addUsersToGroup(group, [ann, bob]);
    expect((await authorization.getUsersInGroup(group)).map(({ id }) => id).toSorted()).toEqual(
      [ann, bob].toSorted(),
    );
    await authorization.removeUserFromGroup(group, ann);
    await authorization.removeUsersFromGroup(group, [bob]);
    expect(await authorization.getUsersInGroup(group)).toEqual([]);
    await expect(authorization.addUserToGroup(group, unique('nobody'))).rejects.toThrow();
    await authorization.deleteGroup(group);
    await expect(authorization.getGroup(group)).rejects.toThrow(group);
    await expect(authorization.getUsersInGroup(group)).rejects.toThrow();
    await expect(authorization.deleteGroup(group)).rejects.toThrow();
  });

  it('grants, lists, checks and revokes', async () => {
    const [user, group, workflow] = [await make.user(), await make.group(), unique('wf')];
    await authorization.grantPermissions(grantOf({ type: 'USER', id: user }, workflow, ['READ', 'EXECUTE']));
    await authorization.grantPermissions(grantOf({ type: 'GROUP', id: group }, workflow, ['READ']));
    expect(await authorization.getPermissions('WORKFLOW_DEF', workflow)).toMatchObject({
      READ: expect.arrayContaining([
        { type: 'USER', id: user },
        { type: 'GROUP', id: group },
      ]),
      EXECUTE: [{ type: 'USER', id: user }],
    });
    expect((await authorization.getGrantedPermissionsForUser(user)).grantedAccess).toHaveLength(1);
    expect((await authorization.getGrantedPermissionsForGroup(group)).grantedAccess).toHaveLength(1);
    const access = { READ: true, CREATE: false, UPDATE: false, DELETE: false, EXECUTE: true };
    expect(await authorization.checkPermissions(user, 'WORKFLOW_DEF', workflow)).toEqual(access);
    await authorization.removePermissions(grantOf({ type: 'USER', id: user }, workflow, ['READ', 'EXECUTE']));
    expect((await authorization.getGrantedPermissionsForUser(user)).grantedAccess).toEqual([]);
  });
});
