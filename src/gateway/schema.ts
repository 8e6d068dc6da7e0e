import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
import { DateTimeResolver } from 'graphql-scalars';
import { resolvers } from './domains.ts';
import { readSdl } from './sdl.ts';

/**
 * Builds the executable schema from `schema/*.graphql` and the resolvers of all domains.
 *
 * @throws if a field with arguments has no resolver, or a resolver no field: a half-connected graph must not start.
 */
export function buildSchema(): GraphQLSchema {
  return makeExecutableSchema({
    typeDefs: readSdl(),
    resolvers: [{ DateTime: DateTimeResolver }, ...resolvers],
    inheritResolversFromInterfaces: true,
    resolverValidationOptions: { requireResolversForArgs: 'error' },
  });
}
