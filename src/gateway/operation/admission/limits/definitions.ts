import { type DocumentNode, type GraphQLError, Kind } from 'graphql';
import { limitExceeded } from './limit-exceeded.ts';

/** Refuses too many fragments: validation compares each with each. */
export function checkFragments(document: DocumentNode, most: number): GraphQLError | null {
  return countOf(document, Kind.FRAGMENT_DEFINITION) > most
    ? limitExceeded('documentFragments', 'fragments', most)
    : null;
}

/** Refuses too many operations, of which one is executed: validation goes through all fragments for each. */
export function checkOperations(document: DocumentNode, most: number): GraphQLError | null {
  return countOf(document, Kind.OPERATION_DEFINITION) > most
    ? limitExceeded('documentOperations', 'operations', most)
    : null;
}

function countOf({ definitions }: DocumentNode, wanted: Kind): number {
  return definitions.reduce((count, { kind }) => count + Number(kind === wanted), 0);
}
