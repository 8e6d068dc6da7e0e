import { notFound } from '../api-error.ts';
import type { Database } from './database.ts';

export interface AccessKeyRecord {
  readonly id: string;
  readonly applicationId: string;
  readonly secretDigest: Uint8Array;
  readonly status: 'ACTIVE' | 'INACTIVE';
  readonly createdAt: number;
}

interface AccessKeyRow {
  id: string;
  application_id: string;
  secret_digest: Uint8Array;
  status: 'ACTIVE' | 'INACTIVE';
  created_at: number;
}

const KEY = 'SELECT id, application_id, secret_digest, status, created_at FROM access_keys';

/** Finds an access key by id, whatever application it belongs to. */
export function findAccessKey(database: Database, id: string): AccessKeyRecord | null {
  const row = database.one<AccessKeyRow>(`${KEY} WHERE id = ?`, id);
  return row && accessKeyOf(row);
}

/** Gets an access key of one application; throws 404, for a key of another one too (contract section 7). */
export function getAccessKey(database: Database, applicationId: string, id: string): AccessKeyRecord {
  const key = findAccessKey(database, id);
  if (key?.applicationId !== applicationId) throw notFound('access key', id);
  return key;
}

/** Lists the access keys of an application, oldest first. */
export function listAccessKeys(database: Database, applicationId: string): AccessKeyRecord[] {
  return database
    .all<AccessKeyRow>(`${KEY} WHERE application_id = ? ORDER BY created_at, rowid`, applicationId)
    .map(accessKeyOf);
}

/**
 * Adds an access key.
 *
 * @param makerUuid of the user who is told its secret; null where that is nobody who decides.
 */
export function insertAccessKey(
  database: Database,
  key: AccessKeyRecord,
  makerUuid: string | null = null,
): void {
  database.run(
    `INSERT INTO access_keys (id, application_id, secret_digest, status, created_at, maker_uuid)
     VALUES (?, ?, ?, ?, ?, ?)`,
    key.id,
    key.applicationId,
    key.secretDigest,
    key.status,
    key.createdAt,
    makerUuid,
  );
}

/** Sets the status of an access key. */
export function setAccessKeyStatus(database: Database, id: string, status: AccessKeyRecord['status']): void {
  database.run('UPDATE access_keys SET status = ? WHERE id = ?', status, id);
}

/** Deletes an access key. */
export function deleteAccessKey(database: Database, id: string): void {
  database.run('DELETE FROM access_keys WHERE id = ?', id);
}

function accessKeyOf(row: AccessKeyRow): AccessKeyRecord {
  return {
    id: row.id,
    applicationId: row.application_id,
    secretDigest: row.secret_digest,
    status: row.status,
    createdAt: row.created_at,
  };
}
