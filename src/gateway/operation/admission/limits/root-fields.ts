import { type DocumentNode, type GraphQLError, Kind } from 'graphql';
import { largestOperation, SUM } from './fold-selections.ts';
import { limitExceeded } from './limit-exceeded.ts';

/** Refuses too many fields at the root, each of which starts work of its own. */
export function checkRootFields(document: DocumentNode, most: number): GraphQLError | null {
  const fields = largestOperation(document, {
    of: ({ kind }, below) => (kind === Kind.FIELD ? 1 : below),
    join: SUM,
  });
  return fields > most ? limitExceeded('documentRootFields', 'root fields', most) : null;
}
