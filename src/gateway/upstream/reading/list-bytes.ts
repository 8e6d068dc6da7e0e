const QUOTE = 0x22;
export const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
export const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Tells whether a body begins as a JSON array does. */
export function looksLikeList(json: Buffer): boolean {
  return json[skipBlanks(json, 0)] === OPEN_LIST;
}

/**
 * Finds where the items of a list begin, behind its bracket; -1 where there is no such list.
 *
 * @param member the member of the body that is the list; null if the body is the list itself.
 */
export function startOfItems(json: Buffer, member: string | null): number {
  const open = skipBlanks(json, 0);
  if (member === null) return json[open] === OPEN_LIST ? open + 1 : -1;
  if (json[open] !== OPEN_OBJECT) return -1;
  for (let at = open; at < json.length; at = endOfItem(json, at)) {
    const name = skipBlanks(json, at + 1);
    const colon = skipBlanks(json, endOfString(json, name) + 1);
    if (json[name] !== QUOTE || json[colon] !== COLON) return -1;
    const value = skipBlanks(json, colon + 1);
    if (json.toString('latin1', name, value) === `"${member}":`) {
      return json[value] === OPEN_LIST ? value + 1 : -1;
    }
    at = value;
  }
  return -1;
}

/**
 * Finds the comma or the bracket behind an item of a list or a member of an object; past the end of the text where
 * there is neither. That text is correct JSON is not checked.
 *
 * @param start where the item begins.
 * @param leastBytes ends as many items later as are needed for so many bytes, where there are so many.
 */
export function endOfItem(json: Buffer, start: number, leastBytes = 0): number {
  let depth = 0;
  for (let at = start; at < json.length; at += 1) {
    switch (json[at]) {
      case QUOTE:
        at = endOfString(json, at);
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        depth += 1;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        if (depth === 0) return at;
        depth -= 1;
        break;
      case COMMA:
        if (depth === 0 && at - start >= leastBytes) return at;
        break;
    }
  }
  return json.length;
}

/** Skips what JSON allows for between tokens. */
export function skipBlanks(json: Buffer, start: number): number {
  let at = start;
  while (json[at] === 0x20 || json[at] === 0x0a || json[at] === 0x0d || json[at] === 0x09) at += 1;
  return at;
}

/** Finds the quote that ends the string which begins at `start`. */
function endOfString(json: Buffer, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
  return at;
}
