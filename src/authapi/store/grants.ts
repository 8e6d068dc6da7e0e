import type { Access, Subject, Target, TargetType } from '../policy/access.ts';
import { accessesOf, maskOf } from './access-mask.ts';
import type { Database } from './database.ts';

/** What a subject has on one target. */
export interface SubjectGrant {
  readonly target: Target;
  readonly access: readonly Access[];
  /** `key:value` where the grant is on a tag that the target carries. */
  readonly tag?: string;
}

/** What one subject has on the target that was asked about. */
export interface TargetGrant {
  readonly subject: Subject;
  readonly access: readonly Access[];
}

interface GrantRow {
  target_type: TargetType;
  target_id: string;
  access: number;
}

/** Adds accesses to what a subject has on a target. */
export function grantAccess(
  database: Database,
  subject: Subject,
  target: Target,
  access: readonly Access[],
): void {
  database.run(
    `INSERT INTO grants (subject_type, subject_id, target_type, target_id, access) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET access = access | excluded.access`,
    subject.type,
    subject.id,
    target.type,
    target.id,
    maskOf(access),
  );
}

/** Takes accesses away; a grant with nothing left is gone. */
export function revokeAccess(
  database: Database,
  subject: Subject,
  target: Target,
  access: readonly Access[],
): void {
  const key = [subject.type, subject.id, target.type, target.id];
  const grant = 'subject_type = ? AND subject_id = ? AND target_type = ? AND target_id = ?';
  database.run(`UPDATE grants SET access = access & ~? WHERE ${grant}`, maskOf(access), ...key);
  database.run(`DELETE FROM grants WHERE access = 0 AND ${grant}`, ...key);
}

/** Lists what was granted to a subject itself, on one target type if given. */
export function listGrantsOf(database: Database, subject: Subject, targetType?: TargetType): SubjectGrant[] {
  const sql = `SELECT target_type, target_id, access FROM grants WHERE subject_type = ? AND subject_id = ?`;
  const rows =
    targetType === undefined
      ? database.all<GrantRow>(sql, subject.type, subject.id)
      : database.all<GrantRow>(`${sql} AND target_type = ?`, subject.type, subject.id, targetType);
  return rows.map(grantOf);
}

/** Lists what reaches a subject through tags: one entry for each application that carries a tag granted to it. */
export function listTagGrantsOf(database: Database, subject: Subject): SubjectGrant[] {
  return database
    .all<{ application_id: string; access: number; tag: string }>(
      `SELECT application_tags.application_id, grants.access, application_tags.tag
       FROM grants JOIN application_tags ON application_tags.tag = grants.target_id
       WHERE subject_type = ? AND subject_id = ? AND target_type = 'TAG'
       ORDER BY application_tags.tag, application_tags.application_id`,
      subject.type,
      subject.id,
    )
    .map((row) => ({
      target: { type: 'APPLICATION', id: row.application_id },
      access: accessesOf(row.access),
      tag: row.tag,
    }));
}

/** Lists who was granted what on a target itself. */
export function listGrantsOn(database: Database, target: Target): TargetGrant[] {
  return database
    .all<{ subject_type: Subject['type']; subject_id: string; access: number }>(
      `SELECT subject_type, subject_id, access FROM grants WHERE target_type = ? AND target_id = ?
       ORDER BY subject_type, subject_id`,
      target.type,
      target.id,
    )
    .map((row) => ({
      subject: { type: row.subject_type, id: row.subject_id },
      access: accessesOf(row.access),
    }));
}

/** Gathers what several subjects together were granted on a target or, for applications, on its tags. */
export function grantedAccess(database: Database, subjects: readonly Subject[], target: Target): Access[] {
  const row = database.one<{ access: number }>(
    `WITH target (type, id) AS (
       SELECT ?2, ?3
       UNION SELECT 'TAG', tag FROM application_tags WHERE ?2 = 'APPLICATION' AND application_id = ?3
     ),
     subject (type, id) AS (SELECT value ->> 'type', value ->> 'id' FROM json_each(?1))
     SELECT
       max(access & 1) | max(access & 2) | max(access & 4) | max(access & 8) | max(access & 16) AS access
     FROM subject CROSS JOIN target CROSS JOIN grants
       ON subject_type = subject.type AND subject_id = subject.id
       AND target_type = target.type AND target_id = target.id`,
    JSON.stringify(subjects),
    target.type,
    target.id,
  );
  return accessesOf(row?.access ?? 0);
}

/** Lists all that several subjects were granted on applications and tags, for telling which applications they see. */
export function listApplicationGrants(database: Database, subjects: readonly Subject[]): SubjectGrant[] {
  return database
    .all<GrantRow>(
      `SELECT target_type, target_id, access
       FROM json_each(?) AS subject CROSS JOIN grants
         ON subject_type = subject.value ->> 'type' AND subject_id = subject.value ->> 'id'
         AND target_type IN ('APPLICATION', 'TAG')`,
      JSON.stringify(subjects),
    )
    .map(grantOf);
}

/** Revokes all that was granted to a subject, on one target type if given. */
export function deleteGrantsOf(database: Database, subject: Subject, targetType?: TargetType): void {
  const sql = 'DELETE FROM grants WHERE subject_type = ? AND subject_id = ?';
  if (targetType === undefined) database.run(sql, subject.type, subject.id);
  else database.run(`${sql} AND target_type = ?`, subject.type, subject.id, targetType);
}

/** Revokes all that anybody was granted on a target. */
export function deleteGrantsOn(database: Database, target: Target): void {
  database.run('DELETE FROM grants WHERE target_type = ? AND target_id = ?', target.type, target.id);
}

function grantOf(row: GrantRow): SubjectGrant {
  return { target: { type: row.target_type, id: row.target_id }, access: accessesOf(row.access) };
}
