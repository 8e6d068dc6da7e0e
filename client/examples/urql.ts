import {
  AccessChangesDocument,
  type AccessChangesSubscription,
  GrantAccessDocument,
  UsersPageDocument,
  type UsersPageQuery,
} from '@rolegraph/client';
import { documentId } from '@rolegraph/client/document-id';
import { Client, type Exchange, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';

/** Makes a client of one person. Subscriptions are server-sent events from the same URL. */
export function createRolegraphClient(url: string, token: string): Client {
  return clientWith(url, token, [fetchExchange]);
}

/** The same for a gateway with `persistedOperations: id-only`: only ids are sent, never a text. */
export function createListedClient(url: string, token: string): Client {
  const ids = persistedExchange({
    enforcePersistedQueries: true,
    enableForMutation: true,
    enableForSubscriptions: true,
    preferGetForPersistedQueries: false,
    generateHash: async (_, document) => documentId(document),
  });
  return clientWith(url, token, [ids, fetchExchange]);
}

function clientWith(url: string, token: string, exchanges: Exchange[]): Client {
  return new Client({
    url,
    exchanges,
    fetchSubscriptions: true,
    preferGetMethod: false,
    fetchOptions: { headers: { authorization: `Bearer ${token}` } },
  });
}

type UsersPage = NonNullable<UsersPageQuery['users']>;

/** Finds people by a part of their name or id, page by page. */
export async function* findUsers(client: Client, text: string): AsyncGenerator<UsersPage['nodes'][number]> {
  let after: string | null = null;
  do {
    const page: UsersPage = await readPage(client, text, after);
    yield* page.nodes;
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
}

async function readPage(client: Client, text: string, after: string | null): Promise<UsersPage> {
  const { data, error } = await client.query(UsersPageDocument, { filter: { text }, first: 100, after });
  if (error) throw error;
  if (!data?.users) throw new Error('There is no list of users.');
  return data.users;
}

/** Lets somebody read a workflow. Errors the user can fix are in `userErrors`. */
export async function letRead(client: Client, user: string, workflow: string): Promise<void> {
  const input = {
    subject: { user },
    target: { type: 'WORKFLOW_DEF', id: workflow },
    access: ['READ'],
  } as const;
  const { data, error } = await client.mutation(GrantAccessDocument, { input });
  const refusal = error ?? data?.grantPermissions?.userErrors[0];
  if (refusal) throw new Error(refusal.message);
}

type Change = NonNullable<AccessChangesSubscription['accessChanges']>;

/** Follows what changes on a workflow, from a cursor or from now on. Returns how to stop. */
export function followWorkflow(
  client: Client,
  workflow: string,
  onChange: (change: Change) => void,
  after: string | null = null,
): () => void {
  const variables = { filter: { target: { type: 'WORKFLOW_DEF', id: workflow } }, after } as const;
  const { unsubscribe } = client
    .subscription(AccessChangesDocument, variables)
    .subscribe(({ data }) => data?.accessChanges && onChange(data.accessChanges));
  return unsubscribe;
}
