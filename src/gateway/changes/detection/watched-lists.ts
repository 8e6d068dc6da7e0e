import { listRequests } from '../../graph/access-requests/rest.ts';
import { findAccessKeys } from '../../graph/applications/access-keys.ts';
import { listApplications } from '../../graph/applications/rest.ts';
import { listConfigs } from '../../graph/gateway-auth/rest.ts';
import { findGrantsOf, type SubjectKey } from '../../graph/grants/rest.ts';
import { listGroups } from '../../graph/groups/rest.ts';
import { listWorkflows } from '../../graph/role-workflows/rest.ts';
import { listRoles } from '../../graph/roles/rest.ts';
import { listUsers } from '../../graph/users/rest.ts';
import type { RestClient } from '../../upstream/client/client.ts';
import { readRange } from '../../upstream/reading/offset-pages.ts';
import {
  accessKeySnapshot,
  applicationSnapshot,
  configSnapshot,
  grantSnapshot,
  groupSnapshot,
  requestSnapshot,
  roleSnapshot,
  userSnapshots,
  workflowSnapshot,
} from '../capture/snapshots.ts';
import type { Snapshot } from '../journal/change.ts';
import { listsOf } from './baseline.ts';

/** A list, and how it is read. */
export interface Watched {
  readonly list: string;
  read(): Promise<readonly Snapshot[]>;
}

/** The lists of the authorization API, one call each. */
export function authorizationLists(client: RestClient): Watched[] {
  return [
    { list: 'USER', read: async () => (await listUsers(client, true)).flatMap(userSnapshots) },
    { list: 'GROUP', read: async () => (await listGroups(client)).map(groupSnapshot) },
    { list: 'ROLE', read: async () => (await listRoles(client)).map(roleSnapshot) },
    { list: 'APPLICATION', read: async () => (await listApplications(client)).map(applicationSnapshot) },
    { list: 'GATEWAY_AUTH_CONFIG', read: async () => (await listConfigs(client)).map(configSnapshot) },
  ];
}

/** The lists of the workflow engine, one call for each 100. */
export function engineLists(client: RestClient): Watched[] {
  return [
    {
      list: 'ROLE_WORKFLOW',
      read: async () => {
        const { items } = await readRange((offset, limit) => listWorkflows(client, offset, limit), 0);
        return items.map(workflowSnapshot);
      },
    },
    {
      list: 'ACCESS_REQUEST',
      read: async () => {
        const { items } = await readRange((offset, limit) => listRequests(client, 'all', offset, limit), 0);
        return items.map(requestSnapshot);
      },
    },
  ];
}

/** The grants of a subject, or the keys of an application. */
export function listsOfOne(snapshot: Snapshot, client: RestClient): Watched[] {
  const { kind, id, subject } = snapshot;
  return listsOf(snapshot).map((list) => ({
    list,
    read: () => (kind === 'APPLICATION' ? keysOf(id, client) : grantsOf(subject, client)),
  }));
}

async function keysOf(applicationId: string, client: RestClient): Promise<Snapshot[]> {
  return ((await findAccessKeys(client, applicationId)) ?? []).map(accessKeySnapshot);
}

/** A grant inherited from a tag is reported as a grant on that tag. */
async function grantsOf(subject: SubjectKey | null, client: RestClient): Promise<Snapshot[]> {
  const grants = (subject && (await findGrantsOf(client, subject))) ?? [];
  return grants.filter(({ viaTag, access }) => viaTag === null && access.length > 0).map(grantSnapshot);
}
