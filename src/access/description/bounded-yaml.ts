import { Composer, type CST, type Document, isScalar, Lexer, LineCounter, Parser, visit } from 'yaml';

/** How much YAML is taken. What reads it takes time in proportion to both. */
export interface YamlLimits {
  readonly characters: number;
  /** Words, values and signs, also those that only divide them. */
  readonly tokens: number;
}

/** Something that is wrong with a text, and how many characters come before it. */
export interface YamlFault {
  readonly offset: number;
  readonly message: string;
}

/** A text that was read. */
export interface ReadYaml {
  /** Null where there are faults. */
  readonly document: Document.Parsed | null;
  readonly faults: readonly YamlFault[];
  /** Writes the place of an offset: `line:column`. */
  at(offset: number): string;
}

/** Levels of maps and lists; the parsers behind this call themselves for each. */
const DEEPEST = 32;
/** What aliases stand for is written once and counts each time. */
const MOST_ALIASES = 100;

/**
 * Reads YAML, or JSON, in time in proportion to its length, and no further than its bounds: more is refused before it is
 * taken apart. Of a key that stands twice in one map the second is a fault.
 */
export function readYaml(text: string, limits: YamlLimits): ReadYaml {
  const lines = new LineCounter();
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${line}:${col}`;
  };
  const refused = (offset: number, message: string) => ({
    document: null,
    faults: [{ offset, message }],
    at,
  });
  if (text.length > limits.characters) {
    return refused(0, `there are more than ${limits.characters} characters`);
  }
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  const parsed: CST.Token[] = [];
  let count = 0;
  for (const token of new Lexer().lex(text)) {
    count += 1;
    if (count > limits.tokens) {
      return refused(parser.offset, `there are more than ${limits.tokens} words and signs: send parts`);
    }
    for (const node of parser.next(token)) {
      // Of another version of YAML, whose types take longer to check the more there are.
      if (node.type === 'directive') return refused(node.offset, 'leave out the lines that begin with %');
      parsed.push(node);
    }
    if (parser.stack.length > DEEPEST) {
      return refused(parser.offset, `there are more than ${DEEPEST} maps and lists within each other`);
    }
  }
  for (const node of parser.end()) parsed.push(node);
  const [document, next] = new Composer({ uniqueKeys: false, resolveKnownTags: false }).compose(
    parsed,
    true,
    text.length,
  );
  if (!document) return refused(0, 'nothing can be read');
  if (next) return refused(next.range[0], 'there is more than one document: leave out the lines ---');
  const errors = document.errors.map(({ pos, message }) => ({ offset: pos[0], message }));
  const faults = errors.length > 0 ? errors : faultsIn(document);
  return faults.length > 0 ? { document: null, faults, at } : { document, faults, at };
}

function faultsIn(document: Document.Parsed): YamlFault[] {
  const faults: YamlFault[] = [];
  let aliases = 0;
  visit(document, {
    // The parser's own check compares each key with each.
    Map(_, { items }) {
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value))
          faults.push({ offset: key.range?.[0] ?? 0, message: 'Map keys must be unique' });
        seen.add(key.value);
      }
    },
    Alias(_, { range }) {
      aliases += 1;
      if (aliases === MOST_ALIASES + 1) {
        faults.push({ offset: range?.[0] ?? 0, message: `there are more than ${MOST_ALIASES} aliases` });
      }
    },
  });
  return faults;
}
