import { Type } from '@sinclair/typebox';
import { ApiError, notFound } from '../api-error.ts';
import type { AuthApiContext } from '../context.ts';
import { checkAssignable } from '../guards/assignable-roles.ts';
import { requires } from '../guards/permission.ts';
import { answers, Message } from '../http/answers.ts';
import type { App } from '../http/app.ts';
import { sendPrepared } from '../http/prepared-answers.ts';
import { ACCESSES } from '../policy/access.ts';
import { effectiveAccess } from '../policy/effective-access.ts';
import { checkGroupsExist } from '../store/groups.ts';
import { getTargetFacts } from '../store/target-facts.ts';
import { deleteUser, findUser, getUser, listUsers, upsertUser, userIdOf } from '../store/users.ts';
import { GrantedAccess, grantedAccessAnswer, targetOf } from '../wire/grants.ts';
import { Id, IdParams, isTrue, namesOf } from '../wire/names.ts';
import { User, UserBody, userAnswers } from '../wire/users.ts';

const tags = ['Users'];
const FiveBooleans = Type.Object(Object.fromEntries(ACCESSES.map((access) => [access, Type.Boolean()])), {
  description: 'What the user may effectively do, whichever way it came by it',
});

/** Serves users, what they were granted and what they may effectively do (contract section 8). */
export function userRoutes(app: App, { database, prepared, findIdentity, newId }: AuthApiContext): void {
  app.put(
    '/users/:id',
    {
      onRequest: requires('writeUsers'),
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
      return database.transaction(() => {
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
      });
    },
  );

  app.get(
    '/users/:id',
    {
      onRequest: requires('readUsers'),
      schema: { tags, summary: 'Get a user', params: IdParams, response: answers(User) },
    },
    (request, reply) => {
      const id = userIdOf(request.params.id);
      return sendPrepared(
        reply,
        prepared.users,
        `user ${id}`,
        () => userAnswers(database, [getUser(database, id)])[0],
      );
    },
  );

  app.get(
    '/users',
    {
      onRequest: requires('readUsers'),
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
      onRequest: requires('writeUsers'),
      schema: { tags, summary: 'Delete a user', params: IdParams, response: answers(Message) },
    },
    (request) => {
      const id = userIdOf(request.params.id);
      refuseApplicationUser(id);
      database.transaction(() => {
        getUser(database, request.params.id);
        deleteUser(database, id);
      });
      return { message: `Deleted user '${id}'` };
    },
  );

  app.get(
    '/users/:id/permissions',
    {
      onRequest: requires('readUsers'),
      schema: {
        tags,
        summary: 'List what a user was granted',
        params: IdParams,
        response: answers(GrantedAccess),
      },
    },
    (request) => {
      const { id } = getUser(database, request.params.id);
      return grantedAccessAnswer(database, { type: 'USER', id });
    },
  );

  app.get(
    '/users/:id/checkPermissions',
    {
      onRequest: requires('readUsers'),
      schema: {
        tags,
        summary: 'Check what a user may do with a target',
        params: IdParams,
        querystring: Type.Object({ type: Type.String(), id: Id }),
        response: answers(FiveBooleans),
      },
    },
    (request) => {
      const target = targetOf(request.query, 'querystring');
      const identity = findIdentity(request.params.id);
      if (identity === null) throw notFound('user', request.params.id);
      const { principal } = identity;
      const held = effectiveAccess(principal, getTargetFacts(database, principal, target));
      return Object.fromEntries(ACCESSES.map((access) => [access, held.has(access)]));
    },
  );
}

function refuseApplicationUser(id: string): void {
  if (!id.startsWith('app:')) return;
  throw new ApiError(400, `User ${id} belongs to an application; change it through /api/applications`);
}
