import { HttpError } from '../../upstream/errors/http-error.ts';
import { sortedById } from '../../upstream/reading/sorted-by-id.ts';
import type { GraphContext } from '../context.ts';
import { findReference } from '../find-reference.ts';
import type { Resolvers } from '../generated/graphql.ts';
import { pageOf } from '../kit/connection.ts';
import { mutate } from '../kit/mutation.ts';
import { recordField } from '../kit/record-field.ts';
import { textFilter } from '../kit/text-filter.ts';
import { applicationRef, gatewayAuthConfigRef, roleRef, targetRef, userRef } from '../references.ts';
import { applicationUserId } from '../users/rest.ts';
import { findAccessKeys } from './access-keys.ts';
import { createApplication } from './create-application.ts';
import {
  type ApplicationRecord,
  addRole,
  deleteApplication,
  deleteTags,
  findApplicationByKey,
  listTags,
  putApplication,
  putTags,
  removeRole,
} from './rest.ts';

const field = recordField((context) => context.loaders.applications);

/** Applications: fields, links, and the writes on them, their roles and their tags. Keys have their own file. */
export const applicationResolvers: Resolvers = {
  Application: {
    name: field((application) => application.name),
    user: ({ id }) => userRef(applicationUserId(id)),
    async roles({ id }, _args, { loaders }) {
      const user = await loaders.users.load(userRef(applicationUserId(id)).id);
      return user?.roleIds.map((roleId) => roleRef(roleId)) ?? null;
    },
    tags: ({ id, record }, _args, context) => record?.tags ?? listTags(context.authorization, id),
    async accessKeys({ id }, _args, context) {
      const keys = await findAccessKeys(context.authorization, id);
      return keys && sortedById(keys);
    },
    async gatewayAuthConfigs({ id }, _args, { loaders }) {
      const configs = await loaders.gatewayAuthConfigs.list();
      const own = configs.filter(({ applicationId }) => applicationId === id);
      return sortedById(own).map((config) => gatewayAuthConfigRef(config.id, config));
    },
    createdAt: field((application) => application.createdAt),
    createdBy: field((application) => (application.createdBy ? userRef(application.createdBy) : null)),
    updatedAt: field((application) => application.updatedAt),
    updatedBy: field((application) => (application.updatedBy ? userRef(application.updatedBy) : null)),
    asTarget: ({ id }) => targetRef('APPLICATION', id),
  },
  Query: {
    async application(_, { by }, context, info) {
      const id = by.accessKeyId ? await findIdByKey(by.accessKeyId, context) : by.id;
      return id ? findReference('Application', id, context, info) : null;
    },
    async applications(_, { filter, ...page }, { loaders }) {
      const { text, tag } = filter ?? {};
      const hasText = textFilter<ApplicationRecord>(text, ({ id, name }) => [id, name]);
      const applications = await loaders.applications.list();
      const found = applications.filter(
        (application) =>
          hasText(application) &&
          (!tag || application.tags?.some(({ key, value }) => key === tag.key && value === tag.value)),
      );
      return pageOf(found, page, (application) => applicationRef(application.id, application));
    },
  },
  Mutation: {
    createApplication: (_, { input }, context) =>
      mutate(
        { input },
        async () => ({
          application: applicationRef(await createApplication(context.authorization, input.name)),
        }),
        { name: ['input', 'name'] },
      ),
    updateApplication: (_, { id, input }, context) =>
      mutate(
        { id, input },
        async () => {
          await putApplication(context.authorization, id, input.name);
          return { application: applicationRef(id) };
        },
        { name: ['input', 'name'] },
      ),
    deleteApplication: (_, { id }, context) =>
      mutate({ id }, async () => {
        await deleteApplication(context.authorization, id);
        return { deletedId: id };
      }),
    addApplicationRole: (_, args, context) =>
      mutate(
        args,
        async () => {
          await addRole(context.authorization, args.applicationId, args.roleId);
          return { application: applicationRef(args.applicationId) };
        },
        { role: ['roleId'] },
      ),
    removeApplicationRole: (_, args, context) =>
      mutate(args, async () => {
        await removeRole(context.authorization, args.applicationId, args.roleId);
        return { application: applicationRef(args.applicationId) };
      }),
    setApplicationTags: (_, args, context) =>
      mutate(args, async () => {
        await refuseUnknown(args.applicationId, context);
        await putTags(context.authorization, args.applicationId, args.tags);
        return { application: applicationRef(args.applicationId) };
      }),
    deleteApplicationTags: (_, args, context) =>
      mutate(args, async () => {
        await refuseUnknown(args.applicationId, context);
        await deleteTags(context.authorization, args.applicationId, args.tags);
        return { application: applicationRef(args.applicationId) };
      }),
  },
};

/** What REST tells of the application besides its id is kept for the fields that ask for it. */
async function findIdByKey(keyId: string, { authorization, loaders }: GraphContext): Promise<string | null> {
  const found = await findApplicationByKey(authorization, keyId);
  if (found === null || typeof found === 'string') return found;
  loaders.applications.prime([found]);
  return found.id;
}

/**
 * REST takes tags of an application that is not there, and forgets them (contract section 6). Who may tag an
 * application but not read it is let through.
 *
 * @throws {HttpError} 404, as REST says it elsewhere.
 */
async function refuseUnknown(id: string, { loaders }: GraphContext): Promise<void> {
  const known = await loaders.applications.load(id).catch(() => 'unreadable');
  if (known === null) throw new HttpError({ status: 404, message: `No application with id ${id}` });
}
