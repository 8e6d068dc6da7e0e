import { notFound } from '../api-error.ts';
import type { Database } from './database.ts';
import { deleteGrantsOn } from './grants.ts';
import { deleteUser, upsertUser } from './users.ts';

export interface Tag {
  readonly key: string;
  readonly value: string;
  /** Only where it was sent. */
  readonly type?: string;
}

export interface ApplicationRecord {
  readonly id: string;
  readonly name: string;
  readonly ownerUuid: string;
  readonly createdBy: string;
  readonly updatedBy: string;
  readonly createTime: number;
  readonly updateTime: number;
}

/** An application as the list shows it. */
export interface TaggedApplicationRecord extends ApplicationRecord {
  readonly tags: readonly Tag[];
}

interface ApplicationRow {
  id: string;
  name: string;
  owner_uuid: string;
  created_by: string;
  updated_by: string;
  create_time: number;
  update_time: number;
}

const COLUMNS = 'id, name, owner_uuid, created_by, updated_by, create_time, update_time';

/** Names the user that an application acts as (contract section 4). */
export function applicationUserId(applicationId: string): string {
  return `app:${applicationId}`;
}

/** Finds an application by id. */
export function findApplication(database: Database, id: string): ApplicationRecord | null {
  const row = database.one<ApplicationRow>(`SELECT ${COLUMNS} FROM applications WHERE id = ?`, id);
  return row && applicationOf(row);
}

/** Gets an application by id; throws 404. */
export function getApplication(database: Database, id: string): ApplicationRecord {
  const application = findApplication(database, id);
  if (application === null) throw notFound('application', id);
  return application;
}

/** Lists all applications with their tags, in the order they were made. */
export function listApplications(database: Database): TaggedApplicationRecord[] {
  return database
    .all<ApplicationRow & { tags: string }>(
      `SELECT ${COLUMNS},
         (SELECT json_group_array(json_patch(json_object('key', key, 'value', value), json_object('type', type)))
          FROM application_tags WHERE application_id = applications.id) AS tags
       FROM applications ORDER BY create_time, id`,
    )
    .map((row) => ({ ...applicationOf(row), tags: JSON.parse(row.tags) }));
}

/** Adds an application together with the user it acts as, whose uuid is the application's id. */
export function insertApplication(
  database: Database,
  application: ApplicationRecord,
  roles: readonly string[] = [],
): void {
  database.run(
    `INSERT INTO applications (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    application.id,
    application.name,
    application.ownerUuid,
    application.createdBy,
    application.updatedBy,
    application.createTime,
    application.updateTime,
  );
  upsertUser(database, {
    id: applicationUserId(application.id),
    uuid: application.id,
    name: application.name,
    contactInformation: {},
    applicationId: application.id,
    roles,
    groups: [],
  });
}

/** Renames an application and the user it acts as. */
export function updateApplication(database: Database, application: ApplicationRecord): void {
  const { id, name, updatedBy, updateTime } = application;
  database.run(
    'UPDATE applications SET name = ?, updated_by = ?, update_time = ? WHERE id = ?',
    name,
    updatedBy,
    updateTime,
    id,
  );
  database.run('UPDATE users SET name = ? WHERE application_id = ?', name, id);
}

/** Deletes an application with its keys, tags and user, and all grants to and on it (contract section 4). */
export function deleteApplication(database: Database, id: string): void {
  deleteUser(database, applicationUserId(id));
  deleteGrantsOn(database, { type: 'APPLICATION', id });
  database.run('DELETE FROM applications WHERE id = ?', id);
}

function applicationOf(row: ApplicationRow): ApplicationRecord {
  return {
    id: row.id,
    name: row.name,
    ownerUuid: row.owner_uuid,
    createdBy: row.created_by,
    updatedBy: row.updated_by,
    createTime: row.create_time,
    updateTime: row.update_time,
  };
}
