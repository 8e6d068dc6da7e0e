import { keepToken as keep, keptToken } from '../../src/gateway/http/pages/tab-token.js';

/** The token of this tab, which a link gave or somebody pasted; null where there is none. */
export const currentToken = keptToken;

/** Keeps a token for as long as the tab is open, and nowhere else. */
export function keepToken(token: string): void {
  keep(token.trim().replace(/^Bearer /i, ''));
}
