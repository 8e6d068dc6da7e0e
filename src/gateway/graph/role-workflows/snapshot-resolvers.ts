import { findReference } from '../find-reference.ts';
import type { Resolvers } from '../generated/graphql.ts';
import { userRef } from '../references.ts';

/**
 * From what the workflow engine remembers to what lives in the authorization API: roles by name, users by `uuid`.
 * Null where there is no such thing, never a guess.
 */
export const snapshotResolvers: Resolvers = {
  RoleSnapshot: {
    role: ({ name, isDeleted }, _args, context, info) =>
      name === null || isDeleted ? null : findReference('Role', name, context, info),
  },
  UserSnapshot: {
    async user({ id }, _args, { loaders }) {
      const user = await loaders.users.findByUuid(id);
      return user && userRef(user.id, user);
    },
  },
};
