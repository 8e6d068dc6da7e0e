import { applicationIdOfUser } from '../facts/keys.ts';
import { type AccessState, copyOf, grantKey } from '../planning/access-state.ts';
import { applyChange } from '../planning/apply-change.ts';
import { newApplicationId, type PlannedChange } from '../planning/change.ts';
import { ChangeError } from '../planning/change-error.ts';
import { faultOf } from '../planning/writing-rules.ts';
import type { Comparison } from './comparison.ts';
import type { DescriptionFault } from './description.ts';

/** Notes changes that the authorization API would refuse, each where the description asks for it. */
export function checkChanges(
  comparison: Comparison,
  changes: readonly PlannedChange[],
  offered: ReadonlySet<string> | null,
): void {
  const state = copyOf(comparison.actual);
  for (const change of changes) {
    const message = faultOf(change, offered) ?? refusal(state, change);
    if (message !== null) comparison.fault(placeOf(comparison, change), message);
  }
}

function refusal(state: AccessState, change: PlannedChange): string | null {
  try {
    applyChange(state, change);
    return null;
  } catch (error) {
    if (error instanceof ChangeError) return error.message;
    throw error;
  }
}

function placeOf(comparison: Comparison, change: PlannedChange): DescriptionFault['path'] {
  const application = (id: string) => ['applications', comparison.applicationKey(id)];
  switch (change.kind) {
    case 'UPSERT_ROLE':
    case 'DELETE_ROLE':
      return ['roles', change.id];
    case 'UPSERT_GROUP':
    case 'DELETE_GROUP':
      return ['groups', change.id];
    case 'UPSERT_USER':
    case 'DELETE_USER':
      return ['users', change.id];
    case 'CREATE_APPLICATION':
      return application(newApplicationId(change.name));
    case 'RENAME_APPLICATION':
    case 'DELETE_APPLICATION':
      return application(change.id);
    case 'SET_TAG':
    case 'REMOVE_TAG':
      return [...application(change.applicationId), 'tags', change.key];
    case 'ADD_USER_TO_GROUP':
    case 'REMOVE_USER_FROM_GROUP': {
      const id = applicationIdOfUser(change.userId);
      return [...(id === null ? ['users', change.userId] : application(id)), 'groups'];
    }
    case 'ADD_ROLE':
    case 'REMOVE_ROLE': {
      const { type, id } = change.holder;
      if (type === 'APPLICATION') return [...application(id), 'roles'];
      return [type === 'USER' ? 'users' : 'groups', id, 'roles'];
    }
    case 'GRANT_PERMISSIONS':
    case 'REMOVE_PERMISSIONS': {
      const index = comparison.grantPlaces.get(grantKey(change.subject, change.target));
      return index === undefined ? ['grants'] : ['grants', index];
    }
  }
}
