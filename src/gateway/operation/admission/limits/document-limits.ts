import type { DocumentNode, GraphQLError, GraphQLSchema } from 'graphql';
import { checkAliases } from './aliases.ts';
import { checkFragments, checkOperations } from './definitions.ts';
import { checkDepth } from './depth.ts';
import { checkDirectives } from './directives.ts';
import { checkFragmentCycles } from './fragment-cycles.ts';
import { checkWrittenLists } from './list-items.ts';
import { checkMerges } from './merges.ts';
import { checkRootFields } from './root-fields.ts';

/** Bounds on what a document may look like, whatever it asks for. */
export interface DocumentLimits {
  /** Lines of the text. */
  readonly documentLines: number;
  /** Words, numbers and signs of the text. */
  readonly documentTokens: number;
  /** Fields below fields. */
  readonly documentDepth: number;
  /** Fragment definitions. */
  readonly documentFragments: number;
  /** Operations, of which one is executed. */
  readonly documentOperations: number;
  /** Fields with an alias. */
  readonly documentAliases: number;
  /** Fields at the root. */
  readonly documentRootFields: number;
  /** Directives. */
  readonly documentDirectives: number;
  /** Fields, each as often as it has to be merged with another that stands in the same place. */
  readonly documentMerges: number;
  /** Items of one list in an argument or a variable. */
  readonly listItems: number;
}

/**
 * Checks a parsed document against all limits, in time in proportion to its length and to `documentMerges`. It need not
 * be valid; one whose fragments hold themselves is refused as well, since it has no end.
 *
 * @returns the first limit that it exceeds.
 */
export function checkDocument(
  schema: GraphQLSchema,
  document: DocumentNode,
  limits: DocumentLimits,
): GraphQLError | null {
  return (
    checkFragments(document, limits.documentFragments) ??
    checkOperations(document, limits.documentOperations) ??
    checkDepth(document, limits.documentDepth) ??
    checkAliases(document, limits.documentAliases) ??
    checkRootFields(document, limits.documentRootFields) ??
    checkDirectives(document, limits.documentDirectives) ??
    checkWrittenLists(document, limits.listItems) ??
    checkFragmentCycles(schema, document) ??
    checkMerges(document, limits.documentMerges)
  );
}
