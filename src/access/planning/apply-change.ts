import { applicationIdOfUser } from '../facts/keys.ts';
import { type AccessState, grantKey } from './access-state.ts';
import { applyDeletion } from './apply-deletion.ts';
import { applyGroupUpsert, applyRoleUpsert, applyUserUpsert } from './apply-upsert.ts';
import {
  type GrantChange,
  type MembershipChange,
  newApplicationId,
  type PlannedChange,
  type RoleAssignmentChange,
  type TagChange,
} from './change.ts';
import { ChangeError, severalNamed, UnwritableError } from './change-error.ts';
import { type Effect, UNCHANGED, undoneBy } from './effect.ts';
import { both, union, without } from './members.ts';
import { resolveChange } from './resolve-change.ts';
import { mixFault } from './writing-rules.ts';

/**
 * Carries out one change on a state, as the authorization API would (contract sections 4 to 12). Groups and roles that
 * a change only names are taken to exist.
 *
 * @param state is changed.
 * @throws {ChangeError} the change cannot be made of what is there; the state is as it was.
 */
export function applyChange(state: AccessState, change: PlannedChange): Effect {
  const resolved = resolveChange(state, change);
  switch (resolved.kind) {
    case 'GRANT_PERMISSIONS':
    case 'REMOVE_PERMISSIONS':
      return applyGrant(state, resolved);
    case 'ADD_USER_TO_GROUP':
    case 'REMOVE_USER_FROM_GROUP':
      return applyMembership(state, resolved);
    case 'ADD_ROLE':
    case 'REMOVE_ROLE':
      return applyRoleAssignment(state, resolved);
    case 'SET_TAG':
    case 'REMOVE_TAG':
      return applyTag(state, resolved);
    case 'UPSERT_USER':
      return applyUserUpsert(state, resolved);
    case 'UPSERT_GROUP':
      return applyGroupUpsert(state, resolved);
    case 'UPSERT_ROLE':
      return applyRoleUpsert(state, resolved);
    case 'CREATE_APPLICATION':
      return applyCreation(state, resolved.name);
    case 'RENAME_APPLICATION':
      return applyRenaming(state, resolved.id, resolved.name);
    default:
      return applyDeletion(state, resolved);
  }
}

function applyGrant(state: AccessState, { kind, subject, target, access }: GrantChange): Effect {
  if (access.length === 0) throw new ChangeError('INVALID_INPUT', 'Name at least one access.');
  const key = grantKey(subject, target);
  const held = state.grants.get(key)?.access ?? [];
  const isGrant = kind === 'GRANT_PERMISSIONS';
  const affected = isGrant ? without(access, held) : both(access, held);
  if (affected.length === 0) return UNCHANGED;
  const left = isGrant ? union(held, affected) : without(held, affected);
  if (left.length > 0) state.grants.set(key, { subject, target, access: left });
  else state.grants.delete(key);
  const undo = isGrant ? 'REMOVE_PERMISSIONS' : 'GRANT_PERMISSIONS';
  return undoneBy({ kind: undo, subject, target, access: affected });
}

function applyMembership(state: AccessState, { kind, groupId, userId }: MembershipChange): Effect {
  const adds = kind === 'ADD_USER_TO_GROUP';
  const applicationId = applicationIdOfUser(userId);
  const changed =
    applicationId === null
      ? replaceMembers(state.users, 'user', userId, 'groupIds', groupId, adds)
      : replaceMembers(state.applications, 'application', applicationId, 'groupIds', groupId, adds);
  if (!changed) return UNCHANGED;
  return undoneBy({ kind: adds ? 'REMOVE_USER_FROM_GROUP' : 'ADD_USER_TO_GROUP', groupId, userId });
}

function applyRoleAssignment(state: AccessState, { kind, holder, roleId }: RoleAssignmentChange): Effect {
  const adds = kind === 'ADD_ROLE';
  const changed = (() => {
    switch (holder.type) {
      case 'USER':
        return replaceMembers(state.users, 'user', holder.id, 'roleIds', roleId, adds);
      case 'GROUP':
        return replaceMembers(state.groups, 'group', holder.id, 'roleIds', roleId, adds);
      case 'APPLICATION':
        return replaceMembers(state.applications, 'application', holder.id, 'roleIds', roleId, adds);
    }
  })();
  return changed ? undoneBy({ kind: adds ? 'REMOVE_ROLE' : 'ADD_ROLE', holder, roleId }) : UNCHANGED;
}

/** Adds one member to a list of a record, or takes it out; tells whether that changed the list. */
function replaceMembers<M extends string, R extends Readonly<Record<M, readonly string[]>>>(
  table: Map<string, R>,
  what: string,
  id: string,
  list: M,
  member: string,
  adds: boolean,
): boolean {
  const record = table.get(id);
  if (!record) throw notFound(what, id);
  const members: readonly string[] = record[list];
  if (members.includes(member) === adds) return false;
  const left = adds ? [...members, member] : without(members, [member]);
  // The roles of people and groups are written as a whole, so what is left must be right, too.
  const mix = list === 'roleIds' && (adds || what !== 'application') ? mixFault(left) : null;
  if (mix !== null) throw new UnwritableError(mix);
  table.set(id, { ...record, [list]: left });
  return true;
}

function applyTag(state: AccessState, { kind, applicationId, key, value }: TagChange): Effect {
  const application = state.applications.get(applicationId);
  if (!application) throw notFound('application', applicationId);
  const before = application.tags.filter((tag) => tag.key === key);
  const has = before.some((tag) => tag.value === value);
  const sets = kind === 'SET_TAG';
  if (has === sets) return UNCHANGED;
  // Setting replaces whatever the key has, removing takes the pair alone.
  const others = application.tags.filter((tag) => tag.key !== key || (!sets && tag.value !== value));
  state.applications.set(applicationId, {
    ...application,
    tags: sets ? [...others, { key, value }] : others,
  });
  const [first, ...more] = before;
  if (!sets) return undoneBy({ kind: 'SET_TAG', applicationId, key, value });
  if (!first) return undoneBy({ kind: 'REMOVE_TAG', applicationId, key, value });
  const back = undoneBy({ kind: 'SET_TAG', applicationId, key, value: first.value });
  return more.length > 0 ? { ...back, lost: `The key ${key} had more than one value before.` } : back;
}

function applyCreation(state: AccessState, name: string): Effect {
  if (name === '') throw new ChangeError('INVALID_INPUT', 'The name of an application is empty.');
  const named = state.applications.named(name);
  if (named.length > 1) throw severalNamed(name, named.length);
  if (named.length === 1) return UNCHANGED;
  const id = newApplicationId(name);
  state.applications.set(id, { id, name, roleIds: [], groupIds: [], tags: [] });
  return undoneBy({ kind: 'DELETE_APPLICATION', id });
}

function applyRenaming(state: AccessState, id: string, name: string): Effect {
  if (name === '') throw new ChangeError('INVALID_INPUT', 'The name of an application is empty.');
  const application = state.applications.get(id);
  if (!application) throw notFound('application', id);
  if (application.name === name) return UNCHANGED;
  state.applications.set(id, { ...application, name });
  if (application.name === null) return { changed: true, undo: [], lost: 'It had no name before.' };
  return undoneBy({ kind: 'RENAME_APPLICATION', id, name: application.name });
}

function notFound(what: string, id: string): ChangeError {
  return new ChangeError('NOT_FOUND', `No ${what} with id ${id}`);
}
