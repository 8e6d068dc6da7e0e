import { oncePerList } from '../../upstream/reading/once-per-list.ts';
import type { GraphContext } from '../context.ts';
import type { GroupRecord } from '../groups/rest.ts';
import { visitAll } from '../kit/visit-all.ts';
import { groupRef, type SubjectRef, userRef } from '../references.ts';
import type { UserRecord } from '../users/rest.ts';

/** A holder of a role, under a key that tells users from groups of the same name. */
export interface Holder {
  readonly id: string;
  readonly ref: SubjectRef;
}

/**
 * Finds who holds a role directly: groups, users, and the users of applications. REST does not tell, but the two
 * lists do, whatever the number of roles that are asked about.
 */
export async function holdersOf(roleId: string, { loaders }: GraphContext): Promise<Holder[]> {
  const [groups, users] = await Promise.all([loaders.groups.list(), loaders.users.listWithApplications()]);
  const [groupHolders, userHolders] = await Promise.all([groupsByRole(groups), usersByRole(users)]);
  return [...(groupHolders.get(roleId) ?? []), ...(userHolders.get(roleId) ?? [])];
}

const groupsByRole = oncePerList((groups: readonly GroupRecord[]) =>
  byRole(groups, (group) => ({ id: `Group:${group.id}`, ref: groupRef(group.id, group) })),
);

const usersByRole = oncePerList((users: readonly UserRecord[]) =>
  byRole(users, (user) => ({ id: `User:${user.id}`, ref: userRef(user.id, user) })),
);

async function byRole<R extends { readonly roleIds: readonly string[] }>(
  records: readonly R[],
  toHolder: (record: R) => Holder,
): Promise<ReadonlyMap<string, readonly Holder[]>> {
  const holders = new Map<string, Holder[]>();
  await visitAll(records, (record) => {
    const holder = toHolder(record);
    for (const roleId of new Set(record.roleIds)) {
      const known = holders.get(roleId);
      if (known) known.push(holder);
      else holders.set(roleId, [holder]);
    }
  });
  return holders;
}
