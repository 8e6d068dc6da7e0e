import type { AccessFacts } from '../facts/facts.ts';
import { applicationUserId, type SubjectKey, type TargetKey } from '../facts/keys.ts';
import { subjectOfHolder } from '../facts/role-holder.ts';
import type { PlannedChange } from './change.ts';

/** What changes can touch, so that no more has to be known than that. */
export interface Touched {
  /** Users of whom anything may change. */
  readonly users: readonly string[];
  /** Subjects whose access comes or goes with a link to them. */
  readonly givers: readonly SubjectKey[];
  /** Groups and roles whose access comes or goes for everybody who has it through them. */
  readonly spreading: readonly SubjectKey[];
  /** Targets that anybody's access may change of. */
  readonly targets: readonly TargetKey[];
}

const NOTHING: Touched = { users: [], givers: [], spreading: [], targets: [] };

/**
 * Tells what changes can touch: a change about one user, all that this user has; one about a group or role, the targets
 * that it gives access to, for everybody; a grant or a tag, its target; a deletion, grants on what is deleted as well.
 *
 * @param facts users, groups and roles as they are.
 */
export function impactOf(facts: AccessFacts, changes: readonly PlannedChange[]): Touched {
  const all = changes.map((change) => ({ ...NOTHING, ...touchedByOne(facts, change) }));
  return {
    users: all.flatMap(({ users }) => users),
    givers: all.flatMap(({ givers }) => givers),
    spreading: all.flatMap(({ spreading }) => spreading),
    targets: all.flatMap(({ targets }) => targets),
  };
}

function touchedByOne(facts: AccessFacts, change: PlannedChange): Partial<Touched> {
  switch (change.kind) {
    case 'GRANT_PERMISSIONS':
    case 'REMOVE_PERMISSIONS':
      return { targets: [change.target] };
    case 'ADD_USER_TO_GROUP':
    case 'REMOVE_USER_FROM_GROUP':
      return { users: [change.userId], givers: [group(change.groupId)] };
    case 'ADD_ROLE':
    case 'REMOVE_ROLE': {
      const holder = subjectOfHolder(change.holder);
      if (holder.type === 'GROUP') return { spreading: [role(change.roleId)] };
      return { users: [holder.id], givers: [role(change.roleId)] };
    }
    case 'SET_TAG':
    case 'REMOVE_TAG': {
      const tag: TargetKey = { type: 'TAG', id: `${change.key}:${change.value}` };
      return { targets: [tag, { type: 'APPLICATION', id: change.applicationId }] };
    }
    case 'UPSERT_USER': {
      const givers = [...(change.groupIds ?? []).map(group), ...(change.roleIds ?? []).map(role)];
      return { users: [change.id], givers };
    }
    case 'UPSERT_GROUP': {
      const held = facts.groups.get(change.id)?.roleIds ?? [];
      return change.roleIds ? { spreading: [...held, ...change.roleIds].map(role) } : {};
    }
    case 'DELETE_USER':
      return { users: [change.id], targets: [{ type: 'USER', id: change.id }] };
    case 'DELETE_GROUP': {
      const held = facts.groups.get(change.id)?.roleIds ?? [];
      return { spreading: [group(change.id), ...held.map(role)], targets: [group(change.id)] };
    }
    case 'DELETE_ROLE':
      return { spreading: [role(change.id)], targets: [role(change.id)] };
    case 'DELETE_APPLICATION':
      return {
        users: [applicationUserId(change.id)],
        targets: [
          { type: 'APPLICATION', id: change.id },
          { type: 'USER', id: applicationUserId(change.id) },
        ],
      };
    // What a role permits is known with the role itself.
    case 'UPSERT_ROLE':
    case 'CREATE_APPLICATION':
    case 'RENAME_APPLICATION':
      return {};
  }
}

function group(id: string): SubjectKey {
  return { type: 'GROUP', id };
}

function role(id: string): SubjectKey {
  return { type: 'ROLE', id };
}
