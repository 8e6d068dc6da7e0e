import type { UserFilter } from '../generated/graphql.ts';
import { textFilter } from '../kit/text-filter.ts';
import type { UserRecord } from './rest.ts';

/** Gives the users of whom all conditions of a filter hold; the very list where there is no filter. */
export function filterUsers(
  users: readonly UserRecord[],
  filter: UserFilter | null | undefined,
): readonly UserRecord[] {
  if (!filter) return users;
  const { text, roleId, groupId } = filter;
  const hasText = textFilter<UserRecord>(text, ({ id, name }) => [id, name]);
  return users.filter(
    (user) =>
      hasText(user) &&
      (!roleId || user.roleIds.includes(roleId)) &&
      (!groupId || user.groupIds.includes(groupId)),
  );
}
