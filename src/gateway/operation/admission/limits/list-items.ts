import {
  type DirectiveNode,
  type DocumentNode,
  type GraphQLError,
  Kind,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { limitExceeded } from './limit-exceeded.ts';

const refusal = (most: number) => limitExceeded('listItems', 'items in a list', most);

/** Refuses lists that are too long among the values written in a document. */
export function checkWrittenLists(document: DocumentNode, most: number): GraphQLError | null {
  const isTooLong = document.definitions.some(
    (definition) =>
      ('directives' in definition && hasLong(definition.directives, most)) ||
      ('selectionSet' in definition && selectsLong(definition.selectionSet, most)) ||
      (definition.kind === Kind.OPERATION_DEFINITION &&
        definition.variableDefinitions?.some(
          ({ defaultValue, directives }) =>
            (defaultValue && isLong(defaultValue, most)) || hasLong(directives, most),
        )),
  );
  return isTooLong ? refusal(most) : null;
}

// Not graphql's visitor, which takes as long for this as parsing.
function selectsLong({ selections }: SelectionSetNode, most: number): boolean {
  return selections.some(
    (selection) =>
      hasLong(selection.directives, most) ||
      (selection.kind === Kind.FIELD && selection.arguments?.some(({ value }) => isLong(value, most))) ||
      (selection.kind !== Kind.FRAGMENT_SPREAD &&
        selection.selectionSet &&
        selectsLong(selection.selectionSet, most)),
  );
}

function hasLong(directives: readonly DirectiveNode[] = [], most: number): boolean {
  return directives.some((directive) => directive.arguments?.some(({ value }) => isLong(value, most)));
}

function isLong(value: ValueNode, most: number): boolean {
  if (value.kind === Kind.OBJECT) return value.fields.some((field) => isLong(field.value, most));
  if (value.kind !== Kind.LIST) return false;
  return value.values.length > most || value.values.some((item) => isLong(item, most));
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
