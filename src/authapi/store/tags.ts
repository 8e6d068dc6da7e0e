import type { Tag } from './applications.ts';
import type { Database } from './database.ts';

/** Lists the tags of an application by key. */
export function listTags(database: Database, applicationId: string): Tag[] {
  return database
    .all<{ key: string; value: string; type: string | null }>(
      'SELECT key, value, type FROM application_tags WHERE application_id = ? ORDER BY key',
      applicationId,
    )
    .map(({ key, value, type }) => (type === null ? { key, value } : { key, value, type }));
}

/** Adds tags; one with a key that is there replaces its value. */
export function mergeTags(database: Database, applicationId: string, tags: readonly Tag[]): void {
  for (const { key, value, type } of tags) {
    database.run(
      `INSERT INTO application_tags (application_id, key, value, type) VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET value = excluded.value, type = excluded.type`,
      applicationId,
      key,
      value,
      type ?? null,
    );
  }
}

/** Removes exact pairs of key and value; unknown pairs are ignored. */
export function removeTags(database: Database, applicationId: string, tags: readonly Tag[]): void {
  for (const { key, value } of tags) {
    database.run(
      'DELETE FROM application_tags WHERE application_id = ? AND key = ? AND value = ?',
      applicationId,
      key,
      value,
    );
  }
}
