import { type AccessRequest, currentStepOf, statusOf } from '../policy/requests/access-request.ts';
import type { Database } from './database.ts';

interface RequestRow {
  document: string;
}

/** Finds a request by id. */
export function findRequest(database: Database, id: string): AccessRequest | null {
  const row = database.one<RequestRow>('SELECT document FROM requests WHERE id = ?', id);
  return row && requestOf(row);
}

/** Counts the requests of a workflow that wait for the same role and target user. */
export function countWaiting(
  database: Database,
  workflowId: string,
  roleId: string,
  targetUuid: string,
): number {
  const row = database.one<{ count: number }>(
    `SELECT count(*) AS count FROM requests
     WHERE target_uuid = ? AND role_id = ? AND status = 'WAITING' AND workflow_id = ?`,
    targetUuid,
    roleId,
    workflowId,
  );
  return row?.count ?? 0;
}

/** Adds a request. */
export function insertRequest(database: Database, request: AccessRequest): void {
  const { id, workflowId, requester, target, role, name, createdAt, updatedAt } = request;
  const keywords = [name, role.name, requester.displayName, target.displayName, request.justification];
  database.run(
    `INSERT INTO requests
       (id, workflow_id, requester_uuid, target_uuid, role_id, status, step, name, created_at, updated_at,
        keywords, document)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    id,
    workflowId,
    requester.id,
    target.id,
    role.id,
    statusOf(request),
    currentStepOf(request),
    name,
    createdAt,
    updatedAt,
    keywords.join('\n').toLowerCase(),
    JSON.stringify(request),
  );
}

/** Replaces what of a request can change. */
export function updateRequest(database: Database, request: AccessRequest): void {
  database.run(
    'UPDATE requests SET status = ?, step = ?, updated_at = ?, document = ? WHERE id = ?',
    statusOf(request),
    currentStepOf(request),
    request.updatedAt,
    JSON.stringify(request),
    request.id,
  );
}

/** Deletes a request; what it gave stays given. */
export function deleteRequest(database: Database, id: string): void {
  database.run('DELETE FROM requests WHERE id = ?', id);
}

/** Reads a request from its row. */
export function requestOf({ document }: RequestRow): AccessRequest {
  return JSON.parse(document);
}
