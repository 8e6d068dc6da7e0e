import { keptToken, redeemLink } from '../src/gateway/transport/pages/tab-token.js';

/** What the server wrote into the page. */
interface InitialState {
  /** The path below which the gateway is, with a slash at both ends. */
  readonly base: string;
  /** What to do where this tab has no token; null where there is nothing to say. */
  readonly hint: string | null;
  /** What requests start with, a placeholder in the place of a token. */
  readonly headers: Readonly<Record<string, string>>;
}

const state: InitialState = JSON.parse(document.getElementById('initial-state')?.textContent ?? 'null');

/** Finds a part of the gateway: `graphql`, with the scheme of the page or, for WebSockets, that which fits it. */
export function endpointOf(kind: 'http' | 'ws'): string {
  const endpoint = new URL(`${state.base}graphql`, location.href);
  if (kind === 'ws') endpoint.protocol = endpoint.protocol.replace('http', 'ws');
  return endpoint.href;
}

/** The headers that requests start with: with the token of this tab where it has one. */
export function initialHeaders(): Readonly<Record<string, string>> {
  const token = keptToken();
  return token === null ? state.headers : { ...state.headers, Authorization: `Bearer ${token}` };
}

/**
 * Signs this tab in, where the page was opened by a link that does so.
 *
 * @returns what to tell somebody whose tab has no token now; null where it has one, or there is nothing to say.
 */
export async function signIn(): Promise<string | null> {
  const fault = await redeemLink(state.base);
  return fault ?? (keptToken() === null ? state.hint : null);
}
