import { hash } from 'node:crypto';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  parse,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { checkDocument, type DocumentLimits } from '../limits/document-limits.ts';
import { countTokens } from '../limits/tokens.ts';
import { noIntrospection } from './no-introspection.ts';

/** What came of reading a document. */
export type ReadDocument =
  /** It is valid and within the limits. */
  | { readonly document: DocumentNode }
  /** It exceeds a limit. */
  | { readonly refusal: GraphQLError }
  /** It is not GraphQL, or not of this schema. */
  | { readonly faults: readonly GraphQLError[] };

/** Most tokens that the documents kept have together; one takes some hundred bytes when it is parsed. */
const MOST_KEPT_TOKENS = 200_000;
/** More faults than these help nobody. Suggestions cost time, and whether a document is valid does not depend on them. */
const VALIDATION_OPTIONS = { maxErrors: 20, hideSuggestions: true };
/** What a document takes besides its tokens, in tokens. */
const TOKENS_PER_DOCUMENT = 10;

/**
 * Reads documents once: counts their tokens, parses them, checks them against the limits, and only then validates them,
 * which for some documents takes long. Those used last are kept, and so are refusals.
 */
export class Documents {
  readonly #schema: GraphQLSchema;
  readonly #limits: DocumentLimits;
  readonly #rules: readonly ValidationRule[];
  readonly #known = new LRUCache<string, ReadDocument & { readonly tokens: number }>({
    maxSize: MOST_KEPT_TOKENS,
    sizeCalculation: ({ tokens }) => TOKENS_PER_DOCUMENT + tokens,
  });

  /** @param extraRules what documents must keep to besides the rules of GraphQL. */
  constructor(schema: GraphQLSchema, limits: DocumentLimits, extraRules: readonly ValidationRule[]) {
    this.#schema = schema;
    this.#limits = limits;
    this.#rules = [...specifiedRules, ...extraRules];
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
    try {
      const { tokens, refusal } = countTokens(source, this.#limits.documentTokens);
      const read = refusal ? { refusal } : this.#readBounded(source);
      this.#known.set(sha256, { ...read, tokens: refusal ? 0 : tokens });
      return read;
    } catch (error) {
      if (error instanceof GraphQLError) return { faults: [error] };
      throw error;
    }
  }

  #readBounded(source: string): ReadDocument {
    const document = parse(source);
    const refusal = checkDocument(document, this.#limits);
    if (refusal) return { refusal };
    const faults = validate(this.#schema, document, this.#rules, VALIDATION_OPTIONS);
    return faults.length > 0 ? { faults } : { document };
  }
}

/** The rules that documents must keep to besides those of GraphQL. */
export function extraRules(introspection: boolean): readonly ValidationRule[] {
  return introspection ? [] : [noIntrospection];
}

/** How documents with faults are validated, to tell what is wrong with them. */
export function validationOptions(introspection: boolean): typeof VALIDATION_OPTIONS {
  return { ...VALIDATION_OPTIONS, hideSuggestions: !introspection };
}
