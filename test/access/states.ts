import fc from 'fast-check';
import { applicationUserId, type SubjectKey } from '../../src/access/facts/keys.ts';
import { type AccessState, emptyState, grantKey } from '../../src/access/planning/access-state.ts';
import { ApplicationTable } from '../../src/access/planning/application-table.ts';

const ROLES = ['auditor', 'deployer', 'operator'];
const SYSTEM_ROLES = ['ADMIN', 'USER', 'WORKER'];
const GROUPS = ['eng', 'ops', 'sales'];
const USERS = ['ann@example.com', 'bob@example.com', 'cy@example.com'];
const APPLICATIONS = ['billing', 'shipping', 'Mail: out'];
const ACCESS = ['CREATE', 'READ', 'UPDATE', 'EXECUTE', 'DELETE'];
const PERMISSIONS = ['READ_TASK_DEF', 'CREATE_SECRET', 'METADATA_VIEW', 'READ_WORKFLOW_DEF'];

const some = <T>(values: readonly T[]) => fc.subarray([...values]);
const text = fc.constantFrom('one', 'two words', 'x: y # z', '123');

/**
 * Makes small worlds. Two of them have much in common, for they draw from the same few names; the same application has
 * another id in each world, as on two servers.
 *
 * @param server distinguishes the ids of applications.
 * @param dangling whether grants may be to subjects, or on records, that do not exist: deleting a record takes them along.
 */
export function worlds(server: string, dangling = true): fc.Arbitrary<AccessState> {
  return fc
    .record({
      roles: some(ROLES),
      groups: some(GROUPS),
      users: some(USERS),
      applications: some(APPLICATIONS),
    })
    .chain(({ roles, groups, users, applications }) => {
      const held = some([...roles, ...SYSTEM_ROLES]);
      const applicationId = (name: string) => `${server}-${name.length}`;
      const subjects: SubjectKey[] = [
        ...(dangling ? USERS : users).map((id) => ({ type: 'USER' as const, id })),
        ...(dangling ? GROUPS : groups).map((id) => ({ type: 'GROUP' as const, id })),
        ...(dangling ? ROLES : roles).map((id) => ({ type: 'ROLE' as const, id })),
        ...applications.map((name) => ({
          type: 'USER' as const,
          id: applicationUserId(applicationId(name)),
        })),
      ];
      const targets = [
        { type: 'WORKFLOW_DEF', id: 'orders' },
        { type: 'TAG', id: 'team:payments' },
        { type: 'USER', id: 'bob@example.com' },
        ...applications.map((name) => ({ type: 'APPLICATION', id: applicationId(name) })),
      ];
      const all = <T>(ids: readonly string[], one: (id: string) => fc.Arbitrary<T>) =>
        fc.tuple(...ids.map(one));
      return fc
        .record({
          roles: all(roles, (id) =>
            fc.record({ id: fc.constant(id), description: text, permissions: some(PERMISSIONS) }),
          ),
          groups: all(groups, (id) =>
            fc.record({
              id: fc.constant(id),
              description: text,
              roleIds: held,
              defaultAccess: fc
                .tuple(some(ACCESS), some(ACCESS))
                .map((lists) =>
                  ['TASK_DEF', 'WORKFLOW_DEF'].flatMap((targetType, index) =>
                    lists[index]?.length ? [{ targetType, access: lists[index] }] : [],
                  ),
                ),
            }),
          ),
          users: all(users, (id) =>
            fc.record({
              id: fc.constant(id),
              name: text,
              roleIds: held,
              groupIds: some(groups),
              contact: some(['slack', 'mail']).chain((kinds) =>
                fc.tuple(...kinds.map((kind) => text.map((value) => [kind, value] as const))),
              ),
            }),
          ),
          applications: all(applications, (name) =>
            fc.record({
              id: fc.constant(applicationId(name)),
              name: fc.constant(name),
              roleIds: held,
              groupIds: some(groups),
              tags: some(['team', 'tier']).chain((keys) =>
                fc.tuple(...keys.map((key) => text.map((value) => ({ key, value })))),
              ),
            }),
          ),
          grants: fc.array(
            fc.record({
              subject: subjects.length > 0 ? fc.constantFrom(...subjects) : fc.constant(null),
              target: fc.constantFrom(...targets),
              access: some(ACCESS).filter((access) => access.length > 0),
            }),
            { maxLength: 8 },
          ),
        })
        .map((world) => {
          const state = emptyState();
          for (const id of SYSTEM_ROLES) {
            state.roles.set(id, { id, description: null, permissions: [], isSystem: true });
          }
          for (const role of world.roles) state.roles.set(role.id, { ...role, isSystem: false });
          for (const group of world.groups) state.groups.set(group.id, group);
          for (const user of world.users) state.users.set(user.id, user);
          for (const application of world.applications) state.applications.set(application.id, application);
          for (const { subject, target, access } of world.grants) {
            if (!dangling && isGone(target, state)) continue;
            if (subject) state.grants.set(grantKey(subject, target), { subject, target, access });
          }
          return state;
        });
    });
}

function isGone({ type, id }: { readonly type: string; readonly id: string }, state: AccessState): boolean {
  if (type === 'USER') return !state.users.has(id);
  if (type === 'GROUP') return !state.groups.has(id);
  return type === 'ROLE' && !state.roles.has(id);
}

/** Copies a state, so that changing the copy leaves the state as it is. */
export function copyOf(state: AccessState): AccessState {
  return {
    users: new Map(state.users),
    groups: new Map(state.groups),
    roles: new Map(state.roles),
    applications: new ApplicationTable(state.applications.values()),
    grants: new Map(state.grants),
  };
}
