import { UnreadableError } from '../errors/unreadable-error.ts';
import { CLOSE_LIST, COMMA, endOfItem, skipBlanks, startOfItems } from './list-bytes.ts';

/** About how many bytes are parsed at once: some two milliseconds. */
export const SLICE_BYTES = 256 * 1024;

/**
 * Parses a JSON array in parts, so that whoever asks for them can let others work in between. The parts together hold
 * what `JSON.parse` gives; what it refuses is refused here, though perhaps after some parts.
 *
 * It takes little to find where to cut, at a comma between items. If a cut is wrong because the text is, then its parts
 * are no JSON: only a text whose parts are all correct, and none of them empty, is correct itself.
 *
 * @param sliceBytes least bytes of a part; an item is never divided.
 * @throws {UnreadableError} for what is not a JSON array.
 */
export function* parseInSlices(json: Buffer, sliceBytes: number): Generator<readonly unknown[]> {
  const first = startOfItems(json, null);
  if (first < 0) throw new UnreadableError(undefined);
  let start = first;
  for (;;) {
    const end = endOfItem(json, start, sliceBytes);
    const isLast = json[end] === CLOSE_LIST;
    if (!isLast && json[end] !== COMMA) throw new UnreadableError(undefined);
    const items = parseItems(json.toString('utf8', start, end));
    if (items.length === 0 && !(isLast && start === first)) throw new UnreadableError(undefined);
    if (isLast && skipBlanks(json, end + 1) < json.length) throw new UnreadableError(undefined);
    yield items;
    if (isLast) return;
    start = end + 1;
  }
}

function parseItems(text: string): unknown[] {
  try {
    return JSON.parse(`[${text}]`);
  } catch (cause) {
    throw new UnreadableError(cause);
  }
}
