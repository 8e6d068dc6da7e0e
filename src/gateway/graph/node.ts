import { findNode } from './find-reference.ts';
import type { Resolvers } from './generated/graphql.ts';
import { pure } from './kit/depends-on-parent.ts';
import { decodeNodeId, encodeNodeId } from './kit/node-id.ts';
import { targetKey } from './references.ts';

/** Global identification: every entity's `nodeId`, and the way back from it. */
export const nodeResolvers: Resolvers = {
  Node: {
    __resolveType: ({ __typename }) => __typename,
    nodeId: pure(({ __typename, id }) => encodeNodeId(__typename, id)),
  },
  Target: {
    nodeId: pure((target) => encodeNodeId('Target', targetKey(target))),
  },
  Query: {
    node: (_, { nodeId }, context, info) => {
      const { type, id } = decodeNodeId(nodeId);
      return findNode(type, id, context, info);
    },
  },
};
