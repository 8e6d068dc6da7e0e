import { Type } from '@sinclair/typebox';
import type { AuthApiContext } from '../context.ts';
import { getAccessibleApplication } from '../guards/application-access.ts';
import { answers, Message } from '../http/answers.ts';
import { callerOf } from '../http/authentication.ts';
import type { App } from '../http/typed-app.ts';
import {
  deleteAccessKey,
  getAccessKey,
  insertAccessKey,
  listAccessKeys,
  setAccessKeyStatus,
} from '../store/access-keys.ts';
import { newAccessKeySecret } from '../tokens/access-key-secret.ts';
import { AccessKey, accessKeyAnswer } from '../wire/applications.ts';
import { Id, IdParams } from '../wire/names.ts';

const tags = ['Access keys'];
const KeyParams = Type.Object({ id: Id, keyId: Id });
const NewAccessKey = Type.Object({
  id: Type.String(),
  secret: Type.String({ description: 'Shown here and never again' }),
});

/** Serves the access keys of applications (contract section 7). */
export function accessKeyRoutes(app: App, context: AuthApiContext): void {
  const { database, now, newId } = context;

  app.post(
    '/applications/:id/accessKeys',
    { schema: { tags, summary: 'Create an access key', params: IdParams, response: answers(NewAccessKey) } },
    (request) => {
      const { secret, digest } = newAccessKeySecret();
      const id = newId();
      const caller = callerOf(request);
      const application = getAccessibleApplication(context, caller, 'UPDATE', request.params.id);
      insertAccessKey(
        database,
        {
          id,
          applicationId: application.id,
          secretDigest: digest,
          status: 'ACTIVE',
          createdAt: now(),
        },
        caller.user.uuid,
      );
      return { id, secret };
    },
  );

  app.get(
    '/applications/:id/accessKeys',
    {
      schema: {
        tags,
        summary: 'List the access keys of an application',
        params: IdParams,
        response: answers(Type.Array(AccessKey)),
      },
    },
    (request) => {
      const application = getAccessibleApplication(context, callerOf(request), 'READ', request.params.id);
      return listAccessKeys(database, application.id).map(accessKeyAnswer);
    },
  );

  app.post(
    '/applications/:id/accessKeys/:keyId/status',
    {
      schema: {
        tags,
        summary: 'Flip an access key between ACTIVE and INACTIVE',
        params: KeyParams,
        response: answers(AccessKey),
      },
    },
    (request) => {
      const { id, keyId } = request.params;
      getAccessibleApplication(context, callerOf(request), 'UPDATE', id);
      const key = getAccessKey(database, id, keyId);
      const status = key.status === 'ACTIVE' ? 'INACTIVE' : 'ACTIVE';
      setAccessKeyStatus(database, keyId, status);
      return accessKeyAnswer({ ...key, status });
    },
  );

  app.delete(
    '/applications/:id/accessKeys/:keyId',
    { schema: { tags, summary: 'Delete an access key', params: KeyParams, response: answers(Message) } },
    (request) => {
      const { id, keyId } = request.params;
      getAccessibleApplication(context, callerOf(request), 'UPDATE', id);
      getAccessKey(database, id, keyId);
      deleteAccessKey(database, keyId);
      return { message: `Deleted Access key '${keyId}'` };
    },
  );
}
