import { type TSchema, Type } from '@sinclair/typebox';
import type { AuthApiContext } from '../../context.ts';
import { getVisibleUser } from '../../guards/visible-user.ts';
import { callerOf } from '../../http/authentication.ts';
import { engineAnswers } from '../../http/engine-answers.ts';
import type { App } from '../../http/typed-app.ts';
import { listUsers } from '../../store/users.ts';
import { IdParams } from '../../wire/names.ts';
import { PageOf, pageOf, pageQuery, rangeOf } from '../../wire/workflow-engine/pages.ts';
import { LocalUser, localUserAnswer } from '../../wire/workflow-engine/role-store.ts';

const tags = ['Local user store'];
const LocalUserPage: TSchema = PageOf(LocalUser);

/** Serves users without their roles (contract section 19). */
export function localUserRoutes(app: App, { database }: AuthApiContext): void {
  app.get(
    '/users',
    {
      config: { takes: 'readUsers' },
      schema: {
        tags,
        summary: 'List users by id',
        querystring: Type.Object(pageQuery),
        response: engineAnswers(LocalUserPage),
      },
    },
    (request) => {
      const { count, items } = pageOf(listUsers(database, true), rangeOf(request.query));
      return { count, items: items.map(localUserAnswer) };
    },
  );

  app.get(
    '/users/:id',
    {
      schema: {
        tags,
        summary: 'Get a user',
        params: IdParams,
        response: engineAnswers(LocalUser),
      },
    },
    (request) => localUserAnswer(getVisibleUser(database, callerOf(request), request.params.id)),
  );
}
