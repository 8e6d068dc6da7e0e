import { BREAK, type DocumentNode, type GraphQLError, visit } from 'graphql';
import { limitExceeded } from './limit-exceeded.ts';

const refusal = (most: number) => limitExceeded('listItems', 'items in a list', most);

/** Refuses lists that are too long among the values written in a document. */
export function checkWrittenLists(document: DocumentNode, most: number): GraphQLError | null {
  let found: GraphQLError | null = null;
  visit(document, {
    ListValue({ values }) {
      if (values.length <= most) return undefined;
      found = refusal(most);
      return BREAK;
    },
  });
  return found;
}

/** Values within values of the variables; no input type of the schema goes half as deep. */
const MOST_NESTED = 20;

/** Refuses lists that are too long among the values of variables, and values that are nested too deep. */
export function checkVariables(variables: unknown, most: number, depth = 0): GraphQLError | null {
  if (typeof variables !== 'object' || variables === null) return null;
  if (depth > MOST_NESTED) {
    return limitExceeded('nesting', 'values within values of its variables', MOST_NESTED);
  }
  if (Array.isArray(variables) && variables.length > most) return refusal(most);
  for (const value of Object.values(variables)) {
    const found = checkVariables(value, most, depth + 1);
    if (found) return found;
  }
  return null;
}
