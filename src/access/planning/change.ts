import type { DefaultAccess, RoleHolder, SubjectKey, TargetKey } from '../facts/keys.ts';

/** Access that a subject is, or is no longer, to have itself. */
export interface GrantChange {
  readonly kind: 'GRANT_PERMISSIONS' | 'REMOVE_PERMISSIONS';
  readonly subject: SubjectKey;
  readonly target: TargetKey;
  readonly access: readonly string[];
}

export interface MembershipChange {
  readonly kind: 'ADD_USER_TO_GROUP' | 'REMOVE_USER_FROM_GROUP';
  readonly groupId: string;
  readonly userId: string;
}

export interface RoleAssignmentChange {
  readonly kind: 'ADD_ROLE' | 'REMOVE_ROLE';
  readonly holder: RoleHolder;
  readonly roleId: string;
}

export interface TagChange {
  readonly kind: 'SET_TAG' | 'REMOVE_TAG';
  readonly applicationId: string;
  readonly key: string;
  readonly value: string;
}

/** What is to be written about a user; what is null stays as it is. */
export interface UserUpsert {
  readonly kind: 'UPSERT_USER';
  readonly id: string;
  readonly name: string | null;
  readonly roleIds: readonly string[] | null;
  readonly groupIds: readonly string[] | null;
  /** Pairs of kind and address. */
  readonly contact: readonly (readonly [kind: string, value: string])[] | null;
}

/** What is to be written about a group; what is null stays as it is. */
export interface GroupUpsert {
  readonly kind: 'UPSERT_GROUP';
  readonly id: string;
  readonly description: string | null;
  readonly roleIds: readonly string[] | null;
  /** What the group gets on definitions that its members create, by kind of definition. */
  readonly defaultAccess: readonly DefaultAccess[] | null;
}

/** What is to be written about a custom role; what is null stays as it is. */
export interface RoleUpsert {
  readonly kind: 'UPSERT_ROLE';
  readonly id: string;
  readonly description: string | null;
  /** Names such as `READ_WORKFLOW_DEF`. */
  readonly permissions: readonly string[] | null;
}

export interface Deletion {
  readonly kind: 'DELETE_USER' | 'DELETE_GROUP' | 'DELETE_ROLE' | 'DELETE_APPLICATION';
  readonly id: string;
}

/** An application that is to exist. Its id is chosen by the server: see {@link newApplicationId}. */
export interface ApplicationCreation {
  readonly kind: 'CREATE_APPLICATION';
  readonly name: string;
}

export interface ApplicationRenaming {
  readonly kind: 'RENAME_APPLICATION';
  readonly id: string;
  readonly name: string;
}

/**
 * One change that somebody intends. Each says what is to hold afterwards, so that carrying one out twice is the same as
 * once. User ids are in lower case; every list holds each of its members once.
 */
export type PlannedChange =
  | GrantChange
  | MembershipChange
  | RoleAssignmentChange
  | TagChange
  | UserUpsert
  | GroupUpsert
  | RoleUpsert
  | Deletion
  | ApplicationCreation
  | ApplicationRenaming;

const NEW = 'new:';

/** Names an application that a list of changes creates to the other changes of the list. */
export function newApplicationId(name: string): string {
  return NEW + name;
}

/** Gives the name of an application that goes by {@link newApplicationId}; null for every other id. */
export function newApplicationName(id: string): string | null {
  return id.startsWith(NEW) ? id.slice(NEW.length) : null;
}
