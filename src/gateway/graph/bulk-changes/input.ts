import {
  applicationIdOfUser,
  type RoleHolder,
  storedTarget,
  storedUserId,
} from '../../../access/facts/keys.ts';
import { permissionNames } from '../../../access/facts/permission-names.ts';
import type { GrantChange, PlannedChange } from '../../../access/planning/change.ts';
import type {
  AccessChangeInput,
  ApplicationTagInput,
  GrantInput,
  GroupChangeInput,
  MembershipInput,
  RoleAssignmentInput,
  RoleHolderInput,
  SubjectInput,
  UserChangeInput,
} from '../generated/graphql.ts';
import { badUserInput } from '../kit/errors.ts';

/**
 * Reads an intended change: user ids in lower case, each member of a list once, and the user of an application taken
 * for the application where roles are concerned.
 *
 * @throws {GraphQLError} `BAD_USER_INPUT` for an empty id, which `@oneOf` lets through, and for a kind of contact or of
 *   definition that is given twice.
 */
export function changeOf(input: AccessChangeInput): PlannedChange {
  if (input.grantPermissions) return grantChange('GRANT_PERMISSIONS', input.grantPermissions);
  if (input.removePermissions) return grantChange('REMOVE_PERMISSIONS', input.removePermissions);
  if (input.addUserToGroup) return { kind: 'ADD_USER_TO_GROUP', ...membership(input.addUserToGroup) };
  if (input.removeUserFromGroup) {
    return { kind: 'REMOVE_USER_FROM_GROUP', ...membership(input.removeUserFromGroup) };
  }
  if (input.addRole) return { kind: 'ADD_ROLE', ...roleAssignment(input.addRole) };
  if (input.removeRole) return { kind: 'REMOVE_ROLE', ...roleAssignment(input.removeRole) };
  if (input.setTag) return { kind: 'SET_TAG', ...tag(input.setTag) };
  if (input.removeTag) return { kind: 'REMOVE_TAG', ...tag(input.removeTag) };
  if (input.upsertUser) return userUpsert(input.upsertUser);
  if (input.upsertGroup) return groupUpsert(input.upsertGroup);
  if (input.upsertRole) {
    const { id, description, permissions } = input.upsertRole;
    return {
      kind: 'UPSERT_ROLE',
      id,
      description: description ?? null,
      permissions: permissions ? each(permissionNames(permissions)) : null,
    };
  }
  if (input.createApplication) return { kind: 'CREATE_APPLICATION', name: input.createApplication.name };
  if (input.renameApplication) return { kind: 'RENAME_APPLICATION', ...input.renameApplication };
  if (input.deleteUser) return { kind: 'DELETE_USER', id: storedUserId(input.deleteUser) };
  if (input.deleteGroup) return { kind: 'DELETE_GROUP', id: input.deleteGroup };
  if (input.deleteRole) return { kind: 'DELETE_ROLE', id: input.deleteRole };
  if (input.deleteApplication) return { kind: 'DELETE_APPLICATION', id: input.deleteApplication };
  throw badUserInput('The id of what is to be deleted is empty.');
}

function grantChange(kind: GrantChange['kind'], { subject, target, access }: GrantInput): PlannedChange {
  return { kind, subject: subjectKey(subject), target: storedTarget(target), access: each(access) };
}

function subjectKey({ user, group, role }: SubjectInput): GrantChange['subject'] {
  if (user) return { type: 'USER', id: storedUserId(user) };
  if (group) return { type: 'GROUP', id: group };
  if (role) return { type: 'ROLE', id: role };
  throw badUserInput('The id of the subject is empty.');
}

function membership({ groupId, userId }: MembershipInput) {
  return { groupId, userId: storedUserId(userId) };
}

function roleAssignment({ holder, roleId }: RoleAssignmentInput) {
  return { holder: roleHolder(holder), roleId };
}

function roleHolder({ user, group, application }: RoleHolderInput): RoleHolder {
  if (group) return { type: 'GROUP', id: group };
  if (application) return { type: 'APPLICATION', id: application };
  if (!user) throw badUserInput('The id of the holder of a role is empty.');
  const id = storedUserId(user);
  const applicationId = applicationIdOfUser(id);
  return applicationId === null ? { type: 'USER', id } : { type: 'APPLICATION', id: applicationId };
}

function tag({ applicationId, key, value }: ApplicationTagInput) {
  return { applicationId, key, value };
}

function userUpsert({ id, name, roleIds, groupIds, contact }: UserChangeInput): PlannedChange {
  refuseRepetition(contact?.map(({ kind }) => kind));
  return {
    kind: 'UPSERT_USER',
    id: storedUserId(id),
    name: name ?? null,
    roleIds: roleIds ? each(roleIds) : null,
    groupIds: groupIds ? each(groupIds) : null,
    contact: contact?.map(({ kind, value }) => [kind, value] as const) ?? null,
  };
}

function groupUpsert({ id, description, roleIds, defaultAccess }: GroupChangeInput): PlannedChange {
  refuseRepetition(defaultAccess?.map(({ targetType }) => targetType));
  return {
    kind: 'UPSERT_GROUP',
    id,
    description: description ?? null,
    roleIds: roleIds ? each(roleIds) : null,
    defaultAccess:
      defaultAccess?.map(({ targetType, access }) => ({ targetType, access: each(access) })) ?? null,
  };
}

function refuseRepetition(names: readonly string[] = []): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw badUserInput(`${name} is given twice.`);
    seen.add(name);
  }
}

function each<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
