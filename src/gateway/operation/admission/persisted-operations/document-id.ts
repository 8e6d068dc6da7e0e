import type { GraphQLRequest, HTTPGraphQLRequest } from '@apollo/server';

/** Names of the member that holds an id: that of GraphQL over HTTP, and that of Relay's clients. */
const NAMES = ['documentId', 'doc_id'];

/**
 * Takes the id of a persisted operation from where clients put it, and puts it where Apollo Server looks: into
 * `extensions.persistedQuery`. A request that has a document, or an id there, stays as it is.
 */
export function withDocumentId(request: GraphQLRequest): void {
  if (request.query !== undefined || request.extensions?.['persistedQuery'] || !request.http) return;
  const sha256Hash = documentIdOf(request.http);
  if (sha256Hash === null) return;
  request.extensions = { ...request.extensions, persistedQuery: { version: 1, sha256Hash } };
}

/** Reads the id from the body, or from the query of a GET; null where there is none, or more than one. */
function documentIdOf({ method, body, search }: HTTPGraphQLRequest): string | null {
  const parameters = new URLSearchParams(search);
  const sent = NAMES.flatMap((name) => (method === 'GET' ? parameters.getAll(name) : memberOf(body, name)));
  const [id] = sent;
  return sent.length === 1 && typeof id === 'string' && id !== '' ? id : null;
}

function memberOf(body: unknown, name: string): unknown[] {
  return typeof body === 'object' && body !== null && Object.hasOwn(body, name)
    ? [Reflect.get(body, name)]
    : [];
}
