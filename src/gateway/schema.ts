import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLField, GraphQLSchema } from 'graphql';
import { DateTimeResolver } from 'graphql-scalars';
import { captureChanges } from './changes/capture/capture-changes.ts';
import { capturedMutations } from './changes/capture/captured-mutations.ts';
import type { SchemaExtension } from './federation/subgraph.ts';
import { startIndependentReads } from './graph/prefetch.ts';
import { resolvers } from './graph/resolvers.ts';
import { readSdl } from './graph/sdl.ts';
import type { OperationContext } from './operation/context.ts';
import { subscriptionResolvers } from './subscriptions/resolvers.ts';

/**
 * Builds the executable schema from `schema/*.graphql` and the resolvers of all domains.
 *
 * @throws if a field with arguments has no resolver, or a resolver no field: a half-connected graph must not start.
 */
export function buildSchema(extension?: SchemaExtension): GraphQLSchema {
  const schema = makeExecutableSchema({
    typeDefs: [...(extension?.typeDefs ?? [readSdl()])],
    resolvers: [
      { DateTime: DateTimeResolver },
      ...resolvers,
      subscriptionResolvers,
      extension?.resolvers ?? [],
    ].flat(),
    inheritResolversFromInterfaces: true,
    resolverValidationOptions: { requireResolversForArgs: 'error' },
  });
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) readEarly(field);
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) journal(field);
  return schema;
}

/** Makes a root field start, before its own read, those that need nothing of it. */
function readEarly(field: GraphQLField<unknown, OperationContext>): void {
  const { resolve } = field;
  if (!resolve) return;
  field.resolve = (source, args, context, info) => {
    startIndependentReads(context, info);
    return resolve(source, args, context, info);
  };
}

/** Makes a mutation journal what it changed before it answers. */
function journal(field: GraphQLField<unknown, OperationContext>): void {
  const { name, resolve } = field;
  const capture = capturedMutations[name];
  if (!resolve || !capture) return;
  field.resolve = (source, args, context, info) =>
    captureChanges(capture, args, context, async () => resolve(source, args, context, info));
}
