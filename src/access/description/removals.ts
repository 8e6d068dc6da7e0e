import type { DefaultAccess } from '../facts/keys.ts';
import { impliedPermissions } from '../facts/permission-names.ts';
import type { AccessState } from '../planning/access-state.ts';
import type { PlannedChange } from '../planning/change.ts';
import { without } from '../planning/members.ts';

/** Lists the changes that take something away: deletions and removals, and records that are written with less than they had. */
export function removalsAmong(
  changes: readonly PlannedChange[],
  actual: AccessState,
): readonly PlannedChange[] {
  return changes.filter((change) => takesAway(change, actual));
}

function takesAway(change: PlannedChange, { users, groups, roles }: AccessState): boolean {
  switch (change.kind) {
    case 'UPSERT_USER': {
      const before = users.get(change.id);
      const kinds = (contact: NonNullable<typeof change.contact>) => contact.map(([kind]) => kind);
      return (
        loses(before?.roleIds, change.roleIds) ||
        loses(before?.groupIds, change.groupIds) ||
        loses(before && kinds(before.contact), change.contact && kinds(change.contact))
      );
    }
    case 'UPSERT_GROUP': {
      const before = groups.get(change.id);
      return (
        loses(before?.roleIds, change.roleIds) ||
        loses(
          before && accessTo(before.defaultAccess),
          change.defaultAccess && accessTo(change.defaultAccess),
        )
      );
    }
    case 'UPSERT_ROLE': {
      const before = roles.get(change.id);
      return loses(before?.permissions, change.permissions && impliedPermissions(change.permissions));
    }
    default:
      return /^(REMOVE|DELETE)_/.test(change.kind);
  }
}

function loses(before: readonly string[] | undefined, after: readonly string[] | null): boolean {
  return after !== null && without(before ?? [], after).length > 0;
}

function accessTo(all: readonly DefaultAccess[]): readonly string[] {
  return all.flatMap(({ targetType, access }) => access.map((one) => `${targetType} ${one}`));
}
