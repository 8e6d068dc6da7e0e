import type { Subject } from './access.ts';
import { type RoleRule, resolvePermissions } from './permissions.ts';

/** Whoever acts: a person, or an application through its user `app:<id>`. */
export interface Principal {
  readonly id: string;
  /** Changes when a user is deleted and made again, so ownership and tokens do not pass on to the new one. */
  readonly uuid: string;
  readonly isAdmin: boolean;
  readonly permissions: ReadonlySet<string>;
  /** Everything whose grants count for this principal: itself, its groups, its roles. */
  readonly subjects: readonly Subject[];
}

/** Puts a principal together from the roles it holds, its own and those of its groups: access is their union. */
export function principalOf(
  user: { readonly id: string; readonly uuid: string; readonly groups: readonly string[] },
  roles: readonly RoleRule[],
): Principal {
  return {
    id: user.id,
    uuid: user.uuid,
    isAdmin: roles.some((role) => role.name === 'ADMIN'),
    permissions: new Set(roles.flatMap(resolvePermissions)),
    subjects: [
      { type: 'USER', id: user.id },
      ...user.groups.map((id): Subject => ({ type: 'GROUP', id })),
      ...roles.map((role): Subject => ({ type: 'ROLE', id: role.name })),
    ],
  };
}
