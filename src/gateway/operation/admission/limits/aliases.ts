import { type DocumentNode, type GraphQLError, Kind } from 'graphql';
import { largestOperation, SUM } from './fold-selections.ts';
import { limitExceeded } from './limit-exceeded.ts';

/** Refuses too many aliases, by which one field is asked for again and again; `__typename` is no exception. */
export function checkAliases(document: DocumentNode, most: number): GraphQLError | null {
  const aliases = largestOperation(document, {
    of: (selection, below) => (selection.kind === Kind.FIELD && selection.alias ? 1 + below : below),
    join: SUM,
  });
  return aliases > most ? limitExceeded('documentAliases', 'aliases', most) : null;
}
