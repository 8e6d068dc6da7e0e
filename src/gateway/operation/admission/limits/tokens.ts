import { type GraphQLError, Lexer, Source, TokenKind } from 'graphql';
import { limitExceeded } from './limit-exceeded.ts';

/** Brackets within brackets: far from what is written in earnest, and from the depth at which a parser's stack ends. */
const MOST_NESTED = 100;

const STEP: Readonly<Partial<Record<TokenKind, number>>> = {
  [TokenKind.BRACE_L]: 1,
  [TokenKind.BRACKET_L]: 1,
  [TokenKind.PAREN_L]: 1,
  [TokenKind.BRACE_R]: -1,
  [TokenKind.BRACKET_R]: -1,
  [TokenKind.PAREN_R]: -1,
};

const LINE_END = /\r\n|[\n\r]/g;

/**
 * Refuses too many lines, before the tokens are read: each comment is a token to a parser, and for each fault that is
 * told all lines before it are counted.
 */
export function checkLines(source: string, most: number): GraphQLError | null {
  let lines = 1;
  for (const _ of source.matchAll(LINE_END)) {
    lines += 1;
    if (lines > most) return limitExceeded('documentLines', 'lines', most);
  }
  return null;
}

/** What reading the tokens of a document told. */
export interface TokenCount {
  readonly tokens: number;
  /** Why the document is not to be parsed. */
  readonly refusal: GraphQLError | null;
}

/**
 * Counts the tokens of a document before it is parsed, and ends as soon as they are too many or nested too deep.
 *
 * @throws {GraphQLError} a syntax error, where a character belongs to no token.
 */
export function countTokens(source: string, most: number): TokenCount {
  const lexer = new Lexer(new Source(source));
  let tokens = 0;
  let nested = 0;
  for (let { kind } = lexer.advance(); kind !== TokenKind.EOF; kind = lexer.advance().kind) {
    tokens += 1;
    nested += STEP[kind] ?? 0;
    if (tokens > most) return { tokens, refusal: limitExceeded('documentTokens', 'tokens', most) };
    if (nested > MOST_NESTED) {
      return { tokens, refusal: limitExceeded('nesting', 'brackets within brackets', MOST_NESTED) };
    }
  }
  return { tokens, refusal: null };
}
