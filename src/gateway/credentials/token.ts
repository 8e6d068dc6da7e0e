declare const IS_TOKEN: unique symbol;

/** A token in the one spelling that it has. Made by {@link tokenOf} alone, so the text of a header is none. */
export type Token = string & { readonly [IS_TOKEN]: true };

/** As long as all headers of a request together. */
const LONGEST_TOKEN = 16 * 1024;
/** Visible ASCII. Blanks divide words, and a comma is where something in between put two headers together. */
const ONE_WORD = /^[!-+\--~]+$/;

/**
 * Takes a word for a token.
 *
 * @returns null where it is none, or one that is spelled in another way than its issuer spells it: one token must not
 *   pass for many callers.
 */
export function tokenOf(word: string): Token | null {
  if (word.length > LONGEST_TOKEN || !ONE_WORD.test(word) || !isSpelledAsIssued(word)) return null;
  return word as Token;
}

/**
 * The last character of a part of a JWT has bits to spare, so several texts are the same signature; and readers overlook
 * padding and the other alphabet of base64. RFC 7515 allows for one spelling. What is no JWT has its text and no other.
 */
function isSpelledAsIssued(word: string): boolean {
  const parts = word.split('.');
  if (parts.length < 3 || !isJoseHeader(parts[0] ?? '')) return true;
  // RFC 7515 has three parts, RFC 7516 five.
  if (parts.length !== 3 && parts.length !== 5) return false;
  return parts.every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
}

function isJoseHeader(part: string): boolean {
  try {
    const header: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof header === 'object' && header !== null && 'alg' in header;
  } catch {
    return false;
  }
}
