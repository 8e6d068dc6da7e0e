import { type DocumentNode, type GraphQLError, Kind } from 'graphql';
import { largestOperation } from './fold-selections.ts';
import { limitExceeded } from './limit-exceeded.ts';

/** Refuses fields that lie too deep below others. Fragments add no level of their own. */
export function checkDepth(document: DocumentNode, most: number): GraphQLError | null {
  const depth = largestOperation(document, {
    of: ({ kind }, below) => (kind === Kind.FIELD ? 1 + below : below),
    join: Math.max,
  });
  return depth > most ? limitExceeded('documentDepth', 'levels of fields', most) : null;
}
