import type { TargetKey } from '../facts/keys.ts';

/**
 * What users, groups, roles, applications and grants are to be, as far as somebody describes it. A section or a member
 * that is absent is nobody's business: it is neither written nor pruned.
 */
export interface AccessDescription {
  readonly roles?: Described<RoleDescription> | undefined;
  readonly groups?: Described<GroupDescription> | undefined;
  readonly users?: Described<UserDescription> | undefined;
  /** By name, or by id where several have the name. */
  readonly applications?: Described<ApplicationDescription> | undefined;
  readonly grants?: readonly GrantDescription[] | undefined;
}

/** Descriptions by id, in the order in which they were written. Ids are any text, so no object will do for them. */
export type Described<D> = ReadonlyMap<string, D>;

/** A custom role. */
export interface RoleDescription {
  readonly description?: string | undefined;
  readonly permissions?: readonly string[] | undefined;
}

export interface GroupDescription {
  readonly description?: string | undefined;
  readonly roles?: readonly string[] | undefined;
  /** Access by kind of definition. */
  readonly defaultAccess?: Described<readonly string[]> | undefined;
}

export interface UserDescription {
  readonly name?: string | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly groups?: readonly string[] | undefined;
  /** Addresses by kind. */
  readonly contact?: Described<string> | undefined;
}

export interface ApplicationDescription {
  /** A name other than the key, which then is the application's id. */
  readonly name?: string | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly groups?: readonly string[] | undefined;
  /** Values by key; more than one only where an application bears several tags of one key. */
  readonly tags?: Described<readonly string[]> | undefined;
}

export interface GrantDescription {
  /** An application goes by its name, or by its id where several have the name. */
  readonly to: DescribedSubject;
  /** An application goes by its name here too, unless its id is said to be meant. */
  readonly on: TargetKey & { readonly isExact?: true };
  readonly access: readonly string[];
}

export interface DescribedSubject {
  readonly type: 'USER' | 'GROUP' | 'ROLE' | 'APPLICATION';
  readonly id: string;
}

/** Something in a description that cannot be, and where. */
export interface DescriptionFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Tells whether a description says which permissions a role is to have. */
export function givesPermissions({ roles }: AccessDescription): boolean {
  return [...(roles?.values() ?? [])].some(({ permissions }) => permissions !== undefined);
}
