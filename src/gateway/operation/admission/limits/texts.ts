import {
  type ArgumentNode,
  type DocumentNode,
  type GraphQLArgument,
  GraphQLError,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import type { Variables } from '../cost/formula.ts';

/** Longest text where the schema does not say anything else: as long as all headers of a request together. */
const LONGEST_TEXT = 16_384;

/** A place where values go: what it takes, by which name, and how long texts may be there. */
interface Place {
  readonly name: string;
  readonly type: GraphQLNamedType;
  readonly most: number;
}

/** A text in a document that is longer than it may be there. */
interface Written {
  readonly text: string;
  readonly place: Place;
}

/** Finds the first text among variables that is longer than it may be where it goes. */
export type TextCheck = (variables: Variables) => GraphQLError | null;

/**
 * Finds out how long texts may be that an operation is given (`@maxLength` in the schema): whatever is done with them
 * takes time by their length, and that again for each place where a variable is used.
 *
 * Takes time in proportion to the document, and the check in proportion to the variables.
 *
 * @param document a valid one.
 */
export function textCheck(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): TextCheck {
  /** The strictest place of each variable. */
  const places = new Map<string, Place>();
  const written: Written[] = [];

  function visitValue(node: ValueNode, place: Place): void {
    switch (node.kind) {
      case Kind.VARIABLE: {
        const known = places.get(node.name.value);
        if (!known || place.most < known.most) places.set(node.name.value, place);
        return;
      }
      case Kind.STRING:
        if (node.value.length > place.most) written.push({ text: node.value, place });
        return;
      case Kind.LIST:
        for (const item of node.values) visitValue(item, place);
        return;
      case Kind.OBJECT:
        for (const { name, value } of node.fields) visitValue(value, memberOf(place, name.value));
        return;
    }
  }

  function visitArguments(nodes: readonly ArgumentNode[] = [], args: readonly GraphQLArgument[] = []): void {
    for (const { name, value } of nodes) {
      const argument = args.find((known) => known.name === name.value);
      if (argument) visitValue(value, placeOf(argument));
    }
  }

  function visitSelections({ selections }: SelectionSetNode, parent: GraphQLNamedType | undefined): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const hasFields = isObjectType(parent) || isInterfaceType(parent);
        const field = hasFields ? parent.getFields()[selection.name.value] : undefined;
        visitArguments(selection.arguments, field?.args);
        if (field && selection.selectionSet)
          visitSelections(selection.selectionSet, getNamedType(field.type));
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value;
        visitSelections(selection.selectionSet, condition ? schema.getType(condition) : parent);
      }
    }
  }

  for (const definition of document.definitions) {
    if (definition === operation) {
      visitSelections(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined);
    } else if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      visitSelections(definition.selectionSet, schema.getType(definition.typeCondition.name.value));
    }
  }
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    const place = places.get(variable.name.value);
    if (defaultValue && place) visitValue(defaultValue, place);
  }
  return (variables) => {
    const [tooLong] = written;
    if (tooLong) return refusalOf(tooLong.text, tooLong.place);
    for (const [name, place] of places) {
      const found = checkValue(variables[name], place);
      if (found) return found;
    }
    return null;
  };
}

function checkValue(value: unknown, place: Place): GraphQLError | null {
  if (typeof value === 'string') return refusalOf(value, place);
  if (typeof value !== 'object' || value === null) return null;
  const isList = Array.isArray(value);
  for (const [name, member] of Object.entries(value)) {
    const found = checkValue(member, isList ? place : memberOf(place, name));
    if (found) return found;
  }
  return null;
}

function memberOf(place: Place, name: string): Place {
  const field = isInputObjectType(place.type) ? place.type.getFields()[name] : undefined;
  return field ? placeOf(field) : { ...place, name };
}

const known = new WeakMap<GraphQLArgument | GraphQLInputField, Place>();

function placeOf(definition: GraphQLArgument | GraphQLInputField): Place {
  const before = known.get(definition);
  if (before) return before;
  const directive = definition.astNode?.directives?.find(({ name }) => name.value === 'maxLength');
  const most = directive?.arguments?.[0]?.value;
  const place = {
    name: definition.name,
    type: getNamedType(definition.type),
    most: most?.kind === Kind.INT ? Number(most.value) : LONGEST_TEXT,
  };
  known.set(definition, place);
  return place;
}

function refusalOf(text: string, { name, most }: Place): GraphQLError | null {
  if (text.length <= most) return null;
  return new GraphQLError(`The text of "${name}" has ${text.length} characters, and may have ${most}.`, {
    extensions: { code: 'REQUEST_LIMIT_EXCEEDED', limit: 'textLength', most },
  });
}
