import { isDeepStrictEqual } from 'node:util';
import type { Contestant } from './contestants.ts';
import type { LoadRequest } from './load.ts';
import type { Operation } from './operations.ts';

/** Writes the request that asks a server for an operation, in its own document where it has one. */
export function requestFor({ documents }: Contestant, { key, query }: Operation): LoadRequest {
  const body = JSON.stringify({ query: documents?.[key]?.query ?? query });
  return { method: 'POST', path: '/graphql', body };
}

/**
 * Asks a server for an operation once, and gives the data in the common shape.
 * @throws if there are errors in the answer.
 */
export async function ask(
  contestant: Contestant,
  url: string,
  operation: Operation,
  token: string,
): Promise<unknown> {
  const { method, path, body } = requestFor(contestant, operation);
  const answer = await fetch(url + path, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body,
  });
  const { data, errors } = (await answer.json()) as { data: unknown; errors?: unknown };
  if (errors) throw new Error(`${contestant.name}: ${JSON.stringify(errors)} for '${operation.key}'`);
  return contestant.documents?.[operation.key]?.normalise(data) ?? data;
}

/**
 * Checks that a server says what the first one says.
 * @throws if it does not.
 */
export function checkSame(name: string, { key }: Operation, data: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(data, expected)) throw new Error(`${name} answers '${key}' differently.`);
}
