import type { DocumentNode, GraphQLError } from 'graphql';
import { checkAliases } from './aliases.ts';
import { checkDepth } from './depth.ts';
import { checkDirectives } from './directives.ts';
import { checkFragments } from './fragments.ts';
import { checkWrittenLists } from './list-items.ts';
import { checkRootFields } from './root-fields.ts';

/** Bounds on what a document may look like, whatever it asks for. */
export interface DocumentLimits {
  /** Words, numbers and signs of the text. */
  readonly documentTokens: number;
  /** Fields below fields. */
  readonly documentDepth: number;
  /** Fragment definitions. */
  readonly documentFragments: number;
  /** Fields with an alias. */
  readonly documentAliases: number;
  /** Fields at the root. */
  readonly documentRootFields: number;
  /** Directives. */
  readonly documentDirectives: number;
  /** Items of one list in an argument or a variable. */
  readonly listItems: number;
}

/**
 * Checks a parsed document against all limits, in time in proportion to its length. It need not be valid.
 *
 * @returns the first limit that it exceeds.
 */
export function checkDocument(document: DocumentNode, limits: DocumentLimits): GraphQLError | null {
  return (
    checkFragments(document, limits.documentFragments) ??
    checkDepth(document, limits.documentDepth) ??
    checkAliases(document, limits.documentAliases) ??
    checkRootFields(document, limits.documentRootFields) ??
    checkDirectives(document, limits.documentDirectives) ??
    checkWrittenLists(document, limits.listItems)
  );
}
