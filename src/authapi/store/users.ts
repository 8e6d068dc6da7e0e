import { notFound } from '../api-error.ts';
import type { Database } from './database.ts';
import { deleteGrantsOf, deleteGrantsOn } from './grants.ts';
import { COUNTS_NOW, setRoles } from './role-windows.ts';

export interface UserRecord {
  /** In lower case; `app:<application id>` for the user of an application. */
  readonly id: string;
  readonly uuid: string;
  readonly name: string;
  readonly contactInformation: Readonly<Record<string, string>>;
  readonly applicationId: string | null;
  readonly applicationName: string | null;
  /** Names of the roles it holds itself at this moment, lasting or for some time; not those of its groups. */
  readonly roles: readonly string[];
  readonly groups: readonly string[];
}

interface UserRow {
  id: string;
  uuid: string;
  name: string;
  contact_information: string;
  application_id: string | null;
  application_name: string | null;
  roles: string;
  groups: string;
}

/** Roles and groups ride along as JSON, so that a list of any length is one query. */
const USER = `
  SELECT users.id, uuid, users.name, contact_information, application_id, applications.name AS application_name,
    (SELECT json_group_array(role) FROM (
       SELECT role FROM user_roles WHERE user_id = users.id
       UNION SELECT role FROM role_windows WHERE user_id = users.id AND ${COUNTS_NOW})) AS roles,
    (SELECT json_group_array(group_id) FROM group_members WHERE user_id = users.id) AS groups
  FROM users LEFT JOIN applications ON applications.id = application_id`;

/** Turns the id of a user, in whatever case it was sent, into the one it is stored under (contract section 8). */
export function userIdOf(id: string): string {
  return id.toLowerCase();
}

/** Finds a user by its id in any case. */
export function findUser(database: Database, id: string): UserRecord | null {
  const row = database.one<UserRow>(`${USER} WHERE users.id = ?`, userIdOf(id));
  return row && userOf(row);
}

/** Finds a user by the UUID that the workflow engine knows it by. */
export function findUserByUuid(database: Database, uuid: string): UserRecord | null {
  const row = database.one<UserRow>(`${USER} WHERE users.uuid = ?`, uuid);
  return row && userOf(row);
}

/** Gets a user by its id in any case; throws 404. */
export function getUser(database: Database, id: string): UserRecord {
  const user = findUser(database, id);
  if (user === null) throw notFound('user', id);
  return user;
}

/** Lists all users by id, with or without those of applications. */
export function listUsers(database: Database, includeApplications: boolean): UserRecord[] {
  const where = includeApplications ? '' : 'WHERE application_id IS NULL';
  return database.all<UserRow>(`${USER} ${where} ORDER BY users.id`).map(userOf);
}

/** Lists the members of a group by id. */
export function listMembers(database: Database, groupId: string): UserRecord[] {
  return database
    .all<UserRow>(
      `${USER} WHERE users.id IN (SELECT user_id FROM group_members WHERE group_id = ?) ORDER BY users.id`,
      groupId,
    )
    .map(userOf);
}

/** Refuses ids of users that do not exist: 404 naming the first, as it was sent. */
export function checkUsersExist(database: Database, ids: readonly string[]): void {
  const known = database.all<{ id: string }>(
    'SELECT id FROM users WHERE id IN (SELECT value FROM json_each(?))',
    JSON.stringify(ids.map(userIdOf)),
  );
  const knownIds = new Set(known.map((user) => user.id));
  const missing = ids.find((id) => !knownIds.has(userIdOf(id)));
  if (missing !== undefined) throw notFound('user', missing);
}

/** What of a user is written; the rest of the record follows from it. */
export type UserValues = Omit<UserRecord, 'applicationName'>;

/** Makes a user, or replaces all of one but its uuid and application. Its roles and groups must exist. */
export function upsertUser(database: Database, user: UserValues): void {
  database.run(
    `INSERT INTO users (id, uuid, name, contact_information, application_id) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, contact_information = excluded.contact_information`,
    user.id,
    user.uuid,
    user.name,
    JSON.stringify(user.contactInformation),
    user.applicationId,
  );
  setRoles(database, user.id, user.roles);
  database.run('DELETE FROM group_members WHERE user_id = ?', user.id);
  for (const group of user.groups) addMember(database, group, user.id);
}

/** Deletes a user with its memberships, and all grants to and on it. */
export function deleteUser(database: Database, id: string): void {
  deleteGrantsOf(database, { type: 'USER', id });
  deleteGrantsOn(database, { type: 'USER', id });
  database.run('DELETE FROM users WHERE id = ?', id);
}

/** Puts a user into a group; again is fine. */
export function addMember(database: Database, groupId: string, userId: string): void {
  database.run(
    'INSERT INTO group_members (group_id, user_id) VALUES (?, ?) ON CONFLICT DO NOTHING',
    groupId,
    userId,
  );
}

/** Takes a user out of a group; one who is no member is fine. */
export function removeMember(database: Database, groupId: string, userId: string): void {
  database.run('DELETE FROM group_members WHERE group_id = ? AND user_id = ?', groupId, userId);
}

function userOf(row: UserRow): UserRecord {
  return {
    id: row.id,
    uuid: row.uuid,
    name: row.name,
    contactInformation: JSON.parse(row.contact_information),
    applicationId: row.application_id,
    applicationName: row.application_name,
    roles: JSON.parse(row.roles),
    groups: JSON.parse(row.groups),
  };
}
