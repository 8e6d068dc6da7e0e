import { applicationUserId, type RoleHolder } from '../facts/keys.ts';
import type { PlannedChange } from '../planning/change.ts';
import { without } from '../planning/members.ts';
import { STANDS_ALONE } from '../planning/writing-rules.ts';
import type { Comparison } from './comparison.ts';

/** Roles that are to be given and, with pruning, taken. What is new holds its roles from the start, save applications. */
export function roleAssignments(comparison: Comparison): PlannedChange[] {
  const { description, actual } = comparison;
  const of = (type: RoleHolder['type'], id: string, wanted: readonly string[] | undefined, held: Held) =>
    wanted && held ? assignments({ type, id }, wanted, held.roleIds, comparison.prune) : [];
  return [
    ...[...(description.groups ?? [])].flatMap(([id, { roles }]) =>
      of('GROUP', id, roles, actual.groups.get(id)),
    ),
    ...[...(description.users ?? [])].flatMap(([id, { roles }]) =>
      of('USER', id, roles, actual.users.get(id)),
    ),
    ...comparison.applications.flatMap(({ id, key, described: { roles } }) => {
      const held = actual.applications.get(id) ?? { roleIds: [] };
      comparison.checkRoles(roles, ['applications', key, 'roles'], held.roleIds);
      return of('APPLICATION', id, roles, held);
    }),
  ];
}

type Held = { readonly roleIds: readonly string[] } | undefined;

function assignments(
  holder: RoleHolder,
  wanted: readonly string[],
  held: readonly string[],
  prune: boolean,
): PlannedChange[] {
  const added = without(wanted, held).map((roleId): PlannedChange => ({ kind: 'ADD_ROLE', holder, roleId }));
  const removed = prune
    ? without(held, wanted).map((roleId): PlannedChange => ({ kind: 'REMOVE_ROLE', holder, roleId }))
    : [];
  return [...wanted, ...held].includes(STANDS_ALONE) ? [...removed, ...added] : [...added, ...removed];
}

/** Memberships that are to begin and, with pruning, to end. What ends with its user or group is not told. */
export function memberships(comparison: Comparison): PlannedChange[] {
  const { description, actual, prune } = comparison;
  const of = (userId: string, wanted: readonly string[] | undefined, held: readonly string[] | undefined) => {
    if (!wanted || !held) return [];
    const added = without(wanted, held).map(
      (groupId): PlannedChange => ({ kind: 'ADD_USER_TO_GROUP', groupId, userId }),
    );
    const removed = prune
      ? without(held, wanted)
          .filter((id) => actual.groups.has(id) && !comparison.deletes({ type: 'GROUP', id }))
          .map((groupId): PlannedChange => ({ kind: 'REMOVE_USER_FROM_GROUP', groupId, userId }))
      : [];
    return [...added, ...removed];
  };
  return [
    ...[...(description.users ?? [])].flatMap(([id, { groups }]) =>
      of(id, groups, actual.users.get(id)?.groupIds),
    ),
    ...comparison.applications.flatMap(({ id, key, described: { groups } }) => {
      const held = actual.applications.get(id)?.groupIds ?? [];
      comparison.checkGroups(groups, ['applications', key, 'groups'], held);
      return of(applicationUserId(id), groups, held);
    }),
  ];
}

/** Tags that are to be set and, with pruning, removed. */
export function tags(comparison: Comparison): PlannedChange[] {
  const { applications, actual, prune } = comparison;
  return applications.flatMap(({ id: applicationId, key: name, described: { tags: wanted } }) => {
    if (!wanted) return [];
    const borne = actual.applications.get(applicationId)?.tags ?? [];
    const bears = (key: string, value: string) => borne.some((tag) => tag.key === key && tag.value === value);
    const set = [...wanted].flatMap(([key, values]) => {
      const missing = values.filter((value) => !bears(key, value));
      if (missing.length > 0 && values.length > 1) {
        comparison.fault(
          ['applications', name, 'tags', key],
          'an application bears one tag of a key: several can be kept, but not set',
        );
      }
      return missing.map((value): PlannedChange => ({ kind: 'SET_TAG', applicationId, key, value }));
    });
    // What is set replaces all that the key has.
    const replaced = new Set(set.flatMap((change) => ('key' in change ? [change.key] : [])));
    const removed = borne
      .filter(({ key, value }) => prune && !replaced.has(key) && !wanted.get(key)?.includes(value))
      .map(({ key, value }): PlannedChange => ({ kind: 'REMOVE_TAG', applicationId, key, value }));
    return [...set, ...removed];
  });
}
