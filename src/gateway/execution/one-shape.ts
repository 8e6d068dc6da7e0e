import {
  BREAK,
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isScalarType,
  isSpecifiedScalarType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/**
 * Tells whether every place in the answers of a document has one shape, made of objects, enums and GraphQL's own
 * scalars. graphql-jit writes serialisers for these only: it refuses other scalars, and where a place holds one of
 * several types it loses members of all but one of them.
 */
export function hasOneShape(schema: GraphQLSchema, document: DocumentNode): boolean {
  const types = new TypeInfo(schema);
  let one = true;
  visit(
    document,
    visitWithTypeInfo(types, {
      Field() {
        const type = getNamedType(types.getType());
        one = !isAbstractType(type) && (!isScalarType(type) || isSpecifiedScalarType(type));
        return one ? undefined : BREAK;
      },
    }),
  );
  return one;
}
