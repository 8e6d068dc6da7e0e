import { findReference } from '../find-reference.ts';
import type { Resolvers } from '../generated/graphql.ts';
import { pageOf } from '../kit/connection.ts';
import { enumValue, enumValues } from '../kit/enum-value.ts';
import { KeyedMutex } from '../kit/keyed-mutex.ts';
import { mutate } from '../kit/mutation.ts';
import { recordField } from '../kit/record-field.ts';
import { textFilter } from '../kit/text-filter.ts';
import { uniqueEntries } from '../kit/unique-entries.ts';
import { groupVersion, VersionConflict } from '../kit/version.ts';
import { groupOf, groupRef, roleRef, targetRef, userOf, userRef } from '../references.ts';
import { filterUsers } from '../users/filter.ts';
import {
  addMember,
  addMembers,
  deleteGroup,
  findGroup,
  type GroupRecord,
  putGroup,
  removeMember,
  removeMembers,
} from './rest.ts';

const field = recordField((context) => context.loaders.groups);
const turns = new KeyedMutex();

/** Groups: fields, members, and the writes on both. */
export const groupResolvers: Resolvers = {
  Group: {
    displayName: field((group) => group.description || group.id),
    description: field((group) => group.description),
    roles: field((group) => group.roleIds.map((id) => roleRef(id))),
    async members({ id }, { filter, ...page }, { loaders }) {
      const users = await loaders.users.listOfGroup(id);
      return users && pageOf(filterUsers(users, filter), page, userOf);
    },
    defaultAccess: field((group) => group.defaultAccess),
    version: field(groupVersion),
    contact: field((group) => group.contact.map(([kind, value]) => ({ kind, value }))),
    asTarget: ({ id }) => targetRef('GROUP', id),
  },
  DefaultAccess: {
    targetType: ({ targetType }, _args, _context, info) => enumValue(targetType, info),
    rawTargetType: ({ targetType }) => targetType,
    access: ({ access }, _args, _context, info) => enumValues(access, info),
    rawAccess: ({ access }) => [...new Set(access)],
  },
  Query: {
    group: (_, { id }, context, info) => findReference('Group', id, context, info),
    async groups(_, { filter, ...page }, { loaders }) {
      const { text, roleId, memberId } = filter ?? {};
      const hasText = textFilter<GroupRecord>(text, ({ id, description }) => [id, description]);
      const [groups, member] = await Promise.all([
        loaders.groups.list(),
        memberId ? loaders.users.load(userRef(memberId).id) : null,
      ]);
      const found = filter
        ? groups.filter(
            (group) =>
              hasText(group) &&
              (!roleId || group.roleIds.includes(roleId)) &&
              (!memberId || member?.groupIds.includes(group.id)),
          )
        : groups;
      return pageOf(found, page, groupOf);
    },
  },
  Mutation: {
    upsertGroup: (_, { id, input, ifVersion }, context) =>
      mutate(
        { id, input },
        () =>
          turns.take(id, async () => {
            const { description, roleIds } = input;
            // REST clears what is left out (contract section 9), and a right must not go by omission.
            const current =
              ifVersion != null || !input.defaultAccess ? await findGroup(context.authorization, id) : null;
            if (ifVersion != null && groupVersion(current) !== ifVersion) {
              throw new VersionConflict('group', { group: current && groupRef(id, current) });
            }
            const defaultAccess = input.defaultAccess ?? current?.defaultAccess;
            await putGroup(context.authorization, id, {
              description,
              roles: roleIds ?? undefined,
              defaultAccess: defaultAccess
                ? uniqueEntries(defaultAccess, 'targetType', ({ access }) => access, [
                    'input',
                    'defaultAccess',
                  ])
                : undefined,
            });
            return { group: groupRef(id) };
          }),
        {
          description: ['input', 'description'],
          roles: ['input', 'roleIds'],
          defaultAccess: ['input', 'defaultAccess'],
        },
      ),
    deleteGroup: (_, { id }, context) =>
      mutate({ id }, async () => {
        await deleteGroup(context.authorization, id);
        return { deletedId: id };
      }),
    addUserToGroup: (_, args, context) =>
      mutate(args, async () => {
        await addMember(context.authorization, args.groupId, args.userId);
        return { group: groupRef(args.groupId) };
      }),
    removeUserFromGroup: (_, args, context) =>
      mutate(args, async () => {
        await removeMember(context.authorization, args.groupId, args.userId);
        return { group: groupRef(args.groupId) };
      }),
    addUsersToGroup: (_, args, context) =>
      mutate(args, async () => {
        await addMembers(context.authorization, args.groupId, args.userIds);
        return { group: groupRef(args.groupId) };
      }),
    removeUsersFromGroup: (_, args, context) =>
      mutate(args, async () => {
        await removeMembers(context.authorization, args.groupId, args.userIds);
        return { group: groupRef(args.groupId) };
      }),
  },
};
