import fc from 'fast-check';
import { ACCESSES } from '../../src/access/facts/facts.ts';
import { applicationIdOfUser, type RoleHolder } from '../../src/access/facts/keys.ts';
import type { PlannedChange } from '../../src/access/planning/change.ts';
import type { Stack } from '../support/start-stack.ts';
import { SYSTEM_ROLES, targetsOf, usersOf, type World } from './world.ts';

const TAGS = [
  { key: 'team', value: 'a' },
  { key: 'team', value: 'c' },
  { key: 'tier', value: 'x:y' },
];

/** Makes some changes to a world, among them such as are refused, or change nothing. */
export function changesTo(world: World): fc.Arbitrary<readonly PlannedChange[]> {
  const ids = (things: readonly { readonly id: string }[]) => things.map(({ id }) => id);
  const one = <T>(values: readonly T[]) => fc.constantFrom(...values);
  const some = (values: readonly string[]) => fc.uniqueArray(one(values), { maxLength: 2 });
  const [people, groups, applications] = [ids(world.users), ids(world.groups), ids(world.applications)];
  const roles = [...ids(world.roles), ...Object.keys(SYSTEM_ROLES)];
  const access = fc.uniqueArray(one(ACCESSES), { minLength: 1, maxLength: 3 });
  const holders = [
    ...people.map((id): RoleHolder => ({ type: 'USER', id })),
    ...groups.map((id): RoleHolder => ({ type: 'GROUP', id })),
    ...applications.map((id): RoleHolder => ({ type: 'APPLICATION', id })),
  ];
  const subjects = [
    ...usersOf(world).map((id) => ({ type: 'USER' as const, id })),
    ...groups.map((id) => ({ type: 'GROUP' as const, id })),
    ...ids(world.roles).map((id) => ({ type: 'ROLE' as const, id })),
  ];
  const kinds: fc.Arbitrary<PlannedChange>[] = [
    fc.record({
      kind: one(['GRANT_PERMISSIONS', 'REMOVE_PERMISSIONS'] as const),
      subject: one(subjects),
      target: one(targetsOf(world)),
      access,
    }),
    fc.record({ kind: one(['ADD_ROLE', 'REMOVE_ROLE'] as const), holder: one(holders), roleId: one(roles) }),
    fc.record({ kind: fc.constant('DELETE_USER' as const), id: one(people) }),
    fc.record({
      kind: fc.constant('UPSERT_USER' as const),
      id: one([...people, 'newcomer']),
      name: fc.constant('Somebody'),
      roleIds: fc.option(some([...roles, 'no such role']), { nil: null }),
      groupIds: groups.length > 0 ? fc.option(some(groups), { nil: null }) : fc.constant(null),
      contact: fc.constant(null),
    }),
  ];
  if (groups.length > 0) {
    kinds.push(
      fc.record({
        kind: one(['ADD_USER_TO_GROUP', 'REMOVE_USER_FROM_GROUP'] as const),
        groupId: one(groups),
        userId: one(people),
      }),
      fc.record({
        kind: fc.constant('UPSERT_GROUP' as const),
        id: one(groups),
        description: fc.constant('A group'),
        roleIds: fc.option(some(roles), { nil: null }),
        defaultAccess: fc.constant(null),
      }),
      fc.record({ kind: fc.constant('DELETE_GROUP' as const), id: one(groups) }),
    );
  }
  if (world.roles.length > 0) {
    kinds.push(
      fc.record({
        kind: fc.constant('UPSERT_ROLE' as const),
        id: one(ids(world.roles)),
        description: fc.constant(null),
        permissions: some(['READ_WORKFLOW_DEF', 'UPDATE_TASK_DEF', 'READ_APPLICATION']),
      }),
      fc.record({ kind: fc.constant('DELETE_ROLE' as const), id: one(roles) }),
    );
  }
  if (applications.length > 0) {
    kinds.push(
      fc
        .record({
          applicationId: one(applications),
          tag: one(TAGS),
          kind: one(['SET_TAG', 'REMOVE_TAG'] as const),
        })
        .map(({ applicationId, tag, kind }) => ({ kind, applicationId, ...tag })),
      fc.record({ kind: fc.constant('DELETE_APPLICATION' as const), id: one(applications) }),
    );
  }
  return fc.array(fc.oneof(...kinds), { minLength: 1, maxLength: 5 });
}

/** Makes a change through REST calls. One that is refused changes nothing. */
export async function makeOverRest(stack: Stack, change: PlannedChange): Promise<void> {
  const call = (method: string, path: string, body?: unknown) =>
    stack.call(method, `/api${path}`, body).catch(() => undefined);
  switch (change.kind) {
    case 'GRANT_PERMISSIONS':
    case 'REMOVE_PERMISSIONS': {
      const { kind, ...grant } = change;
      await call(kind === 'GRANT_PERMISSIONS' ? 'POST' : 'DELETE', '/auth/authorization', grant);
      return;
    }
    case 'ADD_USER_TO_GROUP':
      await call('POST', `/groups/${change.groupId}/users/${change.userId}`);
      return;
    case 'REMOVE_USER_FROM_GROUP':
      await call('DELETE', `/groups/${change.groupId}/users/${change.userId}`);
      return;
    case 'ADD_ROLE':
    case 'REMOVE_ROLE': {
      const { holder, roleId } = change;
      if (holder.type === 'APPLICATION') {
        const method = change.kind === 'ADD_ROLE' ? 'POST' : 'DELETE';
        await call(method, `/applications/${holder.id}/roles/${roleId}`);
        return;
      }
      const path = holder.type === 'USER' ? `/users/${holder.id}` : `/groups/${holder.id}`;
      const record = await call('GET', path);
      if (typeof record !== 'object' || record === null) return;
      const held: { name: string }[] = Reflect.get(record, 'roles');
      const others = held.map(({ name }) => name).filter((name) => name !== roleId);
      await call('PUT', path, {
        ...record,
        roles: change.kind === 'ADD_ROLE' ? [...others, roleId] : others,
        groups: undefined,
      });
      return;
    }
    case 'SET_TAG':
    case 'REMOVE_TAG': {
      const { kind, applicationId, key, value } = change;
      await call(kind === 'SET_TAG' ? 'PUT' : 'DELETE', `/applications/${applicationId}/tags`, [
        { key, value },
      ]);
      return;
    }
    case 'UPSERT_USER':
      await call('PUT', `/users/${change.id}`, {
        name: change.name,
        roles: change.roleIds ?? undefined,
        groups: change.groupIds ?? undefined,
        ...((await isNew(stack, change.id)) && change.roleIds === null && { roles: [] }),
      });
      return;
    case 'UPSERT_GROUP': {
      const group = await call('GET', `/groups/${change.id}`);
      if (typeof group !== 'object' || group === null) return;
      const defaultAccess: unknown = Reflect.get(group, 'defaultAccess');
      await call('PUT', `/groups/${change.id}`, {
        description: change.description,
        roles: change.roleIds ?? undefined,
        defaultAccess,
      });
      return;
    }
    case 'UPSERT_ROLE':
      if (change.permissions === null) return;
      await call('PUT', `/roles/${change.id}`, { permissions: change.permissions });
      return;
    case 'DELETE_USER':
      await call('DELETE', `/users/${change.id}`);
      return;
    case 'DELETE_GROUP':
      await call('DELETE', `/groups/${change.id}`);
      return;
    case 'DELETE_ROLE':
      await call('DELETE', `/roles/${change.id}`);
      return;
    case 'DELETE_APPLICATION':
      await call('DELETE', `/applications/${change.id}`);
      return;
    case 'CREATE_APPLICATION':
    case 'RENAME_APPLICATION':
      throw new Error('applications are not created or renamed here');
  }
}

async function isNew(stack: Stack, userId: string): Promise<boolean> {
  if (applicationIdOfUser(userId) !== null) return false;
  return stack.call('GET', `/api/users/${userId}`).then(
    () => false,
    () => true,
  );
}
