import {
  type ConstDirectiveNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  Kind,
} from 'graphql';

/** What a field costs, besides what is selected below it. */
export interface FieldCost {
  /** Points for the field itself, such as for the REST call that it takes. */
  readonly weight: number;
  /** Objects that are expected in its place; 0 for plain values. Null: as many as the page has. */
  readonly objects: number | null;
  /** The argument that is as long as the list in its place, where one is; it then tells how many objects there are. */
  readonly sizedBy: string | null;
  /** Whether it takes `first`, the size of the page that `nodes` and `edges` below it have. */
  readonly isPaged: boolean;
}

/** What a field at the root costs: most often the REST call that reads or writes. */
const ROOT_WEIGHT = 10;

/** A list without a page and without `@listSize` is taken to be this long. */
const ASSUMED_SIZE = 10;

/** Lists of the introspection system, whose fields bear no directives. */
const INTROSPECTION_SIZE: Readonly<Record<string, number>> = { types: 150, fields: 8, args: 2 };
const INTROSPECTION_ASSUMED_SIZE = 3;

/** Tells what a field costs: as `@cost` and `@listSize` say, else by its type. */
export function fieldCost(
  schema: GraphQLSchema,
  parent: GraphQLNamedType,
  field: GraphQLField<unknown, unknown>,
): FieldCost {
  const isRoot = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].includes(
    parent as never,
  );
  return {
    weight: numberOf(field, 'cost', 'weight') ?? (isRoot ? ROOT_WEIGHT : 0),
    objects: objectsOf(parent, field),
    sizedBy: argumentOf(field, 'sizedBy', 'argument'),
    isPaged: field.args.some(({ name }) => name === 'first'),
  };
}

/** Tells what an argument costs where it is given, as `@cost` says. */
export function argumentWeight(argument: GraphQLArgument): number {
  return numberOf(argument, 'cost', 'weight') ?? 0;
}

function objectsOf(parent: GraphQLNamedType, field: GraphQLField<unknown, unknown>): number | null {
  if (!isCompositeType(getNamedType(field.type))) return 0;
  if (!isListType(getNullableType(field.type))) return 1;
  if (/^(nodes|edges)$/.test(field.name) && parent.name.endsWith('Connection')) return null;
  if (parent.name.startsWith('__')) return INTROSPECTION_SIZE[field.name] ?? INTROSPECTION_ASSUMED_SIZE;
  return numberOf(field, 'listSize', 'assumedSize') ?? ASSUMED_SIZE;
}

function numberOf(element: Element, directive: string, argument: string): number | null {
  const value = argumentOf(element, directive, argument);
  return value === null ? null : Number(value);
}

type Element = GraphQLField<unknown, unknown> | GraphQLArgument;

/** Reads a number or a text from a directive that something bears in the SDL. */
function argumentOf({ astNode }: Element, directive: string, argument: string): string | null {
  const found = astNode?.directives?.find(({ name }: ConstDirectiveNode) => name.value === directive);
  const value = found?.arguments?.find(({ name }) => name.value === argument)?.value;
  return value?.kind === Kind.INT || value?.kind === Kind.STRING ? value.value : null;
}
