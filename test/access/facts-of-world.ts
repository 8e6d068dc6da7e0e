import { type AccessFacts, factsOf } from '../../src/access/facts/facts.ts';
import type { Link } from '../../src/access/facts/link.ts';
import { SYSTEM_ROLES, type World } from './world.ts';

/** Tells the engine all of a world. */
export function factsOfWorld(world: World): AccessFacts {
  return factsOf({
    users: [
      ...world.users.map(({ id, roles, groups }) => ({ id, roleIds: roles, groupIds: groups })),
      ...world.applications.map(({ id, roles }) => ({ id: `app:${id}`, roleIds: roles, groupIds: [] })),
    ],
    groups: world.groups.map(({ id, roles, defaultAccess }) => ({
      id,
      roleIds: roles,
      defaultAccess: Object.entries(defaultAccess).map(([targetType, access]) => ({ targetType, access })),
    })),
    roles: [
      ...world.roles.map((role) => ({ ...role, kind: 'CUSTOM' })),
      ...Object.entries(SYSTEM_ROLES).map(([id, permissions]) => ({ id, permissions, kind: 'SYSTEM' })),
    ],
    grants: world.grants,
    tags: world.applications.flatMap(({ id, tags }) =>
      tags.map((tag) => ({ target: { type: 'APPLICATION', id }, tag, key: tag.slice(0, tag.indexOf(':')) })),
    ),
    ownerships: world.applications.map(({ id, creator }) => ({
      target: { type: 'APPLICATION', id },
      userId: creator,
    })),
  });
}

/** Takes one link out of a world. ADMIN's being ADMIN cannot be taken from the role: null. */
export function withoutLink(world: World, link: Link): World | null {
  switch (link.kind) {
    case 'MEMBERSHIP':
      return {
        ...world,
        users: world.users.map((user) =>
          user.id === link.userId ? { ...user, groups: without(user.groups, link.groupId) } : user,
        ),
      };
    case 'ROLE': {
      const take = <H extends { readonly id: string; readonly roles: readonly string[] }>(
        holders: readonly H[],
        type: string,
        toId: (id: string) => string = (id) => id,
      ) =>
        holders.map((holder) =>
          link.holder.type === type && link.holder.id === toId(holder.id)
            ? { ...holder, roles: without(holder.roles, link.roleId) }
            : holder,
        );
      return {
        ...world,
        users: take(world.users, 'USER'),
        applications: take(world.applications, 'USER', (id) => `app:${id}`),
        groups: take(world.groups, 'GROUP'),
      };
    }
    case 'GRANT': {
      const { subject, target } = link.grant;
      const isIt = (a: { type: string; id: string }, b: { type: string; id: string }) =>
        a.type === b.type && a.id === b.id;
      return {
        ...world,
        grants: world.grants.filter((grant) => !(isIt(grant.subject, subject) && isIt(grant.target, target))),
      };
    }
    case 'TAG':
      return {
        ...world,
        applications: world.applications.map((application) =>
          application.id === link.target.id
            ? { ...application, tags: without(application.tags, link.tag) }
            : application,
        ),
      };
    case 'PERMISSION':
      return link.roleId in SYSTEM_ROLES
        ? null
        : {
            ...world,
            roles: world.roles.map((role) =>
              role.id === link.roleId
                ? { ...role, permissions: without(role.permissions, link.permission) }
                : role,
            ),
          };
    case 'OWNERSHIP':
      return {
        ...world,
        applications: world.applications.map((application) =>
          application.id === link.target.id ? { ...application, creator: 'somebody else' } : application,
        ),
      };
    case 'ADMINISTRATION':
      return null;
    case 'DEFAULT_ACCESS':
      return {
        ...world,
        groups: world.groups.map((group) =>
          group.id === link.groupId
            ? { ...group, defaultAccess: { ...group.defaultAccess, [link.targetType]: [] } }
            : group,
        ),
      };
  }
}

function without(values: readonly string[], value: string): string[] {
  return values.filter((one) => one !== value);
}
