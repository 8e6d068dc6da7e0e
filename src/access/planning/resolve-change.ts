import { applicationIdOfUser, applicationUserId, type SubjectKey, type TargetKey } from '../facts/keys.ts';
import type { AccessState } from './access-state.ts';
import { newApplicationName, type PlannedChange } from './change.ts';
import { ChangeError, severalNamed } from './change-error.ts';

/**
 * Puts the ids of applications into a change that names them by `new:<name>`.
 *
 * @throws {ChangeError} there is no application of that name, or more than one.
 */
export function resolveChange(state: AccessState, change: PlannedChange): PlannedChange {
  return withApplicationIds(change, (id) => {
    const name = newApplicationName(id);
    if (name === null) return id;
    const [found, ...others] = state.applications.named(name);
    if (!found) throw new ChangeError('NOT_FOUND', `There is no application called ${name}`);
    if (others.length > 0) throw severalNamed(name, others.length + 1);
    return found.id;
  });
}

/** Puts other ids in the place of those of applications, wherever a change names one. */
export function withApplicationIds(change: PlannedChange, idOf: (id: string) => string): PlannedChange {
  switch (change.kind) {
    case 'GRANT_PERMISSIONS':
    case 'REMOVE_PERMISSIONS': {
      const { subject, target } = change;
      return { ...change, subject: subjectWith(subject, idOf), target: targetWith(target, idOf) };
    }
    case 'ADD_USER_TO_GROUP':
    case 'REMOVE_USER_FROM_GROUP':
      return { ...change, userId: userIdWith(change.userId, idOf) };
    case 'ADD_ROLE':
    case 'REMOVE_ROLE': {
      const { holder } = change;
      return holder.type === 'APPLICATION'
        ? { ...change, holder: { ...holder, id: idOf(holder.id) } }
        : change;
    }
    case 'SET_TAG':
    case 'REMOVE_TAG':
      return { ...change, applicationId: idOf(change.applicationId) };
    case 'RENAME_APPLICATION':
    case 'DELETE_APPLICATION':
      return { ...change, id: idOf(change.id) };
    default:
      return change;
  }
}

function userIdWith(id: string, idOf: (id: string) => string): string {
  const applicationId = applicationIdOfUser(id);
  return applicationId === null ? id : applicationUserId(idOf(applicationId));
}

function subjectWith(subject: SubjectKey, idOf: (id: string) => string): SubjectKey {
  return subject.type === 'USER' ? { ...subject, id: userIdWith(subject.id, idOf) } : subject;
}

function targetWith(target: TargetKey, idOf: (id: string) => string): TargetKey {
  switch (target.type) {
    case 'APPLICATION':
      return { ...target, id: idOf(target.id) };
    case 'USER':
      return { ...target, id: userIdWith(target.id, idOf) };
    default:
      return target;
  }
}
