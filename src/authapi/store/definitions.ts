import { ACCESSES, type DefinitionType, type Target } from '../policy/access.ts';
import type { Database } from './database.ts';
import { grantAccess } from './grants.ts';
import { listGroupsWithIds } from './groups.ts';

/** A definition as a target of grants. */
export type DefinitionTarget = Target & { readonly type: DefinitionType };

/** Who creates something: a user with its groups as they are at that moment. */
export interface Creator {
  readonly id: string;
  readonly groups: readonly string[];
}

/** Tells whether a definition was registered here. */
export function hasDefinition(database: Database, { type, id }: DefinitionTarget): boolean {
  return database.one('SELECT 1 FROM definitions WHERE type = ? AND name = ?', type, id) !== null;
}

/**
 * Notes that a definition is there, and gives what creating gives (contract section 25): full access to its creator, and
 * to each of the creator's groups its default access. Both are ordinary grants. The name must be free.
 */
export function createDefinition(database: Database, target: DefinitionTarget, creator: Creator): void {
  const { type, id } = target;
  database.run('INSERT INTO definitions (type, name, created_by) VALUES (?, ?, ?)', type, id, creator.id);
  grantAccess(database, { type: 'USER', id: creator.id }, target, ACCESSES);
  for (const group of listGroupsWithIds(database, creator.groups)) {
    const access = group.defaultAccess[type] ?? [];
    if (access.length > 0) grantAccess(database, { type: 'GROUP', id: group.id }, target, access);
  }
}
