import { hash } from 'node:crypto';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getIntrospectionQuery,
  parse,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { checkDocument, type DocumentLimits } from './limits/document-limits.ts';
import { checkLines, countTokens } from './limits/tokens.ts';

/** What came of reading a document. */
export type ReadDocument =
  /** It is valid and within the limits. */
  | { readonly document: DocumentNode }
  /** It exceeds a limit. */
  | { readonly refusal: GraphQLError }
  /** It is not GraphQL, or not of this schema: what is wrong with it, to be told. */
  | { readonly faults: readonly GraphQLError[] };

/** Most tokens that the documents kept have together; one takes some hundred bytes when it is parsed. */
const MOST_KEPT_TOKENS = 200_000;
/** More faults than these help nobody. */
const MOST_FAULTS = 5;
/** Faults are told in words of the document, which may be as long as that is. */
const LONGEST_MESSAGE = 1000;
/** The places of one fault may be as many as there are words. */
const MOST_PLACES = 10;
/** Some tens of milliseconds, while a gateway starts. */
const WARM_UP_TURNS = 10;
/** What a document takes besides its tokens, in tokens. */
const TOKENS_PER_DOCUMENT = 10;
/** Characters of a text that is kept with its document, to show where something is wrong, that take as much as a token. */
const CHARACTERS_PER_TOKEN = 100;

/**
 * Reads documents once: counts their lines and tokens, parses them, checks them against the limits, and only then
 * validates them, which for some documents takes long. Those used last are kept, and so is what is wrong with others.
 */
export class Documents {
  readonly #schema: GraphQLSchema;
  readonly #limits: DocumentLimits;
  readonly #rules: readonly ValidationRule[];
  readonly #hideSuggestions: boolean;
  readonly #known = new LRUCache<string, ReadDocument & { readonly size: number }>({
    maxSize: MOST_KEPT_TOKENS,
    sizeCalculation: ({ size }) => Math.ceil(TOKENS_PER_DOCUMENT + size),
  });

  /**
   * @param extraRules what documents must keep to besides the rules of GraphQL.
   * @param hideSuggestions whether to keep to oneself what may have been meant.
   */
  constructor(
    schema: GraphQLSchema,
    limits: DocumentLimits,
    extraRules: readonly ValidationRule[],
    hideSuggestions = true,
  ) {
    this.#hideSuggestions = hideSuggestions;
    this.#schema = schema;
    this.#limits = limits;
    this.#rules = [...specifiedRules, ...extraRules];
  }

  /**
   * Reads a large document a few times, which lets the engine compile what reads: in a process that has just begun, the
   * first documents would take several times as long as all others.
   */
  warmUp(): void {
    for (let turn = 0; turn < WARM_UP_TURNS; turn += 1) this.#read(getIntrospectionQuery());
  }

  /** Forgets what was read, since the limits have changed. */
  forget(): void {
    this.#known.clear();
  }

  /** Whether a document was read, and found to be GraphQL of this schema, or too large. */
  knows(sha256: string): boolean {
    const known = this.#known.get(sha256);
    return known !== undefined && !('faults' in known);
  }

  /** @param sha256 of the source in hex, where it is known. */
  read(source: string, sha256: string = hash('sha256', source)): ReadDocument {
    const known = this.#known.get(sha256);
    if (known) return known;
    const read = this.#read(source);
    this.#known.set(sha256, read);
    return read;
  }

  #read(source: string): ReadDocument & { readonly size: number } {
    const tooLong = checkLines(source, this.#limits.documentLines);
    if (tooLong) return { refusal: tooLong, size: 0 };
    const textSize = source.length / CHARACTERS_PER_TOKEN;
    try {
      const { tokens, refusal } = countTokens(source, this.#limits.documentTokens);
      if (refusal) return { refusal, size: 0 };
      return { ...this.#readBounded(source), size: tokens + textSize };
    } catch (error) {
      if (error instanceof GraphQLError) {
        return { faults: [withCode(error, ApolloServerErrorCode.GRAPHQL_PARSE_FAILED)], size: textSize };
      }
      throw error;
    }
  }

  #readBounded(source: string): ReadDocument {
    const document = parse(source);
    const refusal = checkDocument(this.#schema, document, this.#limits);
    if (refusal) return { refusal };
    const faults = validate(this.#schema, document, this.#rules, {
      maxErrors: MOST_FAULTS,
      hideSuggestions: this.#hideSuggestions,
    });
    if (faults.length === 0) return { document };
    return {
      faults: faults.map((fault) => withCode(fault, ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED)),
    };
  }
}

function withCode(
  { message, nodes, source, positions, extensions }: GraphQLError,
  code: string,
): GraphQLError {
  return new GraphQLError(
    message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message,
    {
      ...(nodes
        ? { nodes: nodes.slice(0, MOST_PLACES) }
        : { source: source ?? null, positions: positions ?? null }),
      extensions: { ...extensions, code },
    },
  );
}
