import {
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  visit,
} from 'graphql';

/** Items of a list that a variable stands for. */
const ITEMS = 10;

/**
 * Chooses a value for each variable of an operation that has none by default: the largest page, everything that may be
 * selected, and an id that is there.
 *
 * @param page what a number stands for.
 */
export function stubVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  page: number,
): Record<string, unknown> {
  const skips = new Set<string>();
  visit(operation, {
    Directive({ name, arguments: given = [] }) {
      const condition = given.find((argument) => argument.name.value === 'if')?.value;
      if (name.value === 'skip' && condition?.kind === 'Variable') skips.add(condition.name.value);
    },
  });
  const values: Record<string, unknown> = {};
  for (const { variable, type: node, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    const type = typeFromAST(schema, node as never) as GraphQLInputType | undefined;
    if (defaultValue !== undefined || type === undefined) continue;
    values[name] = skips.has(name) ? false : stubValue(type, name, page);
  }
  return values;
}

function stubValue(type: GraphQLInputType, name: string, page: number): unknown {
  if (isNonNullType(type)) return stubValue(type.ofType, name, page);
  if (isListType(type)) {
    const { ofType } = type;
    return Array.from({ length: ITEMS }, (_, index) => stubValue(ofType, `${name} ${index}`, page));
  }
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    const needed = type.isOneOf
      ? fields.slice(0, 1)
      : fields.filter((field) => isNonNullType(field.type) && field.defaultValue === undefined);
    return Object.fromEntries(needed.map((field) => [field.name, stubValue(field.type, `${name}`, page)]));
  }
  if (type.name === 'Int') return page;
  if (type.name === 'Float') return 1;
  if (type.name === 'Boolean') return true;
  return type.name === 'DateTime' ? '2026-01-01T00:00:00Z' : name;
}
