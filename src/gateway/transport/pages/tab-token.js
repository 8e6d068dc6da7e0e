// Runs in the browser, on every page: gets the token that its tab works with.

/** What the tab keeps it under: for as long as the tab is open, and for pages of this gateway only. */
const KEPT = 'rolegraph-token';

/** @returns {string | null} The token that this tab works with. */
export function keptToken() {
  return sessionStorage.getItem(KEPT);
}

/** @param {string} token */
export function keepToken(token) {
  sessionStorage.setItem(KEPT, token);
}

/** Forgets the token of this tab. */
export function dropToken() {
  sessionStorage.removeItem(KEPT);
}

/**
 * Gives away the key of the link that the page was opened by, and keeps the token that it gets for it. The key is in the
 * part of the address that browsers send to nobody, and goes from there at once; it is worth nothing afterwards.
 *
 * @param {string} base the path below which the gateway is.
 * @returns {Promise<string | null>} why the key gave no token; null where it did, or none was needed.
 */
export async function redeemLink(base) {
  const key = keyOf(location.hash);
  if (key === null) return null;
  const response = await fetch(`${base}pages/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key }),
  }).catch(() => null);
  if (response === null) return 'The gateway cannot be reached: load this page again.';
  history.replaceState(null, '', location.pathname + location.search);
  const { token, errors } = await response.json();
  if (response.ok) keepToken(token);
  return keptToken() === null ? errors[0].message : null;
}

/** @param {string} address */
function keyOf(address) {
  return /^#key=(.+)$/.exec(address)?.[1] ?? null;
}

// A link that is opened in a tab which shows the page already does not load it again by itself.
addEventListener('hashchange', () => {
  if (keyOf(location.hash) !== null) location.reload();
});
