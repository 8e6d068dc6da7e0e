/** A text in JSON that goes deeper than anything that is read here. */
export class NestedTooDeep extends SyntaxError {
  override readonly name = 'NestedTooDeep';

  constructor() {
    super(`There are more than ${DEEPEST} lists and objects within each other.`);
  }
}

/** Far deeper than any input, and far from where what calls itself for each level ends. */
const DEEPEST = 2000;

/**
 * Refuses JSON that is nested deep, before it is parsed: who walks through it, writes or compares it calls itself for each
 * level.
 *
 * @throws {NestedTooDeep} it is deeper than 2,000 levels.
 */
export function checkJsonDepth(text: string): void {
  let depth = 0;
  let isText = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charCodeAt(index);
    if (isText) {
      if (character === BACKSLASH) index += 1;
      else if (character === QUOTE) isText = false;
    } else if (character === QUOTE) isText = true;
    // A bracket and a brace differ by one bit.
    else if ((character | 0x20) === OPENING) {
      depth += 1;
      if (depth > DEEPEST) throw new NestedTooDeep();
    } else if ((character | 0x20) === CLOSING) depth -= 1;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = 0x7b;
const CLOSING = 0x7d;
