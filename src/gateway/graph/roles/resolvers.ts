import { groupByResource, permissionNames } from '../../../access/facts/permission-names.ts';
import { findReference } from '../find-reference.ts';
import type { Resolvers } from '../generated/graphql.ts';
import { pageOf } from '../kit/connection.ts';
import { mutate } from '../kit/mutation.ts';
import { recordField } from '../kit/record-field.ts';
import { textFilter } from '../kit/text-filter.ts';
import { roleRef, targetRef } from '../references.ts';
import { holdersOf } from './holders.ts';
import { deleteRole, listAvailablePermissions, postRole, putRole, type RoleRecord } from './rest.ts';

const field = recordField((context) => context.loaders.roles);

const BODY_FIELDS = {
  name: ['id'],
  description: ['input', 'description'],
  permissions: ['input', 'permissions'],
};

/** Roles: fields, holders, the catalogue of permissions, and the writes. */
export const roleResolvers: Resolvers = {
  Role: {
    displayName: field((role) => role.id),
    description: field((role) => role.description),
    kind: async (role, _args, context) => {
      const record = role.record ?? (await context.loaders.roles.load(role.id));
      if (!record || record.kind) return record?.kind ?? null;
      const system = await context.loaders.roles.listOfKind('SYSTEM');
      return system.some(({ id }) => id === role.id) ? 'SYSTEM' : 'CUSTOM';
    },
    permissions: field((role) => groupByResource(role.permissions)),
    async holders({ id }, page, context) {
      return pageOf(await holdersOf(id, context), page, ({ ref }) => ref);
    },
    asTarget: ({ id }) => targetRef('ROLE', id),
  },
  Query: {
    role: (_, { id }, context, info) => findReference('Role', id, context, info),
    async roles(_, { kind, filter, ...page }, { loaders }) {
      const roles = await (kind ? loaders.roles.listOfKind(kind) : loaders.roles.list());
      const { text, permission } = filter ?? {};
      const hasText = textFilter<RoleRecord>(text, ({ id, description }) => [id, description]);
      const found = roles.filter(
        (role) => hasText(role) && (!permission || role.permissions.includes(permission)),
      );
      return pageOf(found, page, (role) => roleRef(role.id, role));
    },
    async permissionCatalog(_, _args, context) {
      return groupByResource(await listAvailablePermissions(context.authorization));
    },
  },
  Mutation: {
    createRole: (_, { id, input }, context) =>
      mutate(
        { id, input },
        async () => {
          await postRole(context.authorization, id, {
            description: input.description ?? undefined,
            permissions: permissionNames(input.permissions),
          });
          return { role: roleRef(id) };
        },
        BODY_FIELDS,
      ),
    updateRole: (_, { id, input }, context) =>
      mutate(
        { id, input },
        async () => {
          await putRole(context.authorization, id, {
            description: input.description ?? undefined,
            permissions: permissionNames(input.permissions),
          });
          return { role: roleRef(id) };
        },
        BODY_FIELDS,
      ),
    deleteRole: (_, { id }, context) =>
      mutate({ id }, async () => {
        await deleteRole(context.authorization, id);
        return { deletedId: id };
      }),
  },
};
