import { permissionsFor } from '../policy/permissions.ts';
import { maskOf } from './access-mask.ts';
import type { Database } from './database.ts';
import { COUNTS_NOW } from './role-windows.ts';

/**
 * Finds those of `others` whom the same person can act as who can act as `userUuid`; all are `users.uuid`. One acts as
 * an application by a key of it. So those count who may make one, its owner and all who have UPDATE on it, and those who
 * made one that is still there. An application among them counts for those who can act as that. What the role ADMIN
 * gives does not count: an ADMIN may give any role without asking.
 */
export function inSameHands(database: Database, userUuid: string, others: readonly string[]): Set<string> {
  const hands = handsOf(database, userUuid);
  return new Set(others.filter((other) => [...handsOf(database, other)].some((hand) => hands.has(hand))));
}

function handsOf(database: Database, userUuid: string): Set<string> {
  const hands = new Set([userUuid]);
  // A set goes on to what is added to it meanwhile.
  for (const hand of hands) {
    for (const { uuid } of database.all<{ uuid: string }>(HANDS, hand, UPDATE, UPDATING)) hands.add(uuid);
  }
  return hands;
}

const UPDATE = maskOf(['UPDATE']);
const UPDATING = JSON.stringify([...permissionsFor('UPDATE', 'APPLICATION'), 'APPLICATION_MANAGEMENT']);

/** ?1 is the id of an application, which is the uuid of its user; of a person it finds nobody. */
const HANDS = `
  WITH held (user_id, role) AS (
    SELECT user_id, role FROM user_roles
    UNION SELECT user_id, role FROM role_windows WHERE ${COUNTS_NOW}
    UNION SELECT user_id, role FROM group_roles JOIN group_members USING (group_id)
  ),
  subject (type, id) AS (
    SELECT subject_type, subject_id FROM grants
    WHERE access & ?2 <> 0 AND (
      target_type = 'APPLICATION' AND target_id = ?1
      OR target_type = 'TAG' AND target_id IN (SELECT tag FROM application_tags WHERE application_id = ?1))
    UNION SELECT 'ROLE', name FROM roles
    WHERE EXISTS (SELECT 1 FROM json_each(permissions) WHERE value IN (SELECT value FROM json_each(?3)))
  ),
  hand (user_id) AS (
    SELECT id FROM subject WHERE type = 'USER'
    UNION SELECT user_id FROM subject JOIN group_members ON type = 'GROUP' AND group_id = id
    UNION SELECT user_id FROM subject JOIN held ON type = 'ROLE' AND role = id AND role <> 'ADMIN'
  )
  SELECT owner_uuid AS uuid FROM applications WHERE id = ?1
  UNION SELECT maker_uuid FROM access_keys JOIN users ON uuid = maker_uuid
  WHERE access_keys.application_id = ?1
    AND NOT EXISTS (SELECT 1 FROM held WHERE user_id = users.id AND role = 'ADMIN')
  UNION SELECT uuid FROM users
  WHERE id IN (SELECT user_id FROM hand) AND EXISTS (SELECT 1 FROM applications WHERE applications.id = ?1)`;
