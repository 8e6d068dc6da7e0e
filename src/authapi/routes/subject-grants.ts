import { Type } from '@sinclair/typebox';
import type { AuthApiContext } from '../context.ts';
import { allow } from '../guards/permission.ts';
import { answers, Message } from '../http/answers.ts';
import { callerOf } from '../http/authentication.ts';
import type { App } from '../http/typed-app.ts';
import { canReadGrantsOf } from '../policy/can.ts';
import { deleteGrantsOf, listGrantsOf } from '../store/grants.ts';
import { Granted, grantedAnswer, subjectOf, targetTypeOf } from '../wire/grants.ts';
import { Id } from '../wire/names.ts';

const tags = ['Grants'];
const SubjectParams = Type.Object({ type: Type.String(), id: Id });
const ResourceType = Type.Object({ resourceType: Type.Optional(Type.String()) });

/** Serves the grants of one subject, the only way to read those of a role (contract section 11, end). */
export function subjectGrantRoutes(app: App, { database }: AuthApiContext): void {
  const resourceTypeOf = ({ resourceType }: { resourceType?: string }) =>
    resourceType === undefined ? undefined : targetTypeOf(resourceType, 'querystring/resourceType');

  app.get(
    '/auth/subjects/:type/:id/grants',
    {
      schema: {
        tags,
        summary: 'List what a user, group or role was granted itself',
        params: SubjectParams,
        querystring: ResourceType,
        response: answers(Type.Array(Granted)),
      },
    },
    (request) => {
      const subject = subjectOf(request.params, 'params');
      allow(canReadGrantsOf(callerOf(request).principal, subject));
      return listGrantsOf(database, subject, resourceTypeOf(request.query)).map(grantedAnswer);
    },
  );

  app.delete(
    '/auth/subjects/:type/:id/grants',
    {
      config: { takes: 'revokeAllGrants' },
      schema: {
        tags,
        summary: 'Revoke all that a user, group or role was granted itself',
        params: SubjectParams,
        querystring: ResourceType,
        response: answers(Message),
      },
    },
    (request) => {
      const subject = subjectOf(request.params, 'params');
      const resourceType = resourceTypeOf(request.query);
      deleteGrantsOf(database, subject, resourceType);
      return { message: 'Revoked grants' };
    },
  );
}
