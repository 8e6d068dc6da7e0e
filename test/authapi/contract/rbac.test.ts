import { afterAll, describe, expect, it } from 'vitest';
import { startApiUnderTest } from '../support/api-under-test.ts';
import { expectError } from '../support/expectations.ts';
import { type Actor, enc, must, unique, Workspace } from '../support/workspace.ts';

const api = await startApiUnderTest();
const make = new Workspace(api);
afterAll(() => api.stop());

const ADMIN = ['ADMIN'];
const CREATES = ['ADMIN', 'USER', 'APPLICATION_CREATOR', 'APPLICATION_MANAGER'];
const MANAGES = ['ADMIN', 'APPLICATION_MANAGER'];
const GATEWAY_WRITE = ['ADMIN', 'USER', 'METADATA_MANAGER', 'APPLICATION_MANAGER'];
const GATEWAY_READ = [...GATEWAY_WRITE, 'USER_READ_ONLY'];
const CALLERS = [
  ...['no role', 'ADMIN', 'USER', 'METADATA_MANAGER', 'METADATA_API', 'WORKER', 'WORKFLOW_MANAGER'],
  ...[
    'UNRESTRICTED_WORKER',
    'APPLICATION_CREATOR',
    'APPLICATION_MANAGER',
    'USER_READ_ONLY',
    'PROMPT_MANAGER',
  ],
];

type Call = [method: string, path: string, body?: unknown];
type Row = [name: string, allowed: readonly string[], call: () => Promise<Call>];

const app = async () => `/applications/${await make.application()}`;
const keyOf = async (path: string) => `${path}/accessKeys/${(await make.key(path.slice(14))).id}`;
const group = async () => `/groups/${await make.group()}`;
const user = async () => `/users/${await make.user()}`;
const tags = [{ key: 'team', value: 'core' }];
const newConfig = async () => ({
  id: unique('gw'),
  applicationId: await make.application(),
  authenticationType: 'NONE',
});
async function storedConfig() {
  const body = await newConfig();
  must(await api.call('POST', '/gateway/config/auth', { body }));
  return { body, path: `/gateway/config/auth/${body.id}` };
}
const grant = () => ({
  subject: { type: 'USER', id: unique('u') },
  target: { type: 'TASK_DEF', id: unique('t') },
  access: ['READ'],
});

/**
 * Contract section 3, Who may call: call by call, the system roles that may. Everybody else is told 403; of an
 * application, what everybody is told of one that is not there.
 */
const TABLE: Row[] = [
  ['put a user', ADMIN, async () => ['PUT', `/users/${unique('u')}`, { name: 'N', roles: [] }]],
  ['get a user', ADMIN, async () => ['GET', await user()]],
  ['list users', ADMIN, async () => ['GET', '/users']],
  ['delete a user', ADMIN, async () => ['DELETE', await user()]],
  ['read a user’s grants', ADMIN, async () => ['GET', `${await user()}/permissions`]],
  [
    'check a user’s access',
    ADMIN,
    async () => ['GET', `${await user()}/checkPermissions?type=TASK_DEF&id=x`],
  ],
  ['put a group', ADMIN, async () => ['PUT', `/groups/${unique('g')}`, { description: 'D', roles: [] }]],
  ['get a group', ADMIN, async () => ['GET', await group()]],
  ['list groups', ADMIN, async () => ['GET', '/groups']],
  ['delete a group', ADMIN, async () => ['DELETE', await group()]],
  ['read a group’s grants', ADMIN, async () => ['GET', `${await group()}/permissions`]],
  ['add a member', ADMIN, async () => ['POST', (await group()) + (await user())]],
  ['remove a member', ADMIN, async () => ['DELETE', (await group()) + (await user())]],
  ['add members', ADMIN, async () => ['POST', `${await group()}/users`, [await make.user()]]],
  ['remove members', ADMIN, async () => ['DELETE', `${await group()}/users`, [await make.user()]]],
  ['list members', ADMIN, async () => ['GET', `${await group()}/users`]],
  [
    'create a role',
    ADMIN,
    async () => ['POST', '/roles', { name: unique('r'), permissions: ['READ_PROMPT'] }],
  ],
  [
    'update a role',
    ADMIN,
    async () => ['PUT', `/roles/${await make.role()}`, { permissions: ['READ_PROMPT'] }],
  ],
  ['delete a role', ADMIN, async () => ['DELETE', `/roles/${await make.role()}`]],
  ['list roles', CALLERS, async () => ['GET', '/roles']],
  ['list system roles', CALLERS, async () => ['GET', '/roles/system']],
  ['list custom roles', CALLERS, async () => ['GET', '/roles/custom']],
  ['list permissions on offer', CALLERS, async () => ['GET', '/roles/permissions']],
  ['get a role', CALLERS, async () => ['GET', '/roles/WORKER']],
  ['ask who one is', CALLERS, async () => ['GET', '/token/userInfo']],
  ['create an application', CREATES, async () => ['POST', '/applications', { name: unique('a') }]],
  ['list applications', CALLERS, async () => ['GET', '/applications']],
  ['get an application', MANAGES, async () => ['GET', await app()]],
  ['update an application', MANAGES, async () => ['PUT', await app(), { name: 'n' }]],
  ['delete an application', MANAGES, async () => ['DELETE', await app()]],
  [
    'look an application up by key',
    MANAGES,
    async () => ['GET', (await keyOf(await app())).replace(/.*accessKeys/, '/applications/key')],
  ],
  ['create an access key', MANAGES, async () => ['POST', `${await app()}/accessKeys`]],
  ['list access keys', MANAGES, async () => ['GET', `${await app()}/accessKeys`]],
  ['toggle an access key', MANAGES, async () => ['POST', `${await keyOf(await app())}/status`]],
  ['delete an access key', MANAGES, async () => ['DELETE', await keyOf(await app())]],
  ['set tags', MANAGES, async () => ['PUT', `${await app()}/tags`, tags]],
  ['get tags', MANAGES, async () => ['GET', `${await app()}/tags`]],
  ['delete tags', MANAGES, async () => ['DELETE', `${await app()}/tags`, tags]],
  ['give an application a free role', MANAGES, async () => ['POST', `${await app()}/roles/WORKER`]],
  ['give an application ADMIN', ADMIN, async () => ['POST', `${await app()}/roles/ADMIN`]],
  ['grant', ADMIN, async () => ['POST', '/auth/authorization', grant()]],
  ['revoke', ADMIN, async () => ['DELETE', '/auth/authorization', grant()]],
  ['list grants on a target', CALLERS, async () => ['GET', '/auth/authorization/TASK_DEF/x']],
  ['create a gateway config', MANAGES, async () => ['POST', '/gateway/config/auth', await newConfig()]],
  [
    'update a gateway config',
    MANAGES,
    async () => {
      const { body, path } = await storedConfig();
      return ['PUT', path, body];
    },
  ],
  ['delete a gateway config', MANAGES, async () => ['DELETE', (await storedConfig()).path]],
  ['get a gateway config', GATEWAY_READ, async () => ['GET', (await storedConfig()).path]],
  ['list gateway configs', GATEWAY_READ, async () => ['GET', '/gateway/config/auth']],
];

/** Who manages applications sees them all; to others one that is not theirs is not there, and so has no tags. */
function refusalOf(path: string, role: string): number {
  if (!path.startsWith('/applications/') || MANAGES.includes(role)) return 403;
  return path.endsWith('/tags') ? 200 : 404;
}

const actors = new Map<string, Actor>();
for (const role of CALLERS) actors.set(role, await make.actor(...(role === 'no role' ? [] : [role])));

describe.each(TABLE)('%s', (_, allowed, prepare) => {
  it(`is for ${allowed === CALLERS ? 'any token' : allowed.join(', ')}`, async () => {
    const statuses: Record<string, number> = {};
    const expected: Record<string, number> = {};
    for (const [role, { token }] of actors) {
      const [method, path, body] = await prepare();
      const answer = await api.call(method, path, { token, body });
      statuses[role] = answer.status;
      expected[role] = allowed.includes(role) ? 200 : refusalOf(path, role);
      if (answer.status === 403) expectError(answer, 403);
    }
    expect(statuses).toEqual(expected);
  });

  it('is 401 without a token', async () => {
    const [method, path, body] = await prepare();
    expect(await api.call(method, path, { token: null, body })).toMatchObject({ status: 401 });
  });
});

describe('a refused write', () => {
  it('writes nothing', async () => {
    const { token } = await make.actor('USER');
    const [id, application] = [unique('u'), await make.application()];
    expectError(await api.call('PUT', `/users/${id}`, { token, body: { name: 'N' } }), 403);
    expectError(await api.call('DELETE', `/applications/${application}`, { token }), 404, application);
    expectError(await api.call('GET', `/users/${enc(id)}`), 404);
    must(await api.call('GET', `/applications/${application}`));
  });
});
