import { isDeepStrictEqual } from 'node:util';
import autocannon from 'autocannon';

/** What one server did with one operation. */
export interface Measurement {
  readonly requestsPerSecond: number;
  readonly p50: number;
  readonly p99: number;
}

const CONNECTIONS = 32;
const TOKENS = Array.from({ length: 64 }, (_, index) => `Bearer token-${index}`);

/**
 * Loads one endpoint with one operation, from 32 connections and with 64 different tokens.
 *
 * @throws if a single answer was not 200: speed without answers is no result.
 */
export async function measure(url: string, query: string, seconds: number): Promise<Measurement> {
  const result = await autocannon({
    url: `${url}/graphql`,
    connections: CONNECTIONS,
    duration: seconds,
    requests: TOKENS.map((authorization) => ({
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ query }),
    })),
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} refusals and ${result.errors} errors for ${query}`);
  }
  return { requestsPerSecond: result.requests.average, p50: result.latency.p50, p99: result.latency.p99 };
}

/**
 * Sends an operation once and gives its data.
 * @throws if there are errors in the answer.
 */
export async function ask(url: string, query: string): Promise<unknown> {
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer token-0' },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await answer.json()) as { data: unknown; errors?: unknown };
  if (errors) throw new Error(`${url}: ${JSON.stringify(errors)} for ${query}`);
  return data;
}

/**
 * Checks that a server says what the first one says.
 * @throws if it does not.
 */
export function checkSame(name: string, operation: string, data: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(data, expected)) throw new Error(`${name} answers '${operation}' differently.`);
}
