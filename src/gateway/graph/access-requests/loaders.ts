import type { RestClient } from '../../upstream/client/client.ts';
import { HttpError } from '../../upstream/errors/http-error.ts';
import { type ReadPage, readRange } from '../../upstream/reading/offset-pages.ts';
import { createRecordLoader, type RecordLoader } from '../../upstream/reading/record-loader.ts';
import { findRequest, listRequests, type RequestList, type RequestSearch, searchRequests } from './rest.ts';
import type { AccessRequestRecord } from './wire.ts';

/** What a request can be looked up by, besides its id. */
export type RequestLink = 'workflow' | 'role' | 'user' | 'status';

/** How one operation reads access requests. */
export interface AccessRequestLoader extends RecordLoader<AccessRequestRecord> {
  /** Gives the pages of a list, or of what a search finds in it. */
  pages(list: RequestList, search: RequestSearch | null): ReadPage<AccessRequestRecord>;
  /**
   * Gives the requests of a workflow (by id), for a role (by name), of a user (by `uuid`; those it made and those
   * made for it) or in a state, as far as the caller may see them. However many are asked about, all requests are
   * read once.
   */
  linkedTo(link: RequestLink, key: string): Promise<readonly AccessRequestRecord[]>;
}

/** Makes the loader of access requests, for one operation. */
export function createAccessRequestLoader(client: RestClient): AccessRequestLoader {
  const records = createRecordLoader(client, {
    kind: 'access-requests',
    one: (id) => findRequest(client, id),
    all: listVisible,
  });
  let links: Promise<ReadonlyMap<string, readonly AccessRequestRecord[]>> | null = null;
  client.onWrite(() => {
    links = null;
  });

  async function listAll(list: RequestList): Promise<readonly AccessRequestRecord[]> {
    const { items } = await readRange((offset, limit) => listRequests(client, list, offset, limit), 0);
    return items;
  }

  /** A caller who may not see all requests sees those that it made, and those that it can or could decide on. */
  async function listVisible(): Promise<readonly AccessRequestRecord[]> {
    try {
      return await listAll('all');
    } catch (error) {
      if (!(error instanceof HttpError && error.status === 403)) throw error;
      const [mine, approvals] = await Promise.all([listAll('requests'), listAll('approvals')]);
      const own = new Set(mine.map(({ id }) => id));
      return [...mine, ...approvals.filter(({ id }) => !own.has(id))];
    }
  }

  return {
    ...records,
    pages: (list, search) => async (offset, limit) => {
      const page = search
        ? await searchRequests(client, list, search, offset, limit)
        : await listRequests(client, list, offset, limit);
      records.prime(page.items);
      return page;
    },
    async linkedTo(link, key) {
      links ??= records.list().then(indexByLink);
      return (await links).get(`${link}:${key}`) ?? [];
    },
  };
}

function indexByLink(
  requests: readonly AccessRequestRecord[],
): ReadonlyMap<string, readonly AccessRequestRecord[]> {
  const index = new Map<string, AccessRequestRecord[]>();
  for (const request of requests) {
    for (const key of linksOf(request)) {
      const known = index.get(key);
      if (known) known.push(request);
      else index.set(key, [request]);
    }
  }
  return index;
}

function linksOf(request: AccessRequestRecord): ReadonlySet<string> {
  const { workflowId, requestedRole: role, requester, targetUser, status } = request;
  const keys = [
    workflowId && `workflow:${workflowId}`,
    // A role that is gone shares nothing but its name with one that was made since.
    role?.name && !role.isDeleted && `role:${role.name}`,
    requester && `user:${requester.id}`,
    targetUser && `user:${targetUser.id}`,
    status && `status:${status}`,
  ];
  return new Set(keys.filter((key) => typeof key === 'string'));
}
