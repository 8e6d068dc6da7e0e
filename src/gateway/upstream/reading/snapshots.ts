import { isObject, object, optionalText, text } from './shape.ts';

/** A role as the workflow engine remembers it (contract section 17): its own key, and the name at the time. */
export interface RoleSnapshotRecord {
  readonly id: string;
  readonly name: string | null;
  readonly isDeleted: boolean;
}

/** A user as the workflow engine remembers it (contract section 18). Some places keep only the key. */
export interface UserSnapshotRecord {
  readonly id: string;
  readonly name: string | null;
}

/** Reads `{id, name, deleted}`. */
export function roleSnapshot(value: unknown, where: string): RoleSnapshotRecord {
  const role = object(value, where);
  return {
    id: text(role['id'], `${where}.id`),
    name: optionalText(role['name'], `${where}.name`) || null,
    isDeleted: role['deleted'] === true,
  };
}

/** Reads `{id, display_name}`, or a bare key; null where there is neither. */
export function userSnapshot(value: unknown, where: string): UserSnapshotRecord | null {
  const id = optionalText(isObject(value) ? value['id'] : value, where);
  const name = isObject(value) ? optionalText(value['display_name'], where) : null;
  return id ? { id, name: name || null } : null;
}
