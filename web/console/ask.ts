import { endpointOf } from '../initial-state.ts';
import type { Operation } from './operations.ts';
import { currentToken } from './session.ts';

/** The gateway refused, or could not be reached; `message` is for people. */
export class AskError extends Error {
  override name = 'AskError';
  /** Whether the same may well succeed in a moment, as while the gateway restarts. */
  readonly isPassing: boolean;
  /** Whether whoever asked may not see it. */
  readonly isForbidden: boolean;

  constructor(message: string, { isPassing = false, isForbidden = false } = {}) {
    super(message);
    this.isPassing = isPassing;
    this.isForbidden = isForbidden;
  }
}

/** The headers that say on whose behalf something is asked. */
export function credentials(): Record<string, string> {
  const token = currentToken();
  return token === null ? {} : { Authorization: `Bearer ${token}` };
}

/**
 * Sends a query to this page's own gateway.
 *
 * @throws {AskError} there is no answer, or one without data.
 */
export async function ask<Data, Variables>(
  operation: Operation<Data, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Data> {
  const response = await fetch(endpointOf('http'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...credentials() },
    body: JSON.stringify({ query: operation.text, variables }),
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new AskError('The gateway cannot be reached. This page tries again.', { isPassing: true });
  });
  if ([502, 503, 504].includes(response.status))
    throw new AskError('The gateway is starting or busy. This page tries again.', { isPassing: true });
  const { data, errors } = (await response.json()) as Answer<Data>;
  const [error] = errors ?? [];
  if (error) throw new AskError(error.message, { isForbidden: error.extensions?.code === 'FORBIDDEN' });
  if (!data) throw new AskError(`The gateway answered with status ${response.status} and no data`);
  return data;
}

/** The gateway checks what it sends against the schema that the types were made from. */
interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}
