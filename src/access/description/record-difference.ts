import type { DefaultAccess } from '../facts/keys.ts';
import { impliedPermissions } from '../facts/permission-names.ts';
import { sameDefaultAccess } from '../planning/apply-upsert.ts';
import type { PlannedChange } from '../planning/change.ts';
import { sameMembers, union } from '../planning/members.ts';
import type { Comparison } from './comparison.ts';
import type { GroupDescription, RoleDescription, UserDescription } from './description.ts';

/** Roles, groups, applications and users that are to be created or written, in this order. */
export function recordDifference(comparison: Comparison): PlannedChange[] {
  const { description } = comparison;
  return [
    ...entries(description.roles).flatMap(([id, role]) => roleDifference(comparison, id, role)),
    ...entries(description.groups).flatMap(([id, group]) => groupDifference(comparison, id, group)),
    ...comparison.applications.flatMap(({ id, key, isNew, described }): PlannedChange[] => {
      const name = described.name ?? key;
      if (isNew) return [{ kind: 'CREATE_APPLICATION', name }];
      const actual = comparison.actual.applications.get(id)?.name;
      const renamed = described.name !== undefined && described.name !== actual;
      return renamed ? [{ kind: 'RENAME_APPLICATION', id, name }] : [];
    }),
    ...entries(description.users).flatMap(([id, user]) => userDifference(comparison, id, user)),
  ];
}

function roleDifference(comparison: Comparison, id: string, role: RoleDescription): PlannedChange[] {
  const { actual, prune } = comparison;
  const before = actual.roles.get(id);
  if (before?.isSystem) {
    comparison.fault(['roles', id], 'it is a system role, which cannot be changed: leave it out');
    return [];
  }
  const wanted = role.permissions ?? [];
  const permissions = before && !prune ? union(before.permissions, wanted) : wanted;
  const keeps =
    before &&
    (!role.permissions ||
      sameMembers(permissions, before.permissions) ||
      sameMembers(impliedPermissions(permissions), impliedPermissions(before.permissions)));
  const description = role.description === before?.description ? null : (role.description ?? null);
  if (keeps && description === null) return [];
  return [{ kind: 'UPSERT_ROLE', id, description, permissions: keeps ? null : permissions }];
}

function groupDifference(comparison: Comparison, id: string, group: GroupDescription): PlannedChange[] {
  const { actual, prune } = comparison;
  const before = actual.groups.get(id);
  comparison.checkRoles(group.roles, ['groups', id, 'roles'], before?.roleIds);
  const wanted = entries(group.defaultAccess).map(([targetType, access]) => ({ targetType, access }));
  if (!before) {
    const description = group.description ?? id;
    return [
      {
        kind: 'UPSERT_GROUP',
        id,
        description,
        roleIds: some(group.roles),
        defaultAccess: some(wanted),
      },
    ];
  }
  const defaultAccess = prune ? wanted : joined(before.defaultAccess, wanted);
  const keeps = !group.defaultAccess || sameDefaultAccess(defaultAccess, before.defaultAccess);
  const keepsDescription = group.description === undefined || group.description === before.description;
  if (keeps && keepsDescription) return [];
  return [
    {
      kind: 'UPSERT_GROUP',
      id,
      description: keepsDescription ? null : (group.description ?? null),
      roleIds: null,
      defaultAccess: keeps ? null : defaultAccess,
    },
  ];
}

function userDifference(comparison: Comparison, id: string, user: UserDescription): PlannedChange[] {
  const { actual, prune } = comparison;
  const before = actual.users.get(id);
  comparison.checkRoles(user.roles, ['users', id, 'roles'], before?.roleIds);
  comparison.checkGroups(user.groups, ['users', id, 'groups'], before?.groupIds);
  const wanted = entries(user.contact);
  if (!before) {
    const { name = id, roles, groups } = user;
    return [
      { kind: 'UPSERT_USER', id, name, roleIds: some(roles), groupIds: some(groups), contact: some(wanted) },
    ];
  }
  const contact = prune ? wanted : [...new Map([...before.contact, ...wanted])];
  const keeps = !user.contact || sameMembers(contact.map(written), before.contact.map(written));
  const keepsName = user.name === undefined || user.name === before.name;
  if (keeps && keepsName) return [];
  return [
    {
      kind: 'UPSERT_USER',
      id,
      name: keepsName ? null : (user.name ?? null),
      roleIds: null,
      groupIds: null,
      contact: keeps ? null : contact,
    },
  ];
}

function joined(a: readonly DefaultAccess[], b: readonly DefaultAccess[]): readonly DefaultAccess[] {
  const types = union(
    a.map(({ targetType }) => targetType),
    b.map(({ targetType }) => targetType),
  );
  const on = (all: readonly DefaultAccess[], type: string) =>
    all.find(({ targetType }) => targetType === type)?.access ?? [];
  return types.map((targetType) => ({ targetType, access: union(on(a, targetType), on(b, targetType)) }));
}

function written(pair: readonly [string, string]): string {
  return JSON.stringify(pair);
}

/** What is new has nothing, so nothing need not be said. */
function some<T>(list: readonly T[] | undefined): readonly T[] | null {
  return list && list.length > 0 ? list : null;
}

function entries<T>(section: ReadonlyMap<string, T> | undefined): (readonly [string, T])[] {
  return [...(section ?? [])];
}
