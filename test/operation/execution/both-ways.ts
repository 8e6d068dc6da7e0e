import type { Stack } from '../../support/start-stack.ts';
import type { Sample } from './corpus.ts';

/** What a client gets, and what it cost. */
export interface Outcome {
  readonly status: number;
  readonly contentType: string | null;
  readonly cacheControl: string | null;
  /** The whole body. */
  readonly text: string;
  readonly calls: readonly string[];
}

/** Sends an operation with a request id that is always the same, so that answers can be compared to the letter. */
export async function outcomeOf(stack: Stack, sample: Sample): Promise<Outcome> {
  const { query, variables, operationName, token = stack.admin } = sample;
  stack.rest.clear();
  const response = await fetch(`${stack.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-request-id': 'the-same',
      ...(token !== null && { 'x-authorization': token }),
    },
    body: JSON.stringify({ query, variables, operationName }),
  });
  return {
    status: response.status,
    contentType: response.headers.get('content-type'),
    cacheControl: response.headers.get('cache-control'),
    text: await response.text(),
    calls: stack.rest.sorted,
  };
}
