import { storedUserId } from '../../../access/facts/keys.ts';
import { sortedById } from '../../upstream/reading/sorted-by-id.ts';
import type { GraphContext } from '../context.ts';
import { findReference } from '../find-reference.ts';
import type { Resolvers } from '../generated/graphql.ts';
import { checkPermissions } from '../grants/rest.ts';
import { pageOf } from '../kit/connection.ts';
import { enumValues } from '../kit/enum-value.ts';
import { KeyedMutex } from '../kit/keyed-mutex.ts';
import { mutate } from '../kit/mutation.ts';
import { recordField } from '../kit/record-field.ts';
import { uniqueEntries } from '../kit/unique-entries.ts';
import { userVersion, VersionConflict } from '../kit/version.ts';
import { applicationRef, groupRef, roleRef, targetRef, userOf, userRef } from '../references.ts';
import { filterUsers } from './filter.ts';
import { currentUser, deleteUser, findUser, putUser } from './rest.ts';

const field = recordField((context) => context.loaders.users);
const turns = new KeyedMutex();

/** Users: fields, links, `viewer`, and the two writes. */
export const userResolvers: Resolvers = {
  User: {
    displayName: field((user) => user.name || user.id),
    name: field((user) => user.name),
    uuid: field((user) => user.uuid),
    namespace: field((user) => user.namespace),
    isApplicationUser: field((user) => user.isApplicationUser),
    application: field((user) => (user.applicationId ? applicationRef(user.applicationId) : null)),
    roles: field((user) => user.roleIds.map((id) => roleRef(id))),
    groups: field((user) => user.groupIds.map((id) => groupRef(id))),
    version: field(userVersion),
    contact: field((user) => user.contact.map(([kind, value]) => ({ kind, value }))),
    async accessTo({ id }, { target }, context, info) {
      const access = await checkPermissions(context.authorization, id, target);
      return access && enumValues(access, info);
    },
    async createdApplications({ id }, _args, context) {
      const applications = await context.loaders.applications.list();
      const created = applications.filter(
        ({ createdBy }) => createdBy !== null && storedUserId(createdBy) === id,
      );
      return sortedById(created).map((application) => applicationRef(application.id, application));
    },
    asTarget: ({ id }) => targetRef('USER', id),
  },
  Query: {
    async viewer(_, _args, context) {
      const user = await currentUser(context.authorization);
      return userRef(user.id, user);
    },
    user: (_, { id }, context, info) => findReference('User', id, context, info),
    async users(_, { filter, includeApplications, ...page }, { loaders }) {
      const users = await (includeApplications ? loaders.users.listWithApplications() : loaders.users.list());
      return pageOf(filterUsers(users, filter), page, userOf);
    },
  },
  Mutation: {
    upsertUser: (_, { id, input, ifVersion }, context) =>
      mutate(
        { id, input },
        () =>
          turns.take(userRef(id).id, async () => {
            if (ifVersion != null) await refuseOtherVersion(id, ifVersion, context);
            const { name, roleIds, groupIds, contact } = input;
            await putUser(context.authorization, id, {
              name,
              roles: roleIds ?? undefined,
              groups: groupIds ?? undefined,
              contactInformation: contact
                ? uniqueEntries(contact, 'kind', ({ value }) => value, ['input', 'contact'])
                : undefined,
            });
            return { user: userRef(id) };
          }),
        { name: ['input', 'name'], roles: ['input', 'roleIds'], groups: ['input', 'groupIds'] },
      ),
    deleteUser: (_, { id }, context) =>
      mutate({ id }, async () => {
        await deleteUser(context.authorization, id);
        return { deletedId: userRef(id).id };
      }),
  },
};

async function refuseOtherVersion(id: string, version: string, context: GraphContext): Promise<void> {
  const current = await findUser(context.authorization, id);
  if (userVersion(current) === version) return;
  throw new VersionConflict('user', { user: current && userRef(id, current) });
}
