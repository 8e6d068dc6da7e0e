import { type TSchema, Type } from '@sinclair/typebox';
import type { AuthApiContext } from '../../context.ts';
import { accepted } from '../../engine-error.ts';
import { checkAssignable } from '../../guards/assignable-roles.ts';
import { getVisibleUser } from '../../guards/visible-user.ts';
import { callerOf } from '../../http/authentication.ts';
import { DONE, engineAnswers } from '../../http/engine-answers.ts';
import type { App } from '../../http/typed-app.ts';
import { GRANT_TYPES, windowWithin } from '../../policy/requests/grant-window.ts';
import { getPrincipal } from '../../store/principals.ts';
import { clearRoles, giveRole } from '../../store/role-windows.ts';
import { listUsers, type UserRecord } from '../../store/users.ts';
import { IdParams } from '../../wire/names.ts';
import { PageOf, pageOf, pageQuery, rangeOf } from '../../wire/workflow-engine/pages.ts';
import {
  localUserAnswer,
  StoreUser,
  storeUserAnswer,
  UserRole,
  UserRoleBody,
} from '../../wire/workflow-engine/role-store.ts';
import { roleSnapshot } from '../../wire/workflow-engine/snapshots.ts';
import { userRoleAnswers } from '../../wire/workflow-engine/user-roles.ts';
import { termsOfBody } from '../../wire/workflow-engine/windows.ts';

const tags = ['Role store'];
const UserRolePage: TSchema = PageOf(UserRole);
const UserPage: TSchema = PageOf(StoreUser);
const UNBOUNDED = { grantTypes: GRANT_TYPES, maxTimeRestrictedDays: 0, maxFloatingHours: 0 };

/** Serves users by their UUIDs, with the roles that count now (contract section 19). */
export function storeUserRoutes(app: App, { database }: AuthApiContext): void {
  const answer = (user: UserRecord) =>
    storeUserAnswer(user, userRoleAnswers(database, user), getPrincipal(database, user).permissions);

  app.get(
    '/users/current',
    { schema: { tags, summary: 'Get the caller', response: engineAnswers(StoreUser) } },
    (request) => answer(callerOf(request).user),
  );

  app.get(
    '/users/:id',
    { schema: { tags, summary: 'Get a user', params: IdParams, response: engineAnswers(StoreUser) } },
    (request) => answer(getVisibleUser(database, callerOf(request), request.params.id)),
  );

  app.get(
    '/users/:id/roles',
    {
      schema: {
        tags,
        summary: 'List the roles that count for a user, and until when',
        params: IdParams,
        response: engineAnswers(UserRolePage),
      },
    },
    (request) => {
      const user = getVisibleUser(database, callerOf(request), request.params.id);
      const items = userRoleAnswers(database, user);
      return { count: items.length, items };
    },
  );

  app.put(
    '/users/:id/roles',
    {
      config: { takes: 'writeUsers' },
      schema: {
        tags,
        summary: 'Replace the roles that a user holds itself',
        params: IdParams,
        body: Type.Array(UserRoleBody),
        response: DONE,
      },
    },
    (request) => {
      const user = getVisibleUser(database, callerOf(request), request.params.id);
      const roles = request.body
        .filter((sent) => sent.explicit !== false)
        .map((sent) => ({
          name: roleSnapshot(database, sent, 'id').name,
          window: accepted(windowWithin(UNBOUNDED, termsOfBody(sent))),
        }));
      checkAssignable(
        database,
        roles.map(({ name }) => name),
        'body',
      );
      clearRoles(database, user.id);
      for (const { name, window } of roles) giveRole(database, user.id, name, window);
    },
  );

  app.post(
    '/users/search',
    {
      config: { takes: 'readUsers' },
      preValidation: (request, _reply, done) => {
        request.body ??= {};
        done();
      },
      schema: {
        tags,
        summary: 'Find users by words of their id, name or address',
        querystring: Type.Object(pageQuery),
        body: Type.Object({ keywords: Type.Optional(Type.String({ maxLength: 256 })) }),
        response: engineAnswers(UserPage),
      },
    },
    (request) => {
      const keywords = (request.body.keywords ?? '').toLowerCase();
      const found = listUsers(database, true).filter((user) =>
        Object.values(localUserAnswer(user)).some((text) => text.toLowerCase().includes(keywords)),
      );
      const { count, items } = pageOf(found, rangeOf(request.query));
      return { count, items: items.map(answer) };
    },
  );
}
