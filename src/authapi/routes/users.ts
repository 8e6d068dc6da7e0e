import { Type } from '@sinclair/typebox';
import { ApiError } from '../api-error.ts';
import type { AuthApiContext } from '../context.ts';
import { checkAssignable } from '../guards/assignable-roles.ts';
import { answers, Message } from '../http/answers.ts';
import { sendPrepared } from '../http/prepared-answers.ts';
import type { App } from '../http/typed-app.ts';
import { checkGroupsExist } from '../store/groups.ts';
import { deleteUser, findUser, getUser, listUsers, upsertUser, userIdOf } from '../store/users.ts';
import { IdParams, isTrue, namesOf } from '../wire/names.ts';
import { User, UserBody, userAnswers } from '../wire/users.ts';

const tags = ['Users'];

/** Serves users (contract section 8). */
export function userRoutes(app: App, { database, prepared, newId }: AuthApiContext): void {
  app.put(
    '/users/:id',
    {
      config: { takes: 'writeUsers' },
      schema: {
        tags,
        summary: 'Create or replace a user',
        params: IdParams,
        body: UserBody,
        response: answers(User),
      },
    },
    (request) => {
      const id = userIdOf(request.params.id);
      refuseApplicationUser(id);
      const { name, contactInformation } = request.body;
      const old = findUser(database, id);
      const roles = request.body.roles === undefined ? (old?.roles ?? []) : namesOf(request.body.roles);
      const groups = request.body.groups ?? old?.groups ?? [];
      checkAssignable(database, roles, 'body/roles');
      checkGroupsExist(database, groups);
      upsertUser(database, {
        id,
        uuid: old?.uuid ?? newId(),
        name,
        contactInformation: contactInformation ?? old?.contactInformation ?? {},
        applicationId: null,
        roles,
        groups,
      });
      return userAnswers(database, [getUser(database, id)])[0];
    },
  );

  app.get(
    '/users/:id',
    {
      config: { takes: 'readUsers' },
      schema: { tags, summary: 'Get a user', params: IdParams, response: answers(User) },
    },
    (request, reply) => {
      const { id } = request.params;
      return sendPrepared(
        reply,
        prepared.users,
        `user ${userIdOf(id)}`,
        () => userAnswers(database, [getUser(database, id)])[0],
      );
    },
  );

  app.get(
    '/users',
    {
      config: { takes: 'readUsers' },
      schema: {
        tags,
        summary: 'List users; with apps=true those of applications too',
        querystring: Type.Object({ apps: Type.Optional(Type.String()) }),
        response: answers(Type.Array(User)),
      },
    },
    (request, reply) => {
      const apps = isTrue(request.query.apps, 'querystring/apps');
      return sendPrepared(reply, prepared.users, `users, apps=${apps}`, () =>
        userAnswers(database, listUsers(database, apps)),
      );
    },
  );

  app.delete(
    '/users/:id',
    {
      config: { takes: 'writeUsers' },
      schema: { tags, summary: 'Delete a user', params: IdParams, response: answers(Message) },
    },
    (request) => {
      const id = userIdOf(request.params.id);
      refuseApplicationUser(id);
      getUser(database, request.params.id);
      deleteUser(database, id);
      return { message: `Deleted user '${id}'` };
    },
  );
}

function refuseApplicationUser(id: string): void {
  if (!id.startsWith('app:')) return;
  throw new ApiError(400, `User ${id} belongs to an application; change it through /api/applications`);
}
