import { HttpError } from '../../upstream/errors/http-error.ts';
import type { GraphContext } from '../context.ts';
import type { Resolvers } from '../generated/graphql.ts';
import { enumValueOrNull } from '../kit/enum-value.ts';
import { mutate } from '../kit/mutation.ts';
import { applicationRef, userRef } from '../references.ts';
import {
  type AccessKeyRecord,
  deleteAccessKey,
  findAccessKeys,
  flipAccessKey,
  postAccessKey,
} from './access-keys.ts';
import { rotate } from './rotation.ts';

/** Access keys: fields and writes. */
export const accessKeyResolvers: Resolvers = {
  AccessKey: {
    status: ({ status }, _args, _context, info) => enumValueOrNull(status, info),
    rawStatus: ({ status }) => status,
    application: ({ applicationId }) => applicationRef(applicationId),
    createdBy: ({ createdBy }) => (createdBy ? userRef(createdBy) : null),
  },
  CreateAccessKeyPayload: {
    // Read again in a field of its own: whatever becomes of it, the secret beside it must reach the caller.
    accessKey: ({ accessKey: key }, _args, context) =>
      key ? findAccessKey(context, key.applicationId, key.id) : null,
  },
  RotateAccessKeyPayload: {
    accessKey: ({ accessKey: key }, _args, context) =>
      key ? findAccessKey(context, key.applicationId, key.id) : null,
    retired({ retired }) {
      if (retired instanceof Error) throw retired;
      return retired ?? null;
    },
  },
  Mutation: {
    createAccessKey: (_, { applicationId }, context) =>
      mutate({ applicationId }, () => postAccessKey(context.authorization, applicationId)),
    toggleAccessKeyStatus: (_, { applicationId, keyId }, context) =>
      mutate({ applicationId, keyId }, async () => ({
        accessKey: await flipAccessKey(context.authorization, applicationId, keyId),
      })),
    setAccessKeyStatus: (_, { applicationId, keyId, status }, context) =>
      mutate({ applicationId, keyId }, async () => {
        const key = await findAccessKey(context, applicationId, keyId);
        // REST can only flip, so what is right already must not be touched.
        if (key.status === status) return { accessKey: key };
        return { accessKey: await flipAccessKey(context.authorization, applicationId, keyId, key.status) };
      }),
    rotateAccessKey: (_, { applicationId, keyId }, context) =>
      mutate({ applicationId, keyId }, async () =>
        rotate(context.authorization, await findAccessKey(context, applicationId, keyId)),
      ),
    deleteAccessKey: (_, { applicationId, keyId }, context) =>
      mutate({ applicationId, keyId }, async () => {
        await deleteAccessKey(context.authorization, applicationId, keyId);
        return { deletedId: keyId };
      }),
  },
};

/** @throws {HttpError} 404, as REST would say it, if the application or its key is not there. */
async function findAccessKey(
  { authorization }: GraphContext,
  applicationId: string,
  keyId: string,
): Promise<AccessKeyRecord> {
  const keys = await findAccessKeys(authorization, applicationId);
  if (!keys) throw new HttpError({ status: 404, message: `No application with id ${applicationId}` });
  const key = keys.find(({ id }) => id === keyId);
  if (!key) throw new HttpError({ status: 404, message: `No access key with id ${keyId}` });
  return key;
}
