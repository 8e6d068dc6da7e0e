/** Who can be granted access (contract section 11). The user of an application goes by `app:<application id>`. */
export interface SubjectKey {
  readonly type: 'USER' | 'GROUP' | 'ROLE';
  readonly id: string;
}

/** What access can be granted on. */
export interface TargetKey {
  /** One of the 26 of contract section 11, or one of a later version. */
  readonly type: string;
  readonly id: string;
}

/** Who can hold roles. An application holds them through its user. */
export interface RoleHolder {
  readonly type: 'USER' | 'GROUP' | 'APPLICATION';
  readonly id: string;
}

/** Access that a group gets on definitions of one kind that its members create. */
export interface DefaultAccess {
  readonly targetType: string;
  readonly access: readonly string[];
}

const APPLICATION_USER = 'app:';

/** Gives the id of the user that an application acts as (contract section 8). */
export function applicationUserId(applicationId: string): string {
  return APPLICATION_USER + applicationId;
}

/** Gives the id of the application that acts as a user; null for people. */
export function applicationIdOfUser(userId: string): string | null {
  return userId.startsWith(APPLICATION_USER) ? userId.slice(APPLICATION_USER.length) : null;
}

/**
 * Writes a user id as it is stored, in lower case (contract section 8). That of an application's user holds the id of the
 * application, which keeps its case: in another nobody would find the application by it.
 */
export function storedUserId(id: string): string {
  const start = id.slice(0, APPLICATION_USER.length).toLowerCase();
  return start === APPLICATION_USER ? start + id.slice(APPLICATION_USER.length) : id.toLowerCase();
}

/** Writes a target as it is stored: where it is a user, by the stored id. Else one right would have two names. */
export function storedTarget({ type, id }: TargetKey): TargetKey {
  return { type, id: type === 'USER' ? storedUserId(id) : id };
}
