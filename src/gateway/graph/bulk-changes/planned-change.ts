import { applicationIdOfUser, applicationUserId, type RoleHolder } from '../../../access/facts/keys.ts';
import { newApplicationName, type PlannedChange } from '../../../access/planning/change.ts';
import { changeInput } from '../../../access/planning/change-input.ts';
import { summaryOf } from '../../../access/planning/change-summary.ts';
import type { Resolvers } from '../generated/graphql.ts';
import { subjectRef } from '../grants/subject.ts';
import { enumValues } from '../kit/enum-value.ts';
import {
  type ApplicationRef,
  applicationRef,
  groupRef,
  roleRef,
  type SubjectRef,
  targetRef,
  userRef,
} from '../references.ts';

/** Worked-out changes as they are read: words, the way back to an input, and links into the graph. */
export const plannedChangeResolvers: Resolvers = {
  PlannedAccessChange: {
    summary: (change) => summaryOf(change),
    input: (change) => JSON.stringify(changeInput(change)),
    subject: subjectOfChange,
    target: (change) => ('target' in change ? targetRef(change.target.type, change.target.id) : null),
    access: (change, _args, _context, info) => ('access' in change ? enumValues(change.access, info) : null),
    group(change) {
      if ('groupId' in change) return groupRef(change.groupId);
      return change.kind === 'UPSERT_GROUP' || change.kind === 'DELETE_GROUP' ? groupRef(change.id) : null;
    },
    role(change) {
      if ('roleId' in change) return roleRef(change.roleId);
      return change.kind === 'UPSERT_ROLE' || change.kind === 'DELETE_ROLE' ? roleRef(change.id) : null;
    },
    application: applicationOfChange,
    tag: (change) => ('value' in change ? { key: change.key, value: change.value } : null),
  },
};

function subjectOfChange(change: PlannedChange): SubjectRef | null {
  switch (change.kind) {
    case 'GRANT_PERMISSIONS':
    case 'REMOVE_PERMISSIONS':
      return subjectRef(change.subject);
    case 'ADD_USER_TO_GROUP':
    case 'REMOVE_USER_FROM_GROUP':
      return userRef(change.userId);
    case 'ADD_ROLE':
    case 'REMOVE_ROLE':
      return holderRef(change.holder);
    case 'UPSERT_USER':
    case 'DELETE_USER':
      return userRef(change.id);
    case 'UPSERT_GROUP':
    case 'DELETE_GROUP':
      return groupRef(change.id);
    case 'UPSERT_ROLE':
    case 'DELETE_ROLE':
      return roleRef(change.id);
    case 'SET_TAG':
    case 'REMOVE_TAG':
      return userRef(applicationUserId(change.applicationId));
    case 'CREATE_APPLICATION':
      return null;
    case 'RENAME_APPLICATION':
    case 'DELETE_APPLICATION':
      return userRef(applicationUserId(change.id));
  }
}

function holderRef({ type, id }: RoleHolder): SubjectRef {
  return type === 'APPLICATION' ? userRef(applicationUserId(id)) : subjectRef({ type, id });
}

function applicationOfChange(change: PlannedChange): ApplicationRef | null {
  const id = applicationIdOf(change);
  return id === null || newApplicationName(id) !== null ? null : applicationRef(id);
}

function applicationIdOf(change: PlannedChange): string | null {
  switch (change.kind) {
    case 'SET_TAG':
    case 'REMOVE_TAG':
      return change.applicationId;
    case 'ADD_ROLE':
    case 'REMOVE_ROLE':
      return change.holder.type === 'APPLICATION' ? change.holder.id : null;
    case 'GRANT_PERMISSIONS':
    case 'REMOVE_PERMISSIONS':
      return change.subject.type === 'USER' ? applicationIdOfUser(change.subject.id) : null;
    case 'RENAME_APPLICATION':
    case 'DELETE_APPLICATION':
      return change.id;
    default:
      return null;
  }
}
