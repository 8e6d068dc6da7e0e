import { type DocumentNode, type GraphQLError, Kind } from 'graphql';
import { limitExceeded } from './limit-exceeded.ts';

/** Refuses too many fragments: validation compares each with each. */
export function checkFragments(document: DocumentNode, most: number): GraphQLError | null {
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  return fragments.length > most ? limitExceeded('documentFragments', 'fragments', most) : null;
}
