import { notFound } from '../api-error.ts';
import type { Access } from '../policy/access.ts';
import type { Database } from './database.ts';
import { deleteGrantsOf, deleteGrantsOn } from './grants.ts';

export interface GroupRecord {
  readonly id: string;
  readonly description: string;
  readonly roles: readonly string[];
  /** By kind of definition: what the group gets on those that its members create. */
  readonly defaultAccess: Readonly<Record<string, readonly Access[]>>;
}

interface GroupRow {
  id: string;
  description: string;
  default_access: string;
  roles: string;
}

const GROUP = `
  SELECT id, description, default_access,
    (SELECT json_group_array(role) FROM group_roles WHERE group_id = groups.id) AS roles
  FROM groups`;

/** Finds a group by id. */
export function findGroup(database: Database, id: string): GroupRecord | null {
  const row = database.one<GroupRow>(`${GROUP} WHERE id = ?`, id);
  return row && groupOf(row);
}

/** Gets a group by id; throws 404. */
export function getGroup(database: Database, id: string): GroupRecord {
  const group = findGroup(database, id);
  if (group === null) throw notFound('group', id);
  return group;
}

/** Lists all groups by id. */
export function listGroups(database: Database): GroupRecord[] {
  return database.all<GroupRow>(`${GROUP} ORDER BY id`).map(groupOf);
}

/** Lists the groups with the given ids; unknown ids are left out. */
export function listGroupsWithIds(database: Database, ids: readonly string[]): GroupRecord[] {
  return database
    .all<GroupRow>(`${GROUP} WHERE id IN (SELECT value FROM json_each(?))`, JSON.stringify(ids))
    .map(groupOf);
}

/** Refuses ids of groups that do not exist: 404 naming the first. */
export function checkGroupsExist(database: Database, ids: readonly string[]): void {
  const known = new Set(listGroupsWithIds(database, ids).map((group) => group.id));
  const missing = ids.find((id) => !known.has(id));
  if (missing !== undefined) throw notFound('group', missing);
}

/** Makes a group or replaces all of one but its members. Its roles must exist. */
export function upsertGroup(database: Database, group: GroupRecord): void {
  database.run(
    `INSERT INTO groups (id, description, default_access) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET description = excluded.description, default_access = excluded.default_access`,
    group.id,
    group.description,
    JSON.stringify(group.defaultAccess),
  );
  database.run('DELETE FROM group_roles WHERE group_id = ?', group.id);
  for (const role of group.roles) {
    database.run(
      'INSERT INTO group_roles (group_id, role) VALUES (?, ?) ON CONFLICT DO NOTHING',
      group.id,
      role,
    );
  }
}

/** Deletes a group with its memberships, and all grants to and on it; the users stay. */
export function deleteGroup(database: Database, id: string): void {
  deleteGrantsOf(database, { type: 'GROUP', id });
  deleteGrantsOn(database, { type: 'GROUP', id });
  database.run('DELETE FROM groups WHERE id = ?', id);
}

function groupOf(row: GroupRow): GroupRecord {
  return {
    id: row.id,
    description: row.description,
    roles: JSON.parse(row.roles),
    defaultAccess: JSON.parse(row.default_access),
  };
}
