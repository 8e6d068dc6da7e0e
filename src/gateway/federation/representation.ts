import { GraphQLScalarType, valueFromASTUntyped } from 'graphql';
import { badUserInput } from '../graph/kit/errors.ts';
import { type GlobalType, isGlobalType } from '../graph/kit/node-id.ts';
import { targetOfKey } from '../graph/references.ts';

/** How another subgraph names something of this graph: by one of the keys of its type. */
export type Representation =
  | { readonly type: GlobalType; readonly id: string }
  | { readonly type: GlobalType; readonly nodeId: string };

/**
 * Apollo Federation's `_Any` (subgraph specification, "Scalar _Any"). It is read as strictly as any other input, so
 * that nothing is asked upstream for a list of which one item names nothing.
 */
export const anyScalar = new GraphQLScalarType<Representation>({
  name: '_Any',
  parseValue: parseRepresentation,
  parseLiteral: (node, variables) => parseRepresentation(valueFromASTUntyped(node, variables)),
});

function parseRepresentation(value: unknown): Representation {
  const type = memberOf(value, '__typename');
  const id = memberOf(value, 'id');
  if (type === null || !isGlobalType(type)) {
    throw badUserInput('Expected the __typename of a type that has a @key in this subgraph.');
  }
  if (type === 'Target' && id !== null) targetOfKey(id);
  if (id !== null) return { type, id };
  const nodeId = memberOf(value, 'nodeId');
  if (nodeId === null) throw badUserInput(`Expected ${type} to be represented by its id, or its nodeId.`);
  return { type, nodeId };
}

/** Null for what is no text. */
function memberOf(value: unknown, name: string): string | null {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return null;
  const member: unknown = Reflect.get(value, name);
  return typeof member === 'string' ? member : null;
}
