import { pure } from '../execution/pure.ts';
import { findReference } from '../find-reference.ts';
import type { Resolvers } from '../generated/graphql.ts';
import { decodeNodeId, encodeNodeId } from '../node-id.ts';

/** Global identification: every entity's `nodeId`, and the way back from it. */
export const nodeResolvers: Resolvers = {
  Node: {
    __resolveType: ({ __typename }) => __typename,
    nodeId: pure(({ __typename, id }) => encodeNodeId(__typename, id)),
  },
  Query: {
    node: (_, { nodeId }, context, info) => {
      const { type, id } = decodeNodeId(nodeId);
      return findReference(type, id, context, info);
    },
  },
};
