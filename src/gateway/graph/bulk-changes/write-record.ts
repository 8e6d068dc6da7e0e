import type { RoleHolder } from '../../../access/facts/keys.ts';
import { groupAfter, userAfter } from '../../../access/planning/apply-upsert.ts';
import type {
  GroupUpsert,
  RoleAssignmentChange,
  RoleUpsert,
  UserUpsert,
} from '../../../access/planning/change.ts';
import { union, without } from '../../../access/planning/members.ts';
import type { RestClient } from '../../upstream/client/client.ts';
import { type DefaultAccessRecord, type GroupRecord, putGroup } from '../groups/rest.ts';
import { postRole, putRole, type RoleRecord } from '../roles/rest.ts';
import { putUser, type UserRecord } from '../users/rest.ts';

/** What a write replaces as a whole, as it was read right before; undefined where nothing of it is needed. */
export interface Current {
  readonly user?: UserRecord | null;
  readonly group?: GroupRecord | null;
  readonly role?: RoleRecord | null;
}

/** Writes a user. Lists that the change leaves alone are left out, and so stay (contract section 8). */
export function writeUser(client: RestClient, change: UserUpsert, { user }: Current): Promise<void> {
  const { id, name } = userAfter(user, change);
  return putUser(client, id, {
    name: name ?? id,
    roles: change.roleIds ?? undefined,
    groups: change.groupIds ?? undefined,
    contactInformation: change.contact ? Object.fromEntries(change.contact) : undefined,
  });
}

/** Writes a group. Default access that is left out would be cleared (contract section 9). */
export function writeGroup(client: RestClient, change: GroupUpsert, { group }: Current): Promise<void> {
  const { id, description, defaultAccess } = groupAfter(group, change);
  return putGroup(client, id, {
    description: description ?? id,
    roles: change.roleIds ?? undefined,
    defaultAccess: byType(defaultAccess),
  });
}

/** Creates or writes a custom role, whose permissions are replaced as a whole (contract section 12). */
export function writeRole(client: RestClient, change: RoleUpsert, { role }: Current): Promise<void> {
  const body = {
    description: change.description ?? undefined,
    permissions: change.permissions ?? role?.permissions ?? [],
  };
  return role ? putRole(client, change.id, body) : postRole(client, change.id, body);
}

/**
 * Gives roles to a user or a group, and takes roles. They are replaced as a whole, so those that others have given in
 * the meantime are kept.
 */
export function writeRolesOf(
  client: RestClient,
  { id }: RoleHolder,
  changes: readonly RoleAssignmentChange[],
  { user, group }: Current,
): Promise<void> {
  const roles = (kind: RoleAssignmentChange['kind']) =>
    changes.filter((change) => change.kind === kind).map(({ roleId }) => roleId);
  const held = without(union(user?.roleIds ?? group?.roleIds ?? [], roles('ADD_ROLE')), roles('REMOVE_ROLE'));
  if (group) {
    return putGroup(client, id, {
      description: group.description ?? id,
      roles: held,
      defaultAccess: byType(group.defaultAccess),
    });
  }
  return putUser(client, id, {
    name: user?.name ?? id,
    roles: held,
    groups: undefined,
    contactInformation: undefined,
  });
}

function byType(all: readonly DefaultAccessRecord[]): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(all.map(({ targetType, access }) => [targetType, access]));
}
