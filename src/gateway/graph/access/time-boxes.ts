import type { Path, RoleLink } from '../../../access/facts/link.ts';
import { isTimeBoxed } from '../access-requests/role-holders.ts';
import type { GrantWindowRecord } from '../access-requests/wire.ts';
import type { GraphContext } from '../context.ts';

/**
 * Finds the time for which a user holds a role; null where it is held for good, or by a group. The engine tells what one
 * user holds in one call, and what many hold in pages.
 */
export async function windowOf(
  { holder, roleId }: RoleLink,
  { loaders }: GraphContext,
): Promise<GrantWindowRecord | null> {
  if (holder.type !== 'USER') return null;
  const user = await loaders.users.load(holder.id);
  const held = user?.uuid ? await loaders.roleHolders.load(user.uuid) : null;
  return held?.roles.filter(isTimeBoxed).find(({ role }) => role.name === roleId)?.window ?? null;
}

/** Finds when a path ends by itself; null if it does not, or nobody knows. */
export async function endOf(path: Path, context: GraphContext): Promise<Date | null> {
  const roles = path.filter((link) => link.kind === 'ROLE');
  const windows = await Promise.all(roles.map((link) => windowOf(link, context)));
  const ends = windows.flatMap((window) => window?.end ?? []);
  return ends.sort((a, b) => a.getTime() - b.getTime())[0] ?? null;
}
