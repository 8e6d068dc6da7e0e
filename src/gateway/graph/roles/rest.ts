import type { RestClient } from '../../upstream/client/client.ts';
import { path } from '../../upstream/client/path.ts';
import { ShapeError } from '../../upstream/errors/shape-error.ts';
import { listOf } from '../../upstream/reading/list-read.ts';
import {
  entries,
  isObject,
  list,
  nothing,
  object,
  optionalText,
  text,
} from '../../upstream/reading/shape.ts';
import { createdByKey } from '../../upstream/resilience/keyed-create.ts';

/** A role as the authorization API knows it (contract section 12). Its name is its key. */
export interface RoleRecord {
  readonly id: string;
  readonly description: string | null;
  /** Null where the upstream does not say. */
  readonly kind: RoleKind | null;
  /** Names of permissions, each once, as the upstream spells them. */
  readonly permissions: readonly string[];
}

export type RoleKind = 'SYSTEM' | 'CUSTOM';

/** What can be written about a role. */
export interface RoleBody {
  readonly description: string | undefined;
  /** Names, the one shape that every server takes (contract section 12). */
  readonly permissions: readonly string[];
}

/** Reads a role; null if there is none. */
export function findRole(client: RestClient, id: string): Promise<RoleRecord | null> {
  return client.find(path`/api/roles/${id}`, (body) => readRole(body, null));
}

/** Reads all roles, system and custom. */
export function listRoles(client: RestClient): Promise<readonly RoleRecord[]> {
  return client.get(
    path`/api/roles`,
    listOf('roles', (role) => readRole(role, null), 'name'),
  );
}

/** Reads the roles that come with the server: an object by name, or a list (contract section 21). */
export function listSystemRoles(client: RestClient): Promise<readonly RoleRecord[]> {
  return client.get(path`/api/roles/system`, (body) => {
    const roles = Array.isArray(body) ? body : entries(body, 'system roles').map(([, role]) => role);
    // Contract section 3: there are always some.
    if (roles.length === 0) throw new ShapeError('a role at system roles');
    return list(roles, 'system roles', (role) => readRole(role, 'SYSTEM'));
  });
}

/** Reads the roles that somebody made. */
export function listCustomRoles(client: RestClient): Promise<readonly RoleRecord[]> {
  return client.get(
    path`/api/roles/custom`,
    listOf('custom roles', (role) => readRole(role, 'CUSTOM'), 'name'),
  );
}

/** Reads the names of the permissions that a custom role can have. */
export function listAvailablePermissions(client: RestClient): Promise<readonly string[]> {
  return client.get(path`/api/roles/permissions`, (body) => {
    const resources = entries(body, 'permissions');
    // Contract section 22: there are always some.
    if (resources.length === 0) throw new ShapeError('a resource at permissions');
    return resources.flatMap(([resource, listed]) =>
      readPermissions(isObject(listed) ? listed['permissions'] : listed, `permissions.${resource}`),
    );
  });
}

/** Creates a role. */
export function postRole(client: RestClient, id: string, body: RoleBody): Promise<void> {
  return createdByKey(
    () => client.write('KEYED_CREATE', 'POST', path`/api/roles`, nothing, { name: id, ...body }),
    () => findRole(client, id),
    ({ description, permissions }) =>
      (body.description === undefined || description === body.description) &&
      // Servers add what every role has and what a permission implies (contract section 3).
      body.permissions.every((permission) => permissions.includes(permission)),
  );
}

/** Replaces the permissions of a role. */
export function putRole(client: RestClient, id: string, body: RoleBody): Promise<void> {
  return client.write('IDEMPOTENT_BY_METHOD', 'PUT', path`/api/roles/${id}`, nothing, { name: id, ...body });
}

/** Deletes a role, and takes it from everybody who holds it. */
export function deleteRole(client: RestClient, id: string): Promise<void> {
  return client.write('IDEMPOTENT_BY_METHOD', 'DELETE', path`/api/roles/${id}`, nothing);
}

function readRole(body: unknown, kind: RoleKind | null): RoleRecord {
  const role = object(body, 'role');
  return {
    id: text(role['name'], 'role.name'),
    description: optionalText(role['description'], 'role.description'),
    kind: kind ?? readKind(role['type']),
    permissions: readPermissions(role['permissions'], 'role.permissions'),
  };
}

function readKind(type: unknown): RoleKind | null {
  const kind = typeof type === 'string' ? type.toUpperCase() : null;
  return kind === 'SYSTEM' || kind === 'CUSTOM' ? kind : null;
}

/** Reads permissions in their three shapes: a name, `{name}` and `{resource, actions}` (contract section 12). */
function readPermissions(value: unknown, where: string): string[] {
  const names = list(value, where, (permission) => {
    if (!isObject(permission) || typeof permission['name'] === 'string') {
      return [text(isObject(permission) ? permission['name'] : permission, where)];
    }
    const resource = text(permission['resource'], where);
    return list(permission['actions'], where, (action) => `${text(action, where)}_${resource}`);
  });
  return [...new Set(names.flat())];
}
