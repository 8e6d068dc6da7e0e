import { applicationIdOfUser } from '../facts/keys.ts';
import type { AccessState, GrantState } from '../planning/access-state.ts';
import type {
  AccessDescription,
  ApplicationDescription,
  Described,
  DescribedSubject,
  GrantDescription,
} from './description.ts';

/**
 * Describes all that holds, everything sorted, so that two descriptions of the same are the same. What nobody told, such as
 * the description of a group, is left out.
 */
export function describe(state: AccessState): AccessDescription {
  return {
    roles: section(state.roles, (role) => {
      if (role.isSystem) return null;
      return { ...told('description', role.description), permissions: sorted(role.permissions) };
    }),
    groups: section(state.groups, (group) => ({
      ...told('description', group.description),
      roles: sorted(group.roleIds),
      defaultAccess: record(
        group.defaultAccess.map(({ targetType, access }) => [targetType, inOrder(access)]),
      ),
    })),
    users: section(state.users, (user) => ({
      ...told('name', user.name),
      roles: sorted(user.roleIds),
      groups: sorted(user.groupIds),
      contact: record(user.contact),
    })),
    applications: record(
      [...state.applications.values()].map(({ id, name, roleIds, groupIds, tags }) => {
        const key = applicationKey(state, id);
        const values = Map.groupBy(tags, (tag) => tag.key);
        const described: ApplicationDescription = {
          ...(name !== null && name !== key && { name }),
          roles: sorted(roleIds),
          groups: sorted(groupIds),
          tags: record([...values].map(([tag, all]) => [tag, sorted(all.map(({ value }) => value))])),
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
  return { to, on: describeTarget(state, target), access: inOrder(access) };
}

/** An application that is not there may have an id that another one has as its name. */
function describeTarget(state: AccessState, { type, id }: GrantState['target']): GrantDescription['on'] {
  if (type !== 'APPLICATION') return { type, id };
  if (state.applications.has(id)) return { type, id: applicationKey(state, id) };
  return state.applications.named(id).length > 0 ? { type, id, isExact: true } : { type, id };
}

/** The name of an application, or its id where the name would not do. */
function applicationKey(state: AccessState, id: string): string {
  const name = state.applications.get(id)?.name;
  const isUnique = name && state.applications.named(name).length === 1 && !state.applications.has(name);
  return isUnique ? name : id;
}

function told<K extends string>(member: K, text: string | null) {
  return text === null ? {} : ({ [member]: text } as Readonly<Record<K, string>>);
}

function section<S extends { readonly id: string }, D>(
  table: ReadonlyMap<string, S>,
  one: (state: S) => D | null,
): Described<D> {
  return record(
    [...table.values()].flatMap((state) => {
      const described = one(state);
      return described === null ? [] : [[state.id, described] as const];
    }),
  );
}

function record<D>(pairs: readonly (readonly [string, D])[]): Described<D> {
  return new Map(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}

const ORDER = ['CREATE', 'READ', 'UPDATE', 'EXECUTE', 'DELETE'];

/** In the order of the API; words of a later version come first, sorted. */
function inOrder(access: readonly string[]): readonly string[] {
  return sorted(access).toSorted((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
}

function byPlace(a: GrantDescription, b: GrantDescription): number {
  const place = ({ to, on }: GrantDescription) => `${on.type}:${on.id} ${to.type}:${to.id}`;
  return place(a) < place(b) ? -1 : 1;
}
