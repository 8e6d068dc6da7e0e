import { notFound } from '../api-error.ts';
import { SYSTEM_ROLES } from '../policy/system-roles.ts';
import type { Database } from './database.ts';
import { deleteGrantsOf, deleteGrantsOn } from './grants.ts';

export interface RoleRecord {
  /** A UUID that lasts as long as the role; its name is its id on the authorization API. */
  readonly id: string;
  readonly name: string;
  readonly type: 'system' | 'custom';
  readonly description: string;
  readonly permissions: readonly string[];
}

interface RoleRow {
  id: string;
  name: string;
  type: 'system' | 'custom';
  description: string;
  permissions: string;
}

const ROLE = 'SELECT id, name, type, description, permissions FROM roles';

/** Finds a role by name, system or custom. */
export function findRole(database: Database, name: string): RoleRecord | null {
  const row = database.one<RoleRow>(`${ROLE} WHERE name = ?`, name);
  return row && roleOf(row);
}

/** Gets a role by name; throws 404. */
export function getRole(database: Database, name: string): RoleRecord {
  const role = findRole(database, name);
  if (role === null) throw notFound('role', name);
  return role;
}

/** Lists all roles: the system's, then custom ones in the order they were made. */
export function listRoles(database: Database): RoleRecord[] {
  return database.all<RoleRow>(`${ROLE} ORDER BY type DESC, rowid`).map(roleOf);
}

/** Lists the roles with the given names; unknown names are left out. */
export function listRolesNamed(database: Database, names: readonly string[]): RoleRecord[] {
  return database
    .all<RoleRow>(`${ROLE} WHERE name IN (SELECT value FROM json_each(?))`, JSON.stringify(names))
    .map(roleOf);
}

/** Lists the roles with the given UUIDs; unknown ones are left out. */
export function listRolesWithIds(database: Database, ids: readonly string[]): RoleRecord[] {
  return database
    .all<RoleRow>(`${ROLE} WHERE id IN (SELECT value FROM json_each(?))`, JSON.stringify(ids))
    .map(roleOf);
}

/** Adds a custom role; the name must be free. */
export function insertRole(database: Database, role: RoleRecord): void {
  database.run(
    'INSERT INTO roles (id, name, type, description, permissions) VALUES (?, ?, ?, ?, ?)',
    role.id,
    role.name,
    role.type,
    role.description,
    JSON.stringify(role.permissions),
  );
}

/** Replaces the description and permissions of a role; holders feel it with their next request. */
export function updateRole(database: Database, role: RoleRecord): void {
  database.run(
    'UPDATE roles SET description = ?, permissions = ? WHERE name = ?',
    role.description,
    JSON.stringify(role.permissions),
    role.name,
  );
}

/** Deletes a role with all grants to and on it: its holders lose it, and a new role of that name inherits none. */
export function deleteRole(database: Database, name: string): void {
  deleteGrantsOf(database, { type: 'ROLE', id: name });
  deleteGrantsOn(database, { type: 'ROLE', id: name });
  database.run('DELETE FROM roles WHERE name = ?', name);
}

/** Brings the system roles of a store in line with the policy's table; their ids stay. */
export function syncSystemRoles(database: Database, newId: () => string): void {
  for (const role of SYSTEM_ROLES) {
    database.run(
      `INSERT INTO roles (id, name, type, description, permissions) VALUES (?, ?, 'system', '', ?)
       ON CONFLICT (name) DO UPDATE SET permissions = excluded.permissions`,
      newId(),
      role.name,
      JSON.stringify(role.permissions),
    );
  }
}

function roleOf(row: RoleRow): RoleRecord {
  return { ...row, permissions: JSON.parse(row.permissions) };
}
