import { type DocumentNode, type GraphQLError, Kind } from 'graphql';
import { largestOperation, SUM } from './fold-selections.ts';
import { limitExceeded } from './limit-exceeded.ts';

/** Refuses too many directives, on fields and fragments as often as they are used, and on definitions. */
export function checkDirectives(document: DocumentNode, most: number): GraphQLError | null {
  const onSelections = largestOperation(document, {
    of: ({ directives = [] }, below) => directives.length + below,
    join: SUM,
  });
  let directives = onSelections;
  for (const definition of document.definitions) {
    if ('directives' in definition) directives += definition.directives?.length ?? 0;
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    for (const variable of definition.variableDefinitions ?? [])
      directives += variable.directives?.length ?? 0;
  }
  return directives > most ? limitExceeded('documentDirectives', 'directives', most) : null;
}
