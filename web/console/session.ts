import { initialHeaders } from '../initial-state.ts';

const KEY = 'rolegraph-token';
const PLACEHOLDER = 'PASTE-A-TOKEN';

/** The token that somebody pasted into this tab, else the one that the page came with; null where there is neither. */
export function currentToken(): string | null {
  const given = initialHeaders()['Authorization']?.replace(/^Bearer /, '');
  return sessionStorage.getItem(KEY) ?? (given === undefined || given === PLACEHOLDER ? null : given);
}

/** Keeps a token for as long as the tab is open, and nowhere else. */
export function keepToken(token: string): void {
  sessionStorage.setItem(KEY, token.trim().replace(/^Bearer /i, ''));
}
