import { ShapeError } from './errors/shape-error.ts';

/** About how many bytes are parsed at once: some two milliseconds. */
export const SLICE_BYTES = 256 * 1024;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Tells whether a body begins as a JSON array does. */
export function looksLikeList(json: Buffer): boolean {
  return json[skipBlanks(json, 0)] === OPEN_LIST;
}

/**
 * Parses a JSON array in parts, so that whoever asks for them can let others work in between. The parts together hold
 * what `JSON.parse` gives; what it refuses is refused here, though perhaps after some parts.
 *
 * It takes little to find where to cut, at a comma between items. If a cut is wrong because the text is, then its parts
 * are no JSON: only a text whose parts are all correct, and none of them empty, is correct itself.
 *
 * @param sliceBytes least bytes of a part; an item is never divided.
 * @throws {ShapeError} for what is not a JSON array.
 */
export function* parseInSlices(json: Buffer, sliceBytes: number): Generator<readonly unknown[]> {
  const open = skipBlanks(json, 0);
  if (json[open] !== OPEN_LIST) throw new ShapeError('JSON');
  let start = open + 1;
  for (;;) {
    const end = findCut(json, start, sliceBytes);
    const isLast = json[end] === CLOSE_LIST;
    if (!isLast && json[end] !== COMMA) throw new ShapeError('JSON');
    const items = parseItems(json.toString('utf8', start, end));
    if (items.length === 0 && !(isLast && start === open + 1)) throw new ShapeError('JSON');
    if (isLast && skipBlanks(json, end + 1) < json.length) throw new ShapeError('JSON');
    yield items;
    if (isLast) return;
    start = end + 1;
  }
}

function parseItems(text: string): unknown[] {
  try {
    return JSON.parse(`[${text}]`);
  } catch (cause) {
    throw new ShapeError('JSON', cause);
  }
}

/** Finds the first comma between items that is far enough away, or the end of the list; past the end where there is neither. */
function findCut(json: Buffer, start: number, sliceBytes: number): number {
  let depth = 0;
  for (let at = start; at < json.length; at += 1) {
    switch (json[at]) {
      case QUOTE:
        at += 1;
        while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
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
        if (depth === 0 && at - start >= sliceBytes) return at;
        break;
    }
  }
  return json.length;
}

function skipBlanks(json: Buffer, start: number): number {
  let at = start;
  while (json[at] === 0x20 || json[at] === 0x0a || json[at] === 0x0d || json[at] === 0x09) at += 1;
  return at;
}
