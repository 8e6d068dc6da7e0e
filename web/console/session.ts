import { dropToken, keepToken as keep, keptToken } from '../../src/gateway/transport/pages/tab-token.js';

/** The token of this tab, which a link gave or somebody pasted; null where there is none. */
export const currentToken = keptToken;

/** Forgets the token of this tab. */
export const forgetToken = dropToken;

/**
 * Keeps a token for as long as the tab is open, and nowhere else.
 *
 * @returns false where there is none in the text; then the one before stays.
 */
export function keepToken(text: string): boolean {
  const token = text.trim().replace(/^Bearer\s*/i, '');
  if (token !== '') keep(token);
  return token !== '';
}
