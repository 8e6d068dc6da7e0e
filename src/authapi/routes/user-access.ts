import { Type } from '@sinclair/typebox';
import { notFound } from '../api-error.ts';
import type { AuthApiContext } from '../context.ts';
import { answers } from '../http/answers.ts';
import type { App } from '../http/typed-app.ts';
import { ACCESSES } from '../policy/access.ts';
import { effectiveAccess } from '../policy/effective-access.ts';
import { getTargetFacts } from '../store/target-facts.ts';
import { getUser } from '../store/users.ts';
import { GrantedAccess, grantedAccessAnswer, targetOf } from '../wire/grants.ts';
import { Id, IdParams } from '../wire/names.ts';

const tags = ['Users'];
const FiveBooleans = Type.Object(Object.fromEntries(ACCESSES.map((access) => [access, Type.Boolean()])), {
  description: 'What the user may effectively do, whichever way it came by it',
});

/** Serves what users were granted and what they may effectively do (contract section 8). */
export function userAccessRoutes(app: App, { database, findIdentity }: AuthApiContext): void {
  app.get(
    '/users/:id/permissions',
    {
      config: { takes: 'readUsers' },
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
      config: { takes: 'readUsers' },
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
