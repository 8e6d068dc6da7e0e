import { applicationIdOfUser, applicationUserId } from '../../../access/facts/keys.ts';
import type { GrantChange, PlannedChange } from '../../../access/planning/change.ts';

/** What must be known before changes are made: ids, each once. */
export interface Needs {
  /** Users, among them those that applications act as. */
  readonly users: Set<string>;
  readonly groups: Set<string>;
  readonly roles: Set<string>;
  /** Applications whose name or tags matter, or that go by `new:<name>`. */
  readonly applications: Set<string>;
  /** Whether an application is looked for by name. */
  applicationList: boolean;
  readonly grants: Pick<GrantChange, 'subject' | 'target'>[];
  readonly deletedUsers: Set<string>;
  readonly deletedGroups: Set<string>;
  readonly deletedRoles: Set<string>;
  readonly deletedApplications: Set<string>;
}

/** Finds out what changes depend on: whether they hold already, what they replace, and what would undo them. */
export function needsOf(changes: readonly PlannedChange[]): Needs {
  const needs: Needs = {
    users: new Set(),
    groups: new Set(),
    roles: new Set(),
    applications: new Set(),
    applicationList: false,
    grants: [],
    deletedUsers: new Set(),
    deletedGroups: new Set(),
    deletedRoles: new Set(),
    deletedApplications: new Set(),
  };
  for (const change of changes) note(change, needs);
  return needs;
}

function note(change: PlannedChange, needs: Needs): void {
  switch (change.kind) {
    case 'GRANT_PERMISSIONS':
    case 'REMOVE_PERMISSIONS':
      if (change.subject.type === 'USER') noteNamed(applicationIdOfUser(change.subject.id), needs);
      if (change.target.type === 'APPLICATION') noteNamed(change.target.id, needs);
      needs.grants.push(change);
      return;
    case 'ADD_USER_TO_GROUP':
    case 'REMOVE_USER_FROM_GROUP':
      noteNamed(applicationIdOfUser(change.userId), needs);
      needs.users.add(change.userId);
      return;
    case 'ADD_ROLE':
    case 'REMOVE_ROLE': {
      const { type, id } = change.holder;
      if (type === 'GROUP') needs.groups.add(id);
      else needs.users.add(type === 'USER' ? id : applicationUserId(id));
      if (type === 'APPLICATION') noteNamed(id, needs);
      return;
    }
    case 'SET_TAG':
    case 'REMOVE_TAG':
      needs.applications.add(change.applicationId);
      return;
    case 'UPSERT_USER':
      needs.users.add(change.id);
      return;
    case 'UPSERT_GROUP':
      needs.groups.add(change.id);
      return;
    case 'UPSERT_ROLE':
      needs.roles.add(change.id);
      return;
    case 'CREATE_APPLICATION':
      needs.applicationList = true;
      return;
    case 'RENAME_APPLICATION':
      needs.applications.add(change.id);
      return;
    case 'DELETE_USER':
      needs.users.add(change.id);
      needs.deletedUsers.add(change.id);
      return;
    case 'DELETE_GROUP':
      needs.groups.add(change.id);
      needs.deletedGroups.add(change.id);
      return;
    case 'DELETE_ROLE':
      needs.roles.add(change.id);
      needs.deletedRoles.add(change.id);
      return;
    case 'DELETE_APPLICATION':
      needs.applications.add(change.id);
      needs.users.add(applicationUserId(change.id));
      needs.deletedApplications.add(change.id);
      return;
  }
}

/** An application that is only referred to need not be read, unless its id must be found by its name. */
function noteNamed(applicationId: string | null, needs: Needs): void {
  if (applicationId?.startsWith('new:')) needs.applicationList = true;
}
