import { Type } from '@sinclair/typebox';
import type { AuthApiContext } from '../context.ts';
import { getAccessibleApplication } from '../guards/application-access.ts';
import { checkAssignable } from '../guards/assignable-roles.ts';
import { allow } from '../guards/permission.ts';
import { answers, EmptyObject } from '../http/answers.ts';
import { callerOf } from '../http/authentication.ts';
import type { App } from '../http/typed-app.ts';
import { canGiveApplicationRole } from '../policy/can.ts';
import { applicationUserId } from '../store/applications.ts';
import { giveRole, takeRole } from '../store/role-windows.ts';
import { getUser } from '../store/users.ts';
import { Id } from '../wire/names.ts';

const tags = ['Application roles'];
const RoleParams = Type.Object({ id: Id, role: Id });

/** Serves the roles of applications, which are those of their users `app:<id>` (contract section 5). */
export function applicationRoleRoutes(app: App, context: AuthApiContext): void {
  const { database } = context;

  app.post(
    '/applications/:id/roles/:role',
    {
      schema: {
        tags,
        summary: 'Give an application a role',
        params: RoleParams,
        response: answers(EmptyObject),
      },
    },
    (request) => {
      const { id, role } = request.params;
      const caller = callerOf(request);
      getAccessibleApplication(context, caller, 'UPDATE', id);
      const user = getUser(database, applicationUserId(id));
      checkAssignable(database, [...new Set([...user.roles, role])], 'params/role');
      allow(canGiveApplicationRole(caller.principal, role));
      giveRole(database, user.id, role, { type: 'PERMANENT' });
      return {};
    },
  );

  app.delete(
    '/applications/:id/roles/:role',
    {
      schema: {
        tags,
        summary: 'Take a role from an application',
        params: RoleParams,
        response: answers(EmptyObject),
      },
    },
    (request) => {
      const { id, role } = request.params;
      getAccessibleApplication(context, callerOf(request), 'UPDATE', id);
      takeRole(database, applicationUserId(id), role);
      return {};
    },
  );
}
