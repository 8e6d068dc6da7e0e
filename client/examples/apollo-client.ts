import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import {
  AccessChangesDocument,
  type AccessChangesSubscription,
  GrantAccessDocument,
  UsersPageDocument,
  type UsersPageQuery,
} from '@rolegraph/client';
import { possibleTypes, typePolicies } from '@rolegraph/client/apollo';
import { documentId } from '@rolegraph/client/document-id';

/** Makes a client of one person. Subscriptions come over HTTP too, so one link is enough. */
export function createRolegraphClient(url: string, token: string): ApolloClient {
  return clientOver(new HttpLink({ uri: url, headers: { authorization: `Bearer ${token}` } }));
}

/** The same for a gateway with `persistedOperations: id-only`: only ids are sent, never a text. */
export function createListedClient(url: string, token: string): ApolloClient {
  const ids = new PersistedQueryLink({ generateHash: documentId });
  const http = new HttpLink({ uri: url, headers: { authorization: `Bearer ${token}` } });
  return clientOver(ApolloLink.from([ids, http]));
}

function clientOver(link: ApolloLink): ApolloClient {
  return new ApolloClient({ link, cache: new InMemoryCache({ possibleTypes, typePolicies }) });
}

type UsersPage = NonNullable<UsersPageQuery['users']>;

/** Finds people by a part of their name or id, page by page. */
export async function* findUsers(
  client: ApolloClient,
  text: string,
): AsyncGenerator<UsersPage['nodes'][number]> {
  let after: string | null = null;
  do {
    const page: UsersPage = await readPage(client, text, after);
    yield* page.nodes;
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
}

async function readPage(client: ApolloClient, text: string, after: string | null): Promise<UsersPage> {
  const variables = { filter: { text }, first: 100, after };
  const { data } = await client.query({ query: UsersPageDocument, variables });
  if (!data?.users) throw new Error('There is no list of users.');
  return data.users;
}

/** Lets somebody read a workflow. Errors the user can fix are in `userErrors`; all else is thrown. */
export async function letRead(client: ApolloClient, user: string, workflow: string): Promise<void> {
  const input = {
    subject: { user },
    target: { type: 'WORKFLOW_DEF', id: workflow },
    access: ['READ'],
  } as const;
  const { data } = await client.mutate({ mutation: GrantAccessDocument, variables: { input } });
  const [refusal] = data?.grantPermissions?.userErrors ?? [];
  if (refusal) throw new Error(refusal.message);
}

type Change = NonNullable<AccessChangesSubscription['accessChanges']>;

/** Follows what changes on a workflow, from a cursor or from now on. Returns how to stop. */
export function followWorkflow(
  client: ApolloClient,
  workflow: string,
  onChange: (change: Change) => void,
  after: string | null = null,
): () => void {
  const variables = { filter: { target: { type: 'WORKFLOW_DEF', id: workflow } }, after } as const;
  const subscription = client
    // What was before a change is not what a cache should keep of a record.
    .subscribe({ query: AccessChangesDocument, variables, fetchPolicy: 'no-cache' })
    .subscribe(({ data }) => data?.accessChanges && onChange(data.accessChanges));
  return () => subscription.unsubscribe();
}
