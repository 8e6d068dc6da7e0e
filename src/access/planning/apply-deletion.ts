import { applicationUserId, type RoleHolder, type SubjectKey } from '../facts/keys.ts';
import { type AccessState, type GrantState, grantKey } from './access-state.ts';
import { type Deletion, newApplicationId, type PlannedChange } from './change.ts';
import { ChangeError } from './change-error.ts';
import { type Effect, UNCHANGED, undoneBy } from './effect.ts';
import { without } from './members.ts';

/** Deletes something with all that goes along; what is gone already stays so. */
export function applyDeletion(state: AccessState, { kind, id }: Deletion): Effect {
  switch (kind) {
    case 'DELETE_USER':
      return deleteUser(state, id);
    case 'DELETE_GROUP':
      return deleteGroup(state, id);
    case 'DELETE_ROLE':
      return deleteRole(state, id);
    case 'DELETE_APPLICATION':
      return deleteApplication(state, id);
  }
}

/** Contract section 8: memberships and grants go along, those on it too. */
function deleteUser(state: AccessState, id: string): Effect {
  const user = state.users.get(id);
  if (!user) return UNCHANGED;
  state.users.delete(id);
  return undoneBy({ kind: 'UPSERT_USER', ...user }, ...takeGrantsAround(state, { type: 'USER', id }));
}

/** Contract section 9: memberships and grants go along, those on it too; the users stay. */
function deleteGroup(state: AccessState, id: string): Effect {
  const group = state.groups.get(id);
  if (!group) return UNCHANGED;
  state.groups.delete(id);
  const undo: PlannedChange[] = [{ kind: 'UPSERT_GROUP', ...group }];
  for (const [userId, user] of state.users) {
    if (!user.groupIds.includes(id)) continue;
    state.users.set(userId, { ...user, groupIds: without(user.groupIds, [id]) });
    undo.push({ kind: 'ADD_USER_TO_GROUP', groupId: id, userId });
  }
  for (const [applicationId, application] of state.applications) {
    if (!application.groupIds.includes(id)) continue;
    state.applications.set(applicationId, { ...application, groupIds: without(application.groupIds, [id]) });
    undo.push({ kind: 'ADD_USER_TO_GROUP', groupId: id, userId: applicationUserId(applicationId) });
  }
  return undoneBy(...undo, ...takeGrantsAround(state, { type: 'GROUP', id }));
}

/** Contract section 12: users, groups and applications lose it. */
function deleteRole(state: AccessState, id: string): Effect {
  const role = state.roles.get(id);
  if (!role) return UNCHANGED;
  if (role.isSystem) throw new ChangeError('CONFLICT', `${id} is a system role, which cannot be deleted.`);
  state.roles.delete(id);
  const { isSystem: _, ...custom } = role;
  return undoneBy(
    { kind: 'UPSERT_ROLE', ...custom },
    ...takeRole(state.users, 'USER', id),
    ...takeRole(state.groups, 'GROUP', id),
    ...takeRole(state.applications, 'APPLICATION', id),
    ...takeGrantsAround(state, { type: 'ROLE', id }),
  );
}

/** Takes a role from all who hold it, and gives the changes that give it back. */
function takeRole<R extends { readonly roleIds: readonly string[] }>(
  table: Map<string, R>,
  type: RoleHolder['type'],
  roleId: string,
): PlannedChange[] {
  const undo: PlannedChange[] = [];
  for (const [id, record] of table) {
    if (!record.roleIds.includes(roleId)) continue;
    table.set(id, { ...record, roleIds: without(record.roleIds, [roleId]) });
    undo.push({ kind: 'ADD_ROLE', holder: { type, id }, roleId });
  }
  return undo;
}

/** Contract section 4: its keys, tags, user, and the grants to and on it go along. */
function deleteApplication(state: AccessState, id: string): Effect {
  const application = state.applications.get(id);
  if (!application) return UNCHANGED;
  state.applications.delete(id);
  const name = application.name ?? id;
  const newId = newApplicationId(name);
  const newUser: SubjectKey = { type: 'USER', id: applicationUserId(newId) };
  const isUser = ({ type, id: userId }: { readonly type: string; readonly id: string }) =>
    type === 'USER' && userId === applicationUserId(id);
  const isIts = ({ subject }: GrantState) => isUser(subject);
  const isOnIt = ({ target }: GrantState) => target.type === 'APPLICATION' && target.id === id;
  const isOnItsUser = ({ target }: GrantState) => isUser(target);
  const taken = takeGrants(state, (grant) => isIts(grant) || isOnIt(grant) || isOnItsUser(grant));
  return {
    changed: true,
    undo: [
      { kind: 'CREATE_APPLICATION', name },
      ...application.roleIds.map(
        (roleId): PlannedChange => ({
          kind: 'ADD_ROLE',
          holder: { type: 'APPLICATION', id: newId },
          roleId,
        }),
      ),
      ...application.groupIds.map(
        (groupId): PlannedChange => ({ kind: 'ADD_USER_TO_GROUP', groupId, userId: newUser.id }),
      ),
      ...application.tags.map(
        ({ key, value }): PlannedChange => ({ kind: 'SET_TAG', applicationId: newId, key, value }),
      ),
      ...taken.map((grant) => ({
        ...grant,
        subject: isIts(grant) ? newUser : grant.subject,
        target: isOnIt(grant) ? { ...grant.target, id: newId } : isOnItsUser(grant) ? newUser : grant.target,
      })),
    ],
    lost: 'Its id, its creator and its access keys cannot be brought back.',
  };
}

/** Grants to it and on it: the embedded API drops both, so that nobody who gets the id later is opened to anybody. */
function takeGrantsAround(state: AccessState, of: SubjectKey) {
  return takeGrants(state, (grant) =>
    [grant.subject, grant.target].some(({ type, id }) => type === of.type && id === of.id),
  );
}

/** Removes grants, and gives the changes that grant them again. */
function takeGrants(state: AccessState, isMeant: (grant: GrantState) => boolean) {
  const taken = [...state.grants.values()].filter(isMeant);
  for (const { subject, target } of taken) state.grants.delete(grantKey(subject, target));
  return taken.map((grant) => ({ kind: 'GRANT_PERMISSIONS' as const, ...grant }));
}
