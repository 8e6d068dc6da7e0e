import { type Static, type TSchema, Type } from '@sinclair/typebox';
import type { AuthApiContext } from '../../context.ts';
import { objectNotFound } from '../../engine-error.ts';
import { engineAnswers } from '../../http/engine-answers.ts';
import type { App } from '../../http/typed-app.ts';
import { countRoleMembers } from '../../store/role-members.ts';
import { listRoles, listRolesNamed, listRolesWithIds, type RoleRecord } from '../../store/roles.ts';
import { IdParams } from '../../wire/names.ts';
import {
  isDescending,
  PageOf,
  pageOf,
  pageQuery,
  rangeOf,
  sortQuery,
  wordOf,
} from '../../wire/workflow-engine/pages.ts';
import { StoreRole, storeRoleAnswer } from '../../wire/workflow-engine/role-store.ts';

const tags = ['Role store'];
const RolePage: TSchema = PageOf(StoreRole);

/** Serves roles by their UUIDs (contract section 19). */
export function storeRoleRoutes(app: App, { database }: AuthApiContext): void {
  const answer = (roles: readonly RoleRecord[]): Static<typeof StoreRole>[] => {
    const members = countRoleMembers(database);
    return roles.map((role) => storeRoleAnswer(role, members.get(role.name) ?? 0));
  };

  app.get(
    '/roles',
    {
      schema: {
        tags,
        summary: 'List roles; by name unless sortkey says id',
        querystring: Type.Object({ ...pageQuery, ...sortQuery }),
        response: engineAnswers(RolePage),
      },
    },
    (request) => {
      const { sortkey = 'name', sortdir } = request.query;
      const key = wordOf(sortkey, ['name', 'id'], 'sortkey');
      const roles = listRoles(database).sort((a, b) => (a[key] < b[key] ? -1 : 1));
      const range = rangeOf(request.query);
      const { count, items } = pageOf(isDescending(sortdir) ? roles.reverse() : roles, range);
      return { count, items: answer(items) };
    },
  );

  app.get(
    '/roles/:id',
    { schema: { tags, summary: 'Get a role', params: IdParams, response: engineAnswers(StoreRole) } },
    (request) => {
      const { id } = request.params;
      const role = answer(listRolesWithIds(database, [id]))[0];
      if (role === undefined) throw objectNotFound('role', id);
      return role;
    },
  );

  app.post(
    '/roles/resolve',
    {
      schema: {
        tags,
        summary: 'Find roles by name; privx-admin is ADMIN',
        body: Type.Array(Type.String()),
        response: engineAnswers(RolePage),
      },
    },
    (request) => {
      const names = request.body.map((name) => (name === 'privx-admin' ? 'ADMIN' : name));
      const items = answer(listRolesNamed(database, names));
      return { count: items.length, items };
    },
  );
}
