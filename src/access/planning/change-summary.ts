import { applicationIdOfUser, type RoleHolder, type SubjectKey, type TargetKey } from '../facts/keys.ts';
import type { PlannedChange } from './change.ts';

/**
 * Says a change in words, as in a list to be reviewed: `grant READ on WORKFLOW_DEF orders to group ops`.
 *
 * @param exists whether what an upsert writes is there already; where that is not known, it is `write`.
 */
export function summaryOf(change: PlannedChange, exists: boolean | null = null): string {
  switch (change.kind) {
    case 'GRANT_PERMISSIONS':
      return `grant ${change.access.join(', ')} on ${target(change.target)} to ${subject(change.subject)}`;
    case 'REMOVE_PERMISSIONS':
      return `remove ${change.access.join(', ')} on ${target(change.target)} from ${subject(change.subject)}`;
    case 'ADD_USER_TO_GROUP':
      return `add ${subject({ type: 'USER', id: change.userId })} to group ${change.groupId}`;
    case 'REMOVE_USER_FROM_GROUP':
      return `remove ${subject({ type: 'USER', id: change.userId })} from group ${change.groupId}`;
    case 'ADD_ROLE':
      return `give role ${change.roleId} to ${subject(change.holder)}`;
    case 'REMOVE_ROLE':
      return `take role ${change.roleId} from ${subject(change.holder)}`;
    case 'SET_TAG':
      return `tag application ${change.applicationId} with ${change.key}:${change.value}`;
    case 'REMOVE_TAG':
      return `remove tag ${change.key}:${change.value} from application ${change.applicationId}`;
    case 'UPSERT_USER':
      return `${verb(exists)} user ${change.id}${members([
        ['name', change.name],
        ['roles', change.roleIds],
        ['groups', change.groupIds],
        ['contact', change.contact?.map(([kind, value]) => `${kind} ${value}`)],
      ])}`;
    case 'UPSERT_GROUP':
      return `${verb(exists)} group ${change.id}${members([
        ['description', change.description],
        ['roles', change.roleIds],
        [
          'default access',
          change.defaultAccess?.map(({ targetType, access }) => `${access.join('+')} on ${targetType}`),
        ],
      ])}`;
    case 'UPSERT_ROLE':
      return `${verb(exists)} role ${change.id}${members([
        ['description', change.description],
        ['permissions', change.permissions],
      ])}`;
    case 'CREATE_APPLICATION':
      return `create application ${change.name}`;
    case 'RENAME_APPLICATION':
      return `rename application ${change.id} to ${change.name}`;
    case 'DELETE_USER':
    case 'DELETE_GROUP':
    case 'DELETE_ROLE':
    case 'DELETE_APPLICATION':
      return `delete ${change.kind.slice('DELETE_'.length).toLowerCase()} ${change.id}`;
  }
}

function verb(exists: boolean | null): string {
  return exists === null ? 'write' : exists ? 'change' : 'create';
}

type Member = readonly [label: string, value: string | readonly string[] | null | undefined];

function members(all: readonly Member[]): string {
  const given = all.flatMap(([label, value]) => {
    if (value === null || value === undefined) return [];
    return [`${label} ${typeof value === 'string' ? JSON.stringify(value) : value.join(', ') || 'none'}`];
  });
  return given.length === 0 ? '' : `: ${given.join('; ')}`;
}

function target({ type, id }: TargetKey): string {
  return `${type} ${id}`;
}

function subject({ type, id }: SubjectKey | RoleHolder): string {
  const applicationId = type === 'USER' ? applicationIdOfUser(id) : null;
  return applicationId === null ? `${type.toLowerCase()} ${id}` : `application ${applicationId}`;
}
