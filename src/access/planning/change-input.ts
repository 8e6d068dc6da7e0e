import type { RoleHolder, SubjectKey } from '../facts/keys.ts';
import { groupByResource } from '../facts/permission-names.ts';
import type { PlannedChange } from './change.ts';

/**
 * Writes a change as the `AccessChangeInput` of the schema takes it, for those who send it on. What an upsert leaves as
 * it is, is left out.
 */
export function changeInput(change: PlannedChange): Readonly<Record<string, unknown>> {
  switch (change.kind) {
    case 'GRANT_PERMISSIONS':
      return { grantPermissions: grantInput(change) };
    case 'REMOVE_PERMISSIONS':
      return { removePermissions: grantInput(change) };
    case 'ADD_USER_TO_GROUP':
      return { addUserToGroup: { groupId: change.groupId, userId: change.userId } };
    case 'REMOVE_USER_FROM_GROUP':
      return { removeUserFromGroup: { groupId: change.groupId, userId: change.userId } };
    case 'ADD_ROLE':
      return { addRole: { holder: byType(change.holder), roleId: change.roleId } };
    case 'REMOVE_ROLE':
      return { removeRole: { holder: byType(change.holder), roleId: change.roleId } };
    case 'SET_TAG':
      return { setTag: tagInput(change) };
    case 'REMOVE_TAG':
      return { removeTag: tagInput(change) };
    case 'UPSERT_USER': {
      const { kind: _, contact, ...user } = change;
      return {
        upsertUser: given({ ...user, contact: contact?.map(([kind, value]) => ({ kind, value })) ?? null }),
      };
    }
    case 'UPSERT_GROUP': {
      const { kind: _, ...group } = change;
      return { upsertGroup: given(group) };
    }
    case 'UPSERT_ROLE': {
      const { kind: _, permissions, ...role } = change;
      return { upsertRole: given({ ...role, permissions: permissions && permissionInput(permissions) }) };
    }
    case 'DELETE_USER':
      return { deleteUser: change.id };
    case 'DELETE_GROUP':
      return { deleteGroup: change.id };
    case 'DELETE_ROLE':
      return { deleteRole: change.id };
    case 'DELETE_APPLICATION':
      return { deleteApplication: change.id };
    case 'CREATE_APPLICATION':
      return { createApplication: { name: change.name } };
    case 'RENAME_APPLICATION':
      return { renameApplication: { id: change.id, name: change.name } };
  }
}

function grantInput({ subject, target, access }: Extract<PlannedChange, { readonly subject: unknown }>) {
  return { subject: byType(subject), target: { type: target.type, id: target.id }, access };
}

function tagInput({ applicationId, key, value }: Extract<PlannedChange, { readonly value: unknown }>) {
  return { applicationId, key, value };
}

/** Writes a key as an input of which exactly one member may be given. */
function byType({ type, id }: SubjectKey | RoleHolder): Readonly<Record<string, string>> {
  return { [type.toLowerCase()]: id };
}

function permissionInput(names: readonly string[]) {
  return groupByResource(names).map(({ resource, actions }) => ({ resource, actions }));
}

function given(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}
