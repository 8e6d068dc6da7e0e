import { GraphQLError, type ValidationRule } from 'graphql';

/** Fields that tell the schema: those of GraphQL, and the one by which a subgraph publishes it. */
const TELLING: ReadonlySet<string> = new Set(['__schema', '__type', '_service']);

/** Refuses to tell the schema. `__typename` tells nothing that the schema is needed for, and stays. */
export const noIntrospection: ValidationRule = (context) => ({
  Field(node) {
    const name = node.name.value;
    if (!TELLING.has(name)) return undefined;
    context.reportError(
      new GraphQLError(`Introspection is not allowed here, so ${name} cannot be asked for.`, {
        nodes: [node],
        extensions: { validationErrorCode: 'INTROSPECTION_DISABLED' },
      }),
    );
    return false;
  },
});
