import type { DefinitionType } from '../policy/access.ts';
import type { DefaultAccess } from '../policy/effective-access.ts';
import type { Database } from './database.ts';

/** Finds who created a definition, by `users.uuid`; null for one that was never registered here. */
export function findDefinitionOwner(database: Database, type: DefinitionType, name: string): string | null {
  const row = database.one<{ owner_uuid: string }>(
    'SELECT owner_uuid FROM definitions WHERE type = ? AND name = ?',
    type,
    name,
  );
  return row?.owner_uuid ?? null;
}

/** Notes that a definition is there and who created it; the name must be free. */
export function insertDefinition(
  database: Database,
  type: DefinitionType,
  name: string,
  ownerUuid: string,
): void {
  database.run('INSERT INTO definitions (type, name, owner_uuid) VALUES (?, ?, ?)', type, name, ownerUuid);
}

/** Lists the groups that a user is in now, with what they get on definitions of a type that their members create. */
export function listDefaultAccess(
  database: Database,
  userUuid: string,
  type: DefinitionType,
): DefaultAccess[] {
  return database
    .all<{ id: string; access: string }>(
      `SELECT groups.id, default_access ->> ?2 AS access
       FROM users JOIN group_members ON user_id = users.id JOIN groups ON groups.id = group_id
       WHERE uuid = ?1 AND access IS NOT NULL`,
      userUuid,
      type,
    )
    .map(({ id, access }) => ({ groupId: id, access: JSON.parse(access) }));
}
