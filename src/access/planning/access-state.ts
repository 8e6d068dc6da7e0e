import type { DefaultAccess, SubjectKey, TargetKey } from '../facts/keys.ts';
import { ApplicationTable } from './application-table.ts';
import { newApplicationName } from './change.ts';

/** A person, as far as changes are about them. */
export interface UserState {
  readonly id: string;
  readonly name: string | null;
  readonly roleIds: readonly string[];
  readonly groupIds: readonly string[];
  readonly contact: readonly (readonly [kind: string, value: string])[];
}

export interface GroupState {
  readonly id: string;
  readonly description: string | null;
  readonly roleIds: readonly string[];
  readonly defaultAccess: readonly DefaultAccess[];
}

export interface RoleState {
  readonly id: string;
  readonly description: string | null;
  readonly permissions: readonly string[];
  /** Whether it comes with the server, and so can neither be changed nor deleted. */
  readonly isSystem: boolean;
}

/** Direct access of one subject to one target; there is none without access. */
export interface GrantState {
  readonly subject: SubjectKey;
  readonly target: TargetKey;
  readonly access: readonly string[];
}

/**
 * What holds at a moment: all of it, or as much as some changes are about. The tables are changed by `applyChange`; their
 * records never are.
 */
export interface AccessState {
  /** People by id, without the users of applications. */
  readonly users: Map<string, UserState>;
  readonly groups: Map<string, GroupState>;
  readonly roles: Map<string, RoleState>;
  readonly applications: ApplicationTable;
  /** By {@link grantKey}. */
  readonly grants: Map<string, GrantState>;
}

/** Makes a state in which there is nothing. */
export function emptyState(): AccessState {
  return {
    users: new Map(),
    groups: new Map(),
    roles: new Map(),
    applications: new ApplicationTable(),
    grants: new Map(),
  };
}

/** Copies a state, so that changes can be tried; the records are shared, since none is ever changed. */
export function copyOf({ users, groups, roles, applications, grants }: AccessState): AccessState {
  return {
    users: new Map(users),
    groups: new Map(groups),
    roles: new Map(roles),
    applications: new ApplicationTable(applications.values()),
    grants: new Map(grants),
  };
}

/** Names the grant of a subject on a target. */
export function grantKey(subject: SubjectKey, target: TargetKey): string {
  return JSON.stringify([subject.type, subject.id, target.type, target.id]);
}

/** Adds access that a subject was granted itself; what it has already stays, and no access is no grant. */
export function addGrantTo(state: AccessState, { subject, target, access }: GrantState): void {
  const key = grantKey(subject, target);
  const held = new Set([...(state.grants.get(key)?.access ?? []), ...access]);
  if (held.size > 0) state.grants.set(key, { subject, target, access: [...held] });
}

/** Gives the id that an application has in a state, where it goes by `new:<name>` too and there is one. */
export function applicationIdIn(state: AccessState, id: string): string {
  const name = newApplicationName(id);
  return (name !== null && state.applications.named(name)[0]?.id) || id;
}
