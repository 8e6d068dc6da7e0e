import { type DocumentNode, Kind, type OperationDefinitionNode } from 'graphql';
import { foldSelections, SUM } from '../admission/limits/fold-selections.ts';

/**
 * Counts the fields that an operation has once its fragments are put in their places, each as often as it is used.
 * Takes time in proportion to the document, not to the count.
 */
export function expandedFields(document: DocumentNode, operation: OperationDefinitionNode): number {
  const count = foldSelections(document, {
    of: ({ kind }, below) => (kind === Kind.FIELD ? 1 + below : below),
    join: SUM,
  });
  return count(operation.selectionSet);
}
