import {
  type GraphQLArgument,
  type GraphQLEnumValue,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';

type Field = GraphQLField<unknown, unknown>;
type Place<T> = { readonly path: string } & T;
type Member = Place<{ readonly member: Field | GraphQLArgument | GraphQLInputField | GraphQLEnumValue }>;
type OutputField = Place<{ readonly parent: GraphQLNamedType; readonly field: Field }>;

/** Lists the types that the schema itself defines, without what GraphQL brings along. */
export function types(schema: GraphQLSchema): GraphQLNamedType[] {
  return Object.values(schema.getTypeMap()).filter(
    (type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type),
  );
}

/** Lists the fields of all object types and interfaces, each with a path such as `User.name`. */
export function outputFields(schema: GraphQLSchema): OutputField[] {
  return types(schema)
    .filter((type) => isObjectType(type) || isInterfaceType(type))
    .flatMap((parent) =>
      Object.values(parent.getFields()).map((field) => ({
        path: `${parent.name}.${field.name}`,
        parent,
        field,
      })),
    );
}

/** Lists the fields of the query and mutation roots. */
export function rootFields(schema: GraphQLSchema): OutputField[] {
  return outputFields(schema).filter(({ parent }) => ['Query', 'Mutation'].includes(parent.name));
}

/** Lists all that types declare: fields, arguments such as `Query.user(id)`, input fields and enum values. */
export function members(schema: GraphQLSchema): Member[] {
  const inputs = types(schema).flatMap((type): Member[] => {
    const declared = isEnumType(type)
      ? type.getValues()
      : isInputObjectType(type)
        ? Object.values(type.getFields())
        : [];
    return declared.map((member) => ({ path: `${type.name}.${member.name}`, member }));
  });
  const outputs = outputFields(schema).flatMap(({ path, field }): Member[] => [
    { path, member: field },
    ...field.args.map((member) => ({ path: `${path}(${member.name})`, member })),
  ]);
  return [...inputs, ...outputs];
}

/** Lists the description of every type and member, empty where there is none. */
export function descriptions(schema: GraphQLSchema): Place<{ description: string }>[] {
  return [
    ...types(schema).map((type) => ({ path: type.name, description: type.description ?? '' })),
    ...members(schema).map(({ path, member }) => ({ path, description: member.description ?? '' })),
  ];
}

/** Tells whether a type is a list, at any depth, whose items may be null. */
export function hasNullableItems(type: GraphQLType): boolean {
  if (isNonNullType(type)) return hasNullableItems(type.ofType);
  return isListType(type) && (!isNonNullType(type.ofType) || hasNullableItems(type.ofType));
}

/** Tells whether a type is an object type that implements the interface of this name. */
export function implementsInterface(type: GraphQLNamedType, name: string): boolean {
  return isObjectType(type) && type.getInterfaces().some((candidate) => candidate.name === name);
}
