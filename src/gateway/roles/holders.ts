import type { OperationContext } from '../context.ts';
import { groupRef, type SubjectRef, userRef } from '../references.ts';

/** A holder of a role, under a key that tells users from groups of the same name. */
export interface Holder {
  readonly id: string;
  readonly ref: SubjectRef;
}

/**
 * Finds who holds a role directly: groups, users, and the users of applications. REST does not tell, but the two
 * lists do, whatever the number of roles that are asked about.
 */
export async function holdersOf(roleId: string, { loaders }: OperationContext): Promise<Holder[]> {
  const [groups, users] = await Promise.all([loaders.groups.list(), loaders.users.listWithApplications()]);
  return [
    ...groups
      .filter((group) => group.roleIds.includes(roleId))
      .map((group) => ({ id: `Group:${group.id}`, ref: groupRef(group.id, group) })),
    ...users
      .filter((user) => user.roleIds.includes(roleId))
      .map((user) => ({ id: `User:${user.id}`, ref: userRef(user.id, user) })),
  ];
}
