import { type GrantFact, keyOf, type TagFact } from './facts.ts';
import type { SubjectKey, TargetKey } from './keys.ts';

/** A user is a member of a group, and has all that the group has (contract section 3, last line on callers). */
export interface MembershipLink {
  readonly kind: 'MEMBERSHIP';
  readonly userId: string;
  readonly groupId: string;
}

/** A user or group holds a role, and has all that the role gives. */
export interface RoleLink {
  readonly kind: 'ROLE';
  readonly holder: SubjectKey;
  readonly roleId: string;
}

/** A subject was granted access to a target, or to a tag. */
export interface GrantLink {
  readonly kind: 'GRANT';
  readonly grant: GrantFact;
}

/** A target bears the tag that the grant before it is on. */
export interface TagLink extends TagFact {
  readonly kind: 'TAG';
}

/** A role has a permission that gives access to every target of a type. */
export interface PermissionLink {
  readonly kind: 'PERMISSION';
  readonly roleId: string;
  readonly permission: string;
}

/** The role ADMIN may do everything. No fact says so, it is a rule: to take it away, take the role away. */
export interface AdministrationLink {
  readonly kind: 'ADMINISTRATION';
  readonly roleId: string;
}

/** A user created the target. */
export interface OwnershipLink {
  readonly kind: 'OWNERSHIP';
  readonly userId: string;
  readonly target: TargetKey;
}

/** A group gets access to what its members create. */
export interface DefaultAccessLink {
  readonly kind: 'DEFAULT_ACCESS';
  readonly groupId: string;
  readonly targetType: string;
}

/** One link between a subject and a target: something that is so, and that could be otherwise. */
export type Link =
  | MembershipLink
  | RoleLink
  | GrantLink
  | TagLink
  | PermissionLink
  | AdministrationLink
  | OwnershipLink
  | DefaultAccessLink;

/** Links that lead from a subject to access, each going on where the one before it ends. */
export type Path = readonly Link[];

/** Writes a link as one text, the same for equal ones. */
export function linkKey(link: Link): string {
  switch (link.kind) {
    case 'MEMBERSHIP':
      return JSON.stringify([link.kind, link.userId, link.groupId]);
    case 'ROLE':
      return JSON.stringify([link.kind, keyOf(link.holder), link.roleId]);
    case 'GRANT':
      return JSON.stringify([link.kind, keyOf(link.grant.subject), keyOf(link.grant.target)]);
    case 'TAG':
      return JSON.stringify([link.kind, link.tag, keyOf(link.target), link.key]);
    case 'PERMISSION':
      return JSON.stringify([link.kind, link.roleId, link.permission]);
    case 'ADMINISTRATION':
      return JSON.stringify([link.kind, link.roleId]);
    case 'OWNERSHIP':
      return JSON.stringify([link.kind, link.userId, keyOf(link.target)]);
    case 'DEFAULT_ACCESS':
      return JSON.stringify([link.kind, link.groupId, link.targetType]);
  }
}
