import { findRequest, listRequests, searchRequests } from '../../src/gateway/graph/access-requests/rest.ts';
import { findRoleHolder, listRoleHolders } from '../../src/gateway/graph/access-requests/role-holders.ts';
import { findAccessKeys } from '../../src/gateway/graph/applications/access-keys.ts';
import {
  findApplication,
  findApplicationByKey,
  listApplications,
  listTags,
} from '../../src/gateway/graph/applications/rest.ts';
import { findConfig, listConfigs } from '../../src/gateway/graph/gateway-auth/rest.ts';
import {
  checkPermissions,
  findGrantsOf,
  listGrantsOn,
  listOwnGrants,
} from '../../src/gateway/graph/grants/rest.ts';
import { findGroup, listGroups } from '../../src/gateway/graph/groups/rest.ts';
import { findWorkflow, findWorkflowNow, listWorkflows } from '../../src/gateway/graph/role-workflows/rest.ts';
import { currentUserKey, resolveRoleNames } from '../../src/gateway/graph/role-workflows/role-store.ts';
import {
  findRole,
  listAvailablePermissions,
  listCustomRoles,
  listRoles,
  listSystemRoles,
} from '../../src/gateway/graph/roles/rest.ts';
import { rightsOfToken } from '../../src/gateway/graph/tokens/rest.ts';
import { currentUser, findUser, listUsers, listUsersOfGroup } from '../../src/gateway/graph/users/rest.ts';
import type { RestClient } from '../../src/gateway/upstream/client/client.ts';

/** A read of either upstream. */
export interface EveryRead {
  /** As the server gets it. */
  readonly call: string;
  read(client: RestClient): Promise<unknown>;
  /** A body that answers it, with something in it. */
  readonly body: unknown;
  /** The member that is the list which was asked for, where that is not the whole body. */
  readonly member?: string;
}

const TARGET = { type: 'DOMAIN', id: 'd' };
const SEARCH = { keywords: undefined, start_time: undefined, end_time: undefined };
const ENGINE = '/workflow-engine/api/v1';
const STORE = '/role-store/api/v1';
const USER = { id: 'ann', name: 'Ann' };
const GRANT = { target: TARGET, access: ['READ'] };
const ROLE = { name: 'r', permissions: [] };
const HELD = { id: 'k', name: 'r' };
const APPLICATION = { id: 'a', name: 'A' };
const page = (item: object) => ({ count: 1, items: [item] });

/** Every read that the gateway makes, of every list and every record; a test counts them. */
export const EVERY_READ: readonly EveryRead[] = [
  { call: 'GET /api/users/ann', read: (client) => findUser(client, 'ann'), body: USER },
  { call: 'GET /api/users?apps=true', read: (client) => listUsers(client, true), body: [USER] },
  { call: 'GET /api/groups/g/users', read: (client) => listUsersOfGroup(client, 'g'), body: [USER] },
  { call: 'GET /api/token/userInfo', read: currentUser, body: USER },
  { call: 'GET /api/token/userInfo?claims=true', read: rightsOfToken, body: { user: USER } },
  {
    call: 'GET /api/users/ann/permissions',
    read: (client) => findGrantsOf(client, { type: 'USER', id: 'ann' }),
    body: { grantedAccess: [GRANT] },
    member: 'grantedAccess',
  },
  {
    call: 'GET /api/groups/g/permissions',
    read: (client) => findGrantsOf(client, { type: 'GROUP', id: 'g' }),
    body: { grantedAccess: [GRANT] },
    member: 'grantedAccess',
  },
  {
    call: 'GET /api/auth/subjects/USER/ann/grants',
    read: (client) => listOwnGrants(client, 'ann'),
    body: [GRANT],
  },
  {
    call: 'GET /api/auth/subjects/ROLE/r/grants',
    read: (client) => findGrantsOf(client, { type: 'ROLE', id: 'r' }),
    body: [GRANT],
  },
  {
    call: 'GET /api/auth/authorization/DOMAIN/d?groupBy=subject',
    read: (client) => listGrantsOn(client, TARGET),
    body: { 'USER:ann': ['READ'] },
  },
  {
    call: 'GET /api/users/ann/checkPermissions?type=DOMAIN&id=d',
    read: (client) => checkPermissions(client, 'ann', TARGET),
    body: { READ: true },
  },
  { call: 'GET /api/groups/g', read: (client) => findGroup(client, 'g'), body: { id: 'g' } },
  { call: 'GET /api/groups', read: listGroups, body: [{ id: 'g' }] },
  { call: 'GET /api/roles/r', read: (client) => findRole(client, 'r'), body: ROLE },
  { call: 'GET /api/roles', read: listRoles, body: [ROLE] },
  { call: 'GET /api/roles/system', read: listSystemRoles, body: { r: ROLE } },
  { call: 'GET /api/roles/custom', read: listCustomRoles, body: [ROLE] },
  { call: 'GET /api/roles/permissions', read: listAvailablePermissions, body: { DOMAIN: ['READ_DOMAIN'] } },
  { call: 'GET /api/applications/a', read: (client) => findApplication(client, 'a'), body: APPLICATION },
  { call: 'GET /api/applications', read: listApplications, body: [APPLICATION] },
  {
    call: 'GET /api/applications/key/k',
    read: (client) => findApplicationByKey(client, 'k'),
    body: APPLICATION,
  },
  {
    call: 'GET /api/applications/a/tags',
    read: (client) => listTags(client, 'a'),
    body: [{ key: 'k', value: 'v' }],
  },
  {
    call: 'GET /api/applications/a/accessKeys',
    read: (client) => findAccessKeys(client, 'a'),
    body: [{ id: 'k', status: 'ACTIVE' }],
  },
  { call: 'GET /api/gateway/config/auth/c', read: (client) => findConfig(client, 'c'), body: { id: 'c' } },
  { call: 'GET /api/gateway/config/auth', read: listConfigs, body: [{ id: 'c' }] },
  {
    call: `GET ${ENGINE}/workflows?limit=100&offset=0`,
    read: (client) => listWorkflows(client, 0, 100),
    body: page({ id: 'w' }),
    member: 'items',
  },
  { call: `GET ${ENGINE}/workflows/w`, read: (client) => findWorkflow(client, 'w'), body: { id: 'w' } },
  { call: `GET ${ENGINE}/workflows/w`, read: (client) => findWorkflowNow(client, 'w'), body: { id: 'w' } },
  {
    call: `GET ${ENGINE}/requests?filter=all&limit=100&offset=0`,
    read: (client) => listRequests(client, 'all', 0, 100),
    body: page({ id: 'q' }),
    member: 'items',
  },
  {
    call: `POST ${ENGINE}/requests/search?filter=all&limit=100&offset=0`,
    read: (client) => searchRequests(client, 'all', SEARCH, 0, 100),
    body: page({ id: 'q' }),
    member: 'items',
  },
  { call: `GET ${ENGINE}/requests/q`, read: (client) => findRequest(client, 'q'), body: { id: 'q' } },
  {
    call: `POST ${STORE}/roles/resolve`,
    read: (client) => resolveRoleNames(client, ['r']),
    body: page(HELD),
    member: 'items',
  },
  { call: `GET ${STORE}/users/current`, read: currentUserKey, body: { id: 'u' } },
  {
    call: `GET ${STORE}/users/u/roles`,
    read: (client) => findRoleHolder(client, 'u'),
    body: page(HELD),
    member: 'items',
  },
  {
    call: `POST ${STORE}/users/search?limit=100&offset=0`,
    read: (client) => listRoleHolders(client, 0, 100),
    body: page({ id: 'u', roles: [HELD] }),
    member: 'items',
  },
];
