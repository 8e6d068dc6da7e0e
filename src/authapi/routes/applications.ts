import { Type } from '@sinclair/typebox';
import { notFound } from '../api-error.ts';
import type { AuthApiContext } from '../context.ts';
import { accessToApplication, getAccessibleApplication } from '../guards/application-access.ts';
import { listReadableApplications } from '../guards/readable-applications.ts';
import { answers, Message } from '../http/answers.ts';
import { callerOf } from '../http/authentication.ts';
import type { App } from '../http/typed-app.ts';
import { findAccessKey } from '../store/access-keys.ts';
import {
  deleteApplication,
  getApplication,
  insertApplication,
  updateApplication,
} from '../store/applications.ts';
import { Application, ApplicationBody, applicationAnswer, Tag } from '../wire/applications.ts';
import { IdParams } from '../wire/names.ts';

const tags = ['Applications'];
const TaggedApplication = Type.Composite([Application, Type.Object({ tags: Type.Array(Tag) })]);

/** Serves applications (contract section 4). */
export function applicationRoutes(app: App, context: AuthApiContext): void {
  const { database, now, newId } = context;

  app.post(
    '/applications',
    {
      config: { takes: 'createApplications' },
      schema: {
        tags,
        summary: 'Create an application',
        body: ApplicationBody,
        response: answers(Application),
      },
    },
    (request) => {
      const { principal } = callerOf(request);
      const application = {
        id: newId(),
        name: request.body.name,
        ownerUuid: principal.uuid,
        createdBy: principal.id,
        updatedBy: principal.id,
        createTime: now(),
        updateTime: now(),
      };
      insertApplication(database, application);
      return applicationAnswer(application);
    },
  );

  app.get(
    '/applications',
    {
      schema: {
        tags,
        summary: 'List the applications that the caller may read',
        response: answers(Type.Array(TaggedApplication)),
      },
    },
    (request) => {
      return listReadableApplications(context, callerOf(request)).map((application) => ({
        ...applicationAnswer(application),
        tags: application.tags,
      }));
    },
  );

  app.get(
    '/applications/key/:id',
    {
      schema: {
        tags,
        summary: 'Find an application by access key',
        params: IdParams,
        response: answers(Application),
      },
    },
    (request) => {
      const key = findAccessKey(database, request.params.id);
      // A key must not tell its application to those who may not read that.
      if (key === null || !accessToApplication(context, callerOf(request), key.applicationId).has('READ')) {
        throw notFound('access key', request.params.id);
      }
      return applicationAnswer(getApplication(database, key.applicationId));
    },
  );

  app.get(
    '/applications/:id',
    { schema: { tags, summary: 'Get an application', params: IdParams, response: answers(Application) } },
    (request) =>
      applicationAnswer(getAccessibleApplication(context, callerOf(request), 'READ', request.params.id)),
  );

  app.put(
    '/applications/:id',
    {
      schema: {
        tags,
        summary: 'Rename an application',
        params: IdParams,
        body: ApplicationBody,
        response: answers(Application),
      },
    },
    (request) => {
      const caller = callerOf(request);
      const application = {
        ...getAccessibleApplication(context, caller, 'UPDATE', request.params.id),
        name: request.body.name,
        updatedBy: caller.principal.id,
        updateTime: now(),
      };
      updateApplication(database, application);
      return applicationAnswer(application);
    },
  );

  app.delete(
    '/applications/:id',
    { schema: { tags, summary: 'Delete an application', params: IdParams, response: answers(Message) } },
    (request) => {
      const { id } = request.params;
      getAccessibleApplication(context, callerOf(request), 'DELETE', id);
      deleteApplication(database, id);
      return { message: `Deleted Application '${id}'` };
    },
  );
}
