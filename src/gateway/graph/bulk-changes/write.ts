import type { PlannedChange, RoleAssignmentChange, TagChange } from '../../../access/planning/change.ts';
import { union } from '../../../access/planning/members.ts';
import type { RestClient } from '../../upstream/client/client.ts';
import { HttpError } from '../../upstream/errors/http-error.ts';
import {
  addRole,
  deleteApplication,
  deleteTags,
  postApplication,
  putApplication,
  putTags,
  removeRole,
} from '../applications/rest.ts';
import type { GraphContext } from '../context.ts';
import { grant, revoke } from '../grants/rest.ts';
import { addMember, addMembers, deleteGroup, removeMember, removeMembers } from '../groups/rest.ts';
import { deleteRole } from '../roles/rest.ts';
import { deleteUser } from '../users/rest.ts';
import { type Current, writeGroup, writeRole, writeRolesOf, writeUser } from './write-record.ts';

type Of<K extends PlannedChange['kind']> = Extract<PlannedChange, { readonly kind: K }>;

/**
 * Makes changes that belong to one REST call, by that call.
 *
 * @param changes of one kind and about one thing, as `callsOf` puts them together; at least one.
 * @param current what is replaced as a whole, as it is now.
 * @returns the id of the application that was created; null for everything else.
 * @throws {UpstreamError} for everything but success.
 */
export async function write(
  changes: readonly [PlannedChange, ...PlannedChange[]],
  current: Current,
  { authorization: client }: GraphContext,
): Promise<string | null> {
  const [first] = changes;
  switch (first.kind) {
    case 'GRANT_PERMISSIONS':
    case 'REMOVE_PERMISSIONS': {
      const access = all(changes, first.kind).reduce<readonly string[]>(
        (so, next) => union(so, next.access),
        [],
      );
      const { subject, target } = first;
      await (first.kind === 'GRANT_PERMISSIONS' ? grant : revoke)(client, { subject, target, access });
      return null;
    }
    case 'ADD_USER_TO_GROUP':
    case 'REMOVE_USER_FROM_GROUP':
      await writeMembers(
        client,
        first.kind,
        first.groupId,
        all(changes, first.kind).map(({ userId }) => userId),
      );
      return null;
    case 'ADD_ROLE':
    case 'REMOVE_ROLE':
      await writeAssignments(client, [...all(changes, 'ADD_ROLE'), ...all(changes, 'REMOVE_ROLE')], current);
      return null;
    case 'SET_TAG':
      await putTags(client, first.applicationId, all(changes, 'SET_TAG').map(tagOf));
      return null;
    case 'REMOVE_TAG':
      await deleteTags(client, first.applicationId, all(changes, 'REMOVE_TAG').map(tagOf));
      return null;
    case 'UPSERT_USER':
      await writeUser(client, first, current);
      return null;
    case 'UPSERT_GROUP':
      await writeGroup(client, first, current);
      return null;
    case 'UPSERT_ROLE':
      await writeRole(client, first, current);
      return null;
    case 'CREATE_APPLICATION':
      return postApplication(client, first.name);
    case 'RENAME_APPLICATION':
      await putApplication(client, first.id, first.name);
      return null;
    default:
      await deletion(client, first).catch(ignoreIfGone);
      return null;
  }
}

/** The bulk calls are all or nothing, and one call for however many. */
function writeMembers(
  client: RestClient,
  kind: 'ADD_USER_TO_GROUP' | 'REMOVE_USER_FROM_GROUP',
  groupId: string,
  userIds: readonly string[],
): Promise<void> {
  const [userId, ...others] = userIds;
  const adds = kind === 'ADD_USER_TO_GROUP';
  if (userId !== undefined && others.length === 0) {
    return (adds ? addMember : removeMember)(client, groupId, userId);
  }
  return (adds ? addMembers : removeMembers)(client, groupId, userIds);
}

async function writeAssignments(
  client: RestClient,
  changes: readonly RoleAssignmentChange[],
  current: Current,
): Promise<void> {
  const [first] = changes;
  if (first?.holder.type === 'APPLICATION') {
    await (first.kind === 'ADD_ROLE' ? addRole : removeRole)(client, first.holder.id, first.roleId);
  } else if (first) {
    await writeRolesOf(client, first.holder, changes, current);
  }
}

function deletion(
  client: RestClient,
  { kind, id }: Of<'DELETE_USER' | 'DELETE_GROUP' | 'DELETE_ROLE' | 'DELETE_APPLICATION'>,
): Promise<void> {
  switch (kind) {
    case 'DELETE_USER':
      return deleteUser(client, id);
    case 'DELETE_GROUP':
      return deleteGroup(client, id);
    case 'DELETE_ROLE':
      return deleteRole(client, id);
    case 'DELETE_APPLICATION':
      return deleteApplication(client, id);
  }
}

/** Somebody else was faster. */
function ignoreIfGone(error: unknown): void {
  if (!(error instanceof HttpError && error.status === 404)) throw error;
}

function all<K extends PlannedChange['kind']>(changes: readonly PlannedChange[], kind: K): readonly Of<K>[] {
  return changes.filter((change): change is Of<K> => change.kind === kind);
}

function tagOf({ key, value }: TagChange) {
  return { key, value };
}
