import { GraphQLError, type ValidationRule } from 'graphql';

/** Refuses to tell the schema. `__typename` tells nothing that the schema is needed for, and stays. */
export const noIntrospection: ValidationRule = (context) => ({
  Field(node) {
    const name = node.name.value;
    if (name !== '__schema' && name !== '__type') return undefined;
    context.reportError(
      new GraphQLError(`Introspection is not allowed here, so ${name} cannot be asked for.`, {
        nodes: [node],
        extensions: { validationErrorCode: 'INTROSPECTION_DISABLED' },
      }),
    );
    return false;
  },
});
