import type { GraphQLRequest } from '@apollo/server';

/**
 * Reads a JSON body as one GraphQL request.
 *
 * @returns null for everything that Apollo Server has something to say about: a member of a wrong type, a batch, neither
 * a query nor an id of one.
 */
export function graphQLRequestOf(body: unknown): GraphQLRequest | null {
  if (!isRecord(body)) return null;
  const { query, variables = null, operationName = null, extensions = null } = body;
  if (query === undefined ? !hasId(body) : typeof query !== 'string' || query === '') return null;
  if (operationName !== null && typeof operationName !== 'string') return null;
  if (variables !== null && !isRecord(variables)) return null;
  if (extensions !== null && !isRecord(extensions)) return null;
  return {
    ...(typeof query === 'string' && { query }),
    ...(variables && { variables }),
    ...(operationName !== null && { operationName }),
    ...(extensions && { extensions }),
  };
}

/** Whether there is anything by which a persisted operation may be named. */
function hasId({ documentId, doc_id, extensions }: Record<string, unknown>): boolean {
  return documentId !== undefined || doc_id !== undefined || isRecord(extensions);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
