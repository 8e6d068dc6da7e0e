import { applicationIdOfUser, applicationUserId } from '../../../access/facts/keys.ts';
import { type AccessState, applicationIdIn, emptyState } from '../../../access/planning/access-state.ts';
import { newApplicationName, type PlannedChange } from '../../../access/planning/change.ts';
import { withApplicationIds } from '../../../access/planning/resolve-change.ts';
import { type ApplicationRecord, listTags } from '../applications/rest.ts';
import type { GraphContext } from '../context.ts';
import { findGrantsOf, listGrantsOn } from '../grants/rest.ts';
import type { GroupRecord } from '../groups/rest.ts';
import type { RoleRecord } from '../roles/rest.ts';
import type { UserRecord } from '../users/rest.ts';
import { findGrantsOfRole } from './grants-of-role.ts';
import { type Needs, needsOf } from './needs.ts';
import { addGrant, readPairs } from './read-pairs.ts';

/**
 * Reads as much of what holds as some changes are about, in as few calls as that takes: what several of them need is
 * read once, records of one kind come by list where that is cheaper, and direct grants by subject or by target,
 * whichever are fewer.
 *
 * @throws {UpstreamError} something of it cannot be read.
 */
export async function readStateFor(
  changes: readonly PlannedChange[],
  context: GraphContext,
): Promise<AccessState> {
  const state = emptyState();
  await readApplications(needsOf(changes), state, context);
  const needs = needsOf(
    changes.map((change) => withApplicationIds(change, (id) => applicationIdIn(state, id))),
  );
  await Promise.all([
    readUsers(needs, state, context),
    readGroups(needs, state, context),
    readRoles(needs, state, context),
    readHolders(needs, state, context),
    readMembers(needs, state, context),
    readGrantsOfDeleted(needs, state, context),
    readPairs(needs.grants, state, context),
  ]);
  return state;
}

/** Applications go by name too, so they come first. One alone is read by its id; of several, the list tells all. */
async function readApplications(needs: Needs, state: AccessState, context: GraphContext): Promise<void> {
  const ids = [...needs.applications];
  const isNamed = ids.some((id) => newApplicationName(id) !== null);
  if (needs.applicationList || isNamed || ids.length > 1) {
    for (const record of await context.loaders.applications.list()) addApplication(state, record);
    return;
  }
  for (const id of ids) {
    const record = await context.loaders.applications.load(id);
    if (record) addApplication(state, { ...record, tags: await listTags(context.authorization, id) });
  }
}

/** Adds an application; its user tells roles and groups. */
export function addApplication(state: AccessState, { id, name, tags }: ApplicationRecord): void {
  state.applications.set(id, { id, name, roleIds: [], groupIds: [], tags: tags ?? [] });
}

async function readUsers(needs: Needs, state: AccessState, { loaders }: GraphContext): Promise<void> {
  const known = [...needs.users].filter((id) => newApplicationName(applicationIdOfUser(id) ?? '') === null);
  const users = await Promise.all(known.map((id) => loaders.users.load(id)));
  for (const user of users) if (user) addUser(state, user);
}

/** Adds a person, or what an application has through its user. */
export function addUser(state: AccessState, user: UserRecord): void {
  const applicationId = applicationIdOfUser(user.id);
  if (applicationId === null) {
    const { id, name, roleIds, groupIds, contact } = user;
    state.users.set(id, { id, name, roleIds, groupIds, contact });
    return;
  }
  const known = state.applications.get(applicationId);
  const { roleIds, groupIds } = user;
  state.applications.set(applicationId, {
    id: applicationId,
    name: known?.name ?? null,
    roleIds,
    groupIds,
    tags: known?.tags ?? [],
  });
}

async function readGroups(needs: Needs, state: AccessState, { loaders }: GraphContext): Promise<void> {
  const groups = await Promise.all([...needs.groups].map((id) => loaders.groups.load(id)));
  for (const group of groups) if (group) addGroup(state, group);
}

/** Adds a group. */
export function addGroup(state: AccessState, { id, description, roleIds, defaultAccess }: GroupRecord): void {
  state.groups.set(id, { id, description, roleIds, defaultAccess });
}

async function readRoles(needs: Needs, state: AccessState, { loaders }: GraphContext): Promise<void> {
  const roles = await Promise.all([...needs.roles].map((id) => loaders.roles.load(id)));
  for (const role of roles) if (role) addRole(state, role);
}

/** Adds a role. Where the server does not tell its kind, it will refuse what cannot be done with it. */
export function addRole(state: AccessState, { id, description, permissions, kind }: RoleRecord): void {
  state.roles.set(id, { id, description, permissions, isSystem: kind === 'SYSTEM' });
}

/** Who holds a role that is deleted: no call tells it of one role. */
async function readHolders(needs: Needs, state: AccessState, { loaders }: GraphContext): Promise<void> {
  if (needs.deletedRoles.size === 0) return;
  const [users, groups] = await Promise.all([loaders.users.listWithApplications(), loaders.groups.list()]);
  for (const user of users) if (user.roleIds.some((id) => needs.deletedRoles.has(id))) addUser(state, user);
  for (const group of groups) addGroup(state, group);
}

/** Who is in a group that is deleted. */
async function readMembers(needs: Needs, state: AccessState, { loaders }: GraphContext): Promise<void> {
  const members = await Promise.all([...needs.deletedGroups].map((id) => loaders.users.listOfGroup(id)));
  for (const user of members.flatMap((users) => users ?? [])) addUser(state, user);
}

/** What goes along with a subject or an application: grants to it and on it. Not every server lists those of a role. */
async function readGrantsOfDeleted(
  { deletedUsers, deletedGroups, deletedRoles, deletedApplications }: Needs,
  state: AccessState,
  { authorization }: GraphContext,
): Promise<void> {
  const users = [...deletedUsers, ...[...deletedApplications].map(applicationUserId)];
  const on = (type: string, ids: Iterable<string>) =>
    [...ids].map((id) => listGrantsOn(authorization, { type, id }));
  const grants = await Promise.all([
    ...users.map((id) => findGrantsOf(authorization, { type: 'USER', id })),
    ...[...deletedGroups].map((id) => findGrantsOf(authorization, { type: 'GROUP', id })),
    ...[...deletedRoles].map((id) => findGrantsOfRole(authorization, id)),
    ...on('USER', users),
    ...on('GROUP', deletedGroups),
    ...on('ROLE', deletedRoles),
    ...on('APPLICATION', deletedApplications),
  ]);
  for (const grant of grants.flatMap((of) => of ?? [])) addGrant(state, grant);
}
