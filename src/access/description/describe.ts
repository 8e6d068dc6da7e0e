import type { AccessState, GrantState } from '../access-state.ts';
import { applicationIdOfUser } from '../change.ts';
import type {
  AccessDescription,
  ApplicationDescription,
  DescribedSubject,
  GrantDescription,
} from './description.ts';

/** Describes all that holds, everything sorted, so that two descriptions of the same are the same. */
export function describe(state: AccessState): AccessDescription {
  const keyOf = (id: string) => applicationKey(state, id);
  return {
    roles: section(state.roles, (role) => {
      if (role.isSystem) return null;
      return { description: role.description ?? '', permissions: role.permissions.toSorted() };
    }),
    groups: section(state.groups, (group) => ({
      description: group.description ?? group.id,
      roles: group.roleIds.toSorted(),
      defaultAccess: record(
        group.defaultAccess.map(({ targetType, access }) => [targetType, inOrder(access)]),
      ),
    })),
    users: section(state.users, (user) => ({
      name: user.name ?? user.id,
      roles: user.roleIds.toSorted(),
      groups: user.groupIds.toSorted(),
      contact: record(user.contact),
    })),
    applications: record(
      [...state.applications.values()].map(({ id, name, roleIds, groupIds, tags }) => {
        const key = keyOf(id);
        const described: ApplicationDescription = {
          ...(name !== null && name !== key && { name }),
          roles: roleIds.toSorted(),
          groups: groupIds.toSorted(),
          tags: record(tags.map((tag) => [tag.key, tag.value])),
        };
        return [key, described] as const;
      }),
    ),
    grants: [...state.grants.values()].map((grant) => describeGrant(state, grant)).sort(byPlace),
  };
}

function describeGrant(state: AccessState, { subject, target, access }: GrantState): GrantDescription {
  const applicationId = subject.type === 'USER' ? applicationIdOfUser(subject.id) : null;
  const to: DescribedSubject =
    applicationId !== null && state.applications.has(applicationId)
      ? { type: 'APPLICATION', id: applicationKey(state, applicationId) }
      : subject;
  const isApplication = target.type === 'APPLICATION';
  const on = { type: target.type, id: isApplication ? applicationKey(state, target.id) : target.id };
  return { to, on, access: inOrder(access) };
}

/** The name of an application, or its id where the name would not do. */
function applicationKey(state: AccessState, id: string): string {
  const name = state.applications.get(id)?.name;
  const isUnique = name && state.applications.named(name).length === 1 && !state.applications.has(name);
  return isUnique ? name : id;
}

function section<S extends { readonly id: string }, D>(
  table: ReadonlyMap<string, S>,
  one: (state: S) => D | null,
): Readonly<Record<string, D>> {
  return record(
    [...table.values()].flatMap((state) => {
      const described = one(state);
      return described === null ? [] : [[state.id, described] as const];
    }),
  );
}

function record<D>(pairs: readonly (readonly [string, D])[]): Readonly<Record<string, D>> {
  return Object.fromEntries(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const ORDER = ['CREATE', 'READ', 'UPDATE', 'EXECUTE', 'DELETE'];

function inOrder(access: readonly string[]): readonly string[] {
  return access.toSorted((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
}

function byPlace(a: GrantDescription, b: GrantDescription): number {
  const place = ({ to, on }: GrantDescription) => `${on.type}:${on.id} ${to.type}:${to.id}`;
  return place(a) < place(b) ? -1 : 1;
}
