import { Type } from '@sinclair/typebox';
import { ApiError, invalid } from '../api-error.ts';
import type { AuthApiContext } from '../context.ts';
import { answers, Message } from '../http/answers.ts';
import { sendPrepared } from '../http/prepared-answers.ts';
import type { App } from '../http/typed-app.ts';
import { permissionsOnOffer } from '../policy/permissions.ts';
import type { Database } from '../store/database.ts';
import {
  deleteRole,
  findRole,
  getRole,
  insertRole,
  listRoles,
  type RoleRecord,
  updateRole,
} from '../store/roles.ts';
import { Id } from '../wire/names.ts';
import { NewRoleBody, permissionNamesOf, Role, RoleBody, roleAnswer } from '../wire/roles.ts';

const tags = ['Roles'];
const NameParams = Type.Object({ name: Id });

/** Serves roles: the system's, which are fixed, and custom ones (contract section 12). */
export function roleRoutes(app: App, { database, prepared, newId }: AuthApiContext): void {
  const rolesOfType = (type: RoleRecord['type']) =>
    listRoles(database)
      .filter((role) => role.type === type)
      .map(roleAnswer);

  app.get(
    '/roles',
    { schema: { tags, summary: 'List roles', response: answers(Type.Array(Role)) } },
    (_request, reply) =>
      sendPrepared(reply, prepared.roles, 'roles', () => listRoles(database).map(roleAnswer)),
  );

  app.get(
    '/roles/system',
    {
      schema: {
        tags,
        summary: 'Get system roles by name',
        response: answers(Type.Record(Type.String(), Role)),
      },
    },
    (_request, reply) =>
      sendPrepared(reply, prepared.roles, 'system roles', () =>
        Object.fromEntries(rolesOfType('system').map((role) => [role.name, role])),
      ),
  );

  app.get(
    '/roles/custom',
    { schema: { tags, summary: 'List custom roles', response: answers(Type.Array(Role)) } },
    (_request, reply) => sendPrepared(reply, prepared.roles, 'custom roles', () => rolesOfType('custom')),
  );

  app.get(
    '/roles/permissions',
    {
      schema: {
        tags,
        summary: 'Get the permissions on offer for custom roles, by resource',
        response: answers(Type.Record(Type.String(), Type.Array(Type.String()))),
      },
    },
    permissionsOnOffer,
  );

  app.post(
    '/roles',
    {
      config: { takes: 'writeRoles' },
      schema: { tags, summary: 'Create a custom role', body: NewRoleBody, response: answers(Role) },
    },
    (request) => {
      const { name, description = '' } = request.body;
      const permissions = permissionNamesOf(request.body.permissions);
      const role: RoleRecord = { id: newId(), name, type: 'custom', description, permissions };
      if (findRole(database, name) !== null) throw new ApiError(409, `There is a role with name ${name}`);
      insertRole(database, role);
      return roleAnswer(role);
    },
  );

  app.get(
    '/roles/:name',
    { schema: { tags, summary: 'Get a role', params: NameParams, response: answers(Role) } },
    (request) => roleAnswer(getRole(database, request.params.name)),
  );

  app.put(
    '/roles/:name',
    {
      config: { takes: 'writeRoles' },
      schema: {
        tags,
        summary: 'Replace the permissions of a custom role',
        params: NameParams,
        body: RoleBody,
        response: answers(Role),
      },
    },
    (request) => {
      const { name } = request.params;
      const old = getCustomRole(database, name);
      if (request.body.name !== undefined && request.body.name !== name) {
        throw invalid('body/name', `must be ${name}: roles are not renamed`, request.body.name);
      }
      const { description = old.description } = request.body;
      const role = { ...old, description, permissions: permissionNamesOf(request.body.permissions) };
      updateRole(database, role);
      return roleAnswer(role);
    },
  );

  app.delete(
    '/roles/:name',
    {
      config: { takes: 'writeRoles' },
      schema: {
        tags,
        summary: 'Delete a custom role and take it from all that hold it',
        params: NameParams,
        response: answers(Message),
      },
    },
    (request) => {
      const { name } = request.params;
      getCustomRole(database, name);
      deleteRole(database, name);
      return { message: `Deleted role '${name}'` };
    },
  );
}

function getCustomRole(database: Database, name: string): RoleRecord {
  const role = getRole(database, name);
  if (role.type === 'system') throw new ApiError(400, `${name} is a system role; those cannot be changed`);
  return role;
}
