import type { RestClient } from '../../upstream/client/client.ts';
import { path } from '../../upstream/client/path.ts';
import { listOf } from '../../upstream/reading/list-read.ts';
import {
  entries,
  keyOf,
  list,
  nothing,
  object,
  optionalText,
  text,
  textEntries,
} from '../../upstream/reading/shape.ts';

/** A group as the authorization API knows it (contract section 9). */
export interface GroupRecord {
  readonly id: string;
  readonly description: string | null;
  readonly roleIds: readonly string[];
  readonly defaultAccess: readonly DefaultAccessRecord[];
  /** Pairs of kind and address, sorted by kind. */
  readonly contact: readonly (readonly [kind: string, value: string])[];
}

/** What members get on definitions of one kind that another member creates. */
export interface DefaultAccessRecord {
  readonly targetType: string;
  readonly access: readonly string[];
}

/** What can be written about a group; what is undefined stays as it is. */
export interface GroupBody {
  readonly description: string;
  readonly roles: readonly string[] | undefined;
  readonly defaultAccess: Readonly<Record<string, readonly string[]>> | undefined;
}

/** Reads a group; null if there is none. */
export function findGroup(client: RestClient, id: string): Promise<GroupRecord | null> {
  return client.find(path`/api/groups/${id}`, readGroup);
}

/** Reads all groups. */
export function listGroups(client: RestClient): Promise<readonly GroupRecord[]> {
  return client.get(path`/api/groups`, listOf('groups', readGroup));
}

/** Creates a group, or replaces what is given of one. */
export function putGroup(client: RestClient, id: string, body: GroupBody): Promise<void> {
  return client.write('IDEMPOTENT_BY_METHOD', 'PUT', path`/api/groups/${id}`, nothing, body);
}

/** Deletes a group with its grants; its members stay. */
export function deleteGroup(client: RestClient, id: string): Promise<void> {
  return client.write('IDEMPOTENT_BY_METHOD', 'DELETE', path`/api/groups/${id}`, nothing);
}

/** Makes one user a member. */
export function addMember(client: RestClient, groupId: string, userId: string): Promise<void> {
  return client.write('IDEMPOTENT_BY_MEANING', 'POST', path`/api/groups/${groupId}/users/${userId}`, nothing);
}

/** Takes one user out. */
export function removeMember(client: RestClient, groupId: string, userId: string): Promise<void> {
  return client.write(
    'IDEMPOTENT_BY_METHOD',
    'DELETE',
    path`/api/groups/${groupId}/users/${userId}`,
    nothing,
  );
}

/** Makes users members, all or none. */
export function addMembers(client: RestClient, groupId: string, userIds: readonly string[]): Promise<void> {
  return client.write('IDEMPOTENT_BY_MEANING', 'POST', path`/api/groups/${groupId}/users`, nothing, userIds);
}

/** Takes users out, all or none. */
export function removeMembers(
  client: RestClient,
  groupId: string,
  userIds: readonly string[],
): Promise<void> {
  return client.write('IDEMPOTENT_BY_METHOD', 'DELETE', path`/api/groups/${groupId}/users`, nothing, userIds);
}

function readGroup(body: unknown): GroupRecord {
  const group = object(body, 'group');
  return {
    id: text(group['id'], 'group.id'),
    description: optionalText(group['description'], 'group.description'),
    roleIds: list(group['roles'], 'group.roles', (role) => keyOf(role, 'name', 'group.roles')),
    defaultAccess: entries(group['defaultAccess'], 'group.defaultAccess').map(([targetType, access]) => ({
      targetType,
      access: list(access, 'group.defaultAccess', (item) => text(item, 'group.defaultAccess')),
    })),
    contact: textEntries(group['contactInformation'], 'group.contactInformation'),
  };
}
