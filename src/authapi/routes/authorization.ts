import { Type } from '@sinclair/typebox';
import type { AuthApiContext } from '../context.ts';
import { allow } from '../guards/permission.ts';
import { answers, Message } from '../http/answers.ts';
import { type Caller, callerOf } from '../http/authentication.ts';
import type { App } from '../http/typed-app.ts';
import type { Target } from '../policy/access.ts';
import { canShare } from '../policy/can.ts';
import { grantAccess, listGrantsOn, revokeAccess } from '../store/grants.ts';
import { getTargetFacts } from '../store/target-facts.ts';
import { byAccess, bySubject, GrantBody, GrantsOnTarget, subjectOf, targetOf } from '../wire/grants.ts';
import { Id } from '../wire/names.ts';

const tags = ['Grants'];

/** Serves grants of access to targets (contract section 11). */
export function authorizationRoutes(app: App, { database }: AuthApiContext): void {
  const checkMayShare = ({ principal }: Caller, target: Target) =>
    allow(canShare(principal, target, getTargetFacts(database, principal, target)));

  app.post(
    '/auth/authorization',
    { schema: { tags, summary: 'Grant access', body: GrantBody, response: answers(Message) } },
    (request) => {
      const subject = subjectOf(request.body.subject, 'body/subject');
      const target = targetOf(request.body.target, 'body/target');
      checkMayShare(callerOf(request), target);
      grantAccess(database, subject, target, request.body.access);
      return { message: 'Granted permission' };
    },
  );

  app.delete(
    '/auth/authorization',
    { schema: { tags, summary: 'Revoke access', body: GrantBody, response: answers(Message) } },
    (request) => {
      const subject = subjectOf(request.body.subject, 'body/subject');
      const target = targetOf(request.body.target, 'body/target');
      checkMayShare(callerOf(request), target);
      revokeAccess(database, subject, target, request.body.access);
      return { message: 'Removed permission' };
    },
  );

  app.get(
    '/auth/authorization/:type/:id',
    {
      schema: {
        tags,
        summary: 'List who was granted what on a target',
        params: Type.Object({ type: Type.String(), id: Id }),
        querystring: Type.Object({
          groupBy: Type.Optional(
            Type.Unsafe<'access' | 'subject'>({ type: 'string', enum: ['access', 'subject'] }),
          ),
        }),
        response: answers(GrantsOnTarget),
      },
    },
    (request) => {
      const grants = listGrantsOn(database, targetOf(request.params, 'params'));
      return request.query.groupBy === 'subject' ? bySubject(grants) : byAccess(grants);
    },
  );
}
