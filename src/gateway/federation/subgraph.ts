import type { IExecutableSchemaDefinition } from '@graphql-tools/schema';
import type { GraphQLResolveInfo } from 'graphql';
import type { GraphContext } from '../graph/context.ts';
import { findNode } from '../graph/find-reference.ts';
import { badUserInput } from '../graph/kit/errors.ts';
import { decodeNodeId } from '../graph/kit/node-id.ts';
import { readFederationSdl } from '../graph/sdl.ts';
import { publishedSdl } from './published-sdl.ts';
import { anyScalar, type Representation } from './representation.ts';

/** A schema that is more than the graph. */
export interface SchemaExtension {
  /** The SDL of all of it, that of the graph included. */
  readonly typeDefs: readonly string[];
  /** The resolvers of what it is more. */
  readonly resolvers: NonNullable<IExecutableSchemaDefinition['resolvers']>;
}

/** What makes the graph a subgraph of Apollo Federation 2: its keys, and the two fields that a router asks for. */
export function subgraph(): SchemaExtension {
  const published = publishedSdl();
  return {
    typeDefs: [published, readFederationSdl('machinery')],
    resolvers: {
      _Any: anyScalar,
      Query: {
        _entities: (
          _: unknown,
          { representations }: { readonly representations: readonly Representation[] },
          context: GraphContext,
          info: GraphQLResolveInfo,
        ) => representations.map((representation) => findEntity(representation, context, info)),
        _service: () => ({ sdl: published }),
      },
    },
  };
}

/** Null where there is no such thing. All of one list are loaded together, and each fails by itself. */
async function findEntity(
  representation: Representation,
  context: GraphContext,
  info: GraphQLResolveInfo,
): Promise<object | null> {
  const { type } = representation;
  if ('id' in representation) return findNode(type, representation.id, context, info);
  const node = decodeNodeId(representation.nodeId);
  if (node.type !== type) throw badUserInput(`This nodeId is not one of type ${type}.`);
  return findNode(type, node.id, context, info);
}
