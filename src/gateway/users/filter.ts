import type { UserFilter } from '../generated/graphql.ts';
import { hasText } from '../text-filter.ts';
import type { UserRecord } from './rest.ts';

/** Makes the test that a filter's users pass: all of its conditions must hold. No filter passes all. */
export function matches(filter: UserFilter | null | undefined): (user: UserRecord) => boolean {
  const { text, roleId, groupId } = filter ?? {};
  return (user) =>
    hasText(text, user.id, user.name) &&
    (!roleId || user.roleIds.includes(roleId)) &&
    (!groupId || user.groupIds.includes(groupId));
}
