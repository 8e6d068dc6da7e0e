import type { DefaultAccess } from '../facts/keys.ts';
import type { AccessState, GroupState, RoleState, UserState } from './access-state.ts';
import type { GroupUpsert, RoleUpsert, UserUpsert } from './change.ts';
import { ChangeError, UnwritableError } from './change-error.ts';
import { type Effect, UNCHANGED, undoneBy } from './effect.ts';
import { sameMembers } from './members.ts';
import { newRoleFault } from './writing-rules.ts';

/** Creates or writes a user. */
export function applyUserUpsert(state: AccessState, change: UserUpsert): Effect {
  const { id } = change;
  const before = state.users.get(id);
  const after = userAfter(before, change);
  if (!before) {
    state.users.set(id, after);
    return undoneBy({ kind: 'DELETE_USER', id });
  }
  const undo: UserUpsert = {
    kind: 'UPSERT_USER',
    id,
    name: after.name === before.name ? null : before.name,
    roleIds: sameMembers(after.roleIds, before.roleIds) ? null : before.roleIds,
    groupIds: sameMembers(after.groupIds, before.groupIds) ? null : before.groupIds,
    contact: sameContact(after.contact, before.contact) ? null : before.contact,
  };
  return writeOver(state.users, before, after, undo);
}

/**
 * Gives a user as a change leaves it.
 *
 * @param before null or undefined where there is none.
 * @throws {ChangeError} a new user has no name.
 */
export function userAfter(before: UserState | null | undefined, change: UserUpsert): UserState {
  const name = change.name ?? before?.name ?? null;
  if (!before && !name) {
    throw new ChangeError('INVALID_INPUT', `There is no user ${change.id} yet, so a name must be given.`);
  }
  return {
    id: change.id,
    name,
    roleIds: change.roleIds ?? before?.roleIds ?? [],
    groupIds: change.groupIds ?? before?.groupIds ?? [],
    contact: change.contact ?? before?.contact ?? [],
  };
}

/** Creates or writes a group. */
export function applyGroupUpsert(state: AccessState, change: GroupUpsert): Effect {
  const { id } = change;
  const before = state.groups.get(id);
  const after = groupAfter(before, change);
  if (!before) {
    state.groups.set(id, after);
    return undoneBy({ kind: 'DELETE_GROUP', id });
  }
  const undo: GroupUpsert = {
    kind: 'UPSERT_GROUP',
    id,
    description: after.description === before.description ? null : before.description,
    roleIds: sameMembers(after.roleIds, before.roleIds) ? null : before.roleIds,
    defaultAccess: sameDefaultAccess(after.defaultAccess, before.defaultAccess) ? null : before.defaultAccess,
  };
  return writeOver(state.groups, before, after, undo);
}

/**
 * Gives a group as a change leaves it.
 *
 * @param before null or undefined where there is none.
 * @throws {ChangeError} a new group has no description.
 */
export function groupAfter(before: GroupState | null | undefined, change: GroupUpsert): GroupState {
  const description = change.description ?? before?.description ?? null;
  if (!before && !description) {
    const message = `There is no group ${change.id} yet, so a description must be given.`;
    throw new ChangeError('INVALID_INPUT', message);
  }
  return {
    id: change.id,
    description,
    roleIds: change.roleIds ?? before?.roleIds ?? [],
    defaultAccess: change.defaultAccess ?? before?.defaultAccess ?? [],
  };
}

/** Creates or writes a custom role. */
export function applyRoleUpsert(state: AccessState, change: RoleUpsert): Effect {
  const { id } = change;
  const before = state.roles.get(id);
  if (before?.isSystem) {
    throw new ChangeError('CONFLICT', `${id} is a system role, which cannot be changed.`);
  }
  const after: RoleState = {
    id,
    description: change.description ?? before?.description ?? null,
    permissions: change.permissions ?? before?.permissions ?? [],
    isSystem: false,
  };
  if (!before) {
    const fault = newRoleFault(id);
    if (fault !== null) throw new UnwritableError(fault);
    state.roles.set(id, after);
    return undoneBy({ kind: 'DELETE_ROLE', id });
  }
  const undo: RoleUpsert = {
    kind: 'UPSERT_ROLE',
    id,
    description: after.description === before.description ? null : (before.description ?? ''),
    permissions: sameMembers(after.permissions, before.permissions) ? null : before.permissions,
  };
  return writeOver(state.roles, before, after, undo);
}

/** Replaces a record, unless there is nothing that the undoing of it would change. */
function writeOver<R extends { readonly id: string }>(
  table: Map<string, R>,
  before: R,
  after: R,
  undo: UserUpsert | GroupUpsert | RoleUpsert,
): Effect {
  const { kind: _, id, ...members } = undo;
  if (Object.values(members).every((member) => member === null)) return UNCHANGED;
  table.set(before.id, { ...after, id });
  return undoneBy(undo);
}

function sameContact(a: UserState['contact'], b: UserState['contact']): boolean {
  const texts = (contact: UserState['contact']) => contact.map((entry) => JSON.stringify(entry));
  return sameMembers(texts(a), texts(b));
}

/** Tells whether two groups get the same on what their members create; no access is the same as no entry. */
export function sameDefaultAccess(a: readonly DefaultAccess[], b: readonly DefaultAccess[]): boolean {
  const texts = (all: readonly DefaultAccess[]) => [
    ...new Set(
      all.flatMap(({ targetType, access }) => access.map((one) => JSON.stringify([targetType, one]))),
    ),
  ];
  return sameMembers(texts(a), texts(b));
}
