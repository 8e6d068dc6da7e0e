import { applicationUserId, type PlannedChange, type RoleHolder } from '../change.ts';
import { without } from '../members.ts';
import type { Comparison } from './comparison.ts';

/** A role that stands alone: REST refuses it beside others (contract section 3). */
const STANDS_ALONE = 'USER_READ_ONLY';

/** Roles that are to be given and, with pruning, taken. What is new holds its roles from the start, save applications. */
export function roleAssignments(comparison: Comparison): PlannedChange[] {
  const { description, actual } = comparison;
  const of = (type: RoleHolder['type'], id: string, wanted: readonly string[] | undefined, held: Held) =>
    wanted && held ? assignments({ type, id }, wanted, held.roleIds, comparison.prune) : [];
  return [
    ...Object.entries(description.groups ?? {}).flatMap(([id, { roles }]) =>
      of('GROUP', id, roles, actual.groups.get(id)),
    ),
    ...Object.entries(description.users ?? {}).flatMap(([id, { roles }]) =>
      of('USER', id, roles, actual.users.get(id)),
    ),
    ...comparison.applications.flatMap(({ id, key, described: { roles } }) => {
      comparison.checkRoles(roles, ['applications', key, 'roles']);
      return of('APPLICATION', id, roles, actual.applications.get(id) ?? { roleIds: [] });
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
          .filter((id) => !comparison.deletes({ type: 'GROUP', id }))
          .map((groupId): PlannedChange => ({ kind: 'REMOVE_USER_FROM_GROUP', groupId, userId }))
      : [];
    return [...added, ...removed];
  };
  return [
    ...Object.entries(description.users ?? {}).flatMap(([id, { groups }]) =>
      of(id, groups, actual.users.get(id)?.groupIds),
    ),
    ...comparison.applications.flatMap(({ id, key, described: { groups } }) => {
      comparison.checkGroups(groups, ['applications', key, 'groups']);
      return of(applicationUserId(id), groups, actual.applications.get(id)?.groupIds ?? []);
    }),
  ];
}

/** Tags that are to be set and, with pruning, removed. */
export function tags({ applications, actual, prune }: Comparison): PlannedChange[] {
  return applications.flatMap(({ id: applicationId, described: { tags: wanted } }) => {
    if (!wanted) return [];
    const borne = actual.applications.get(applicationId)?.tags ?? [];
    const set = Object.entries(wanted)
      .filter(([key, value]) => !borne.some((tag) => tag.key === key && tag.value === value))
      .map(([key, value]): PlannedChange => ({ kind: 'SET_TAG', applicationId, key, value }));
    const removed = prune
      ? borne
          .filter(({ key }) => !Object.hasOwn(wanted, key))
          .map(({ key, value }): PlannedChange => ({ kind: 'REMOVE_TAG', applicationId, key, value }))
      : [];
    return [...set, ...removed];
  });
}
