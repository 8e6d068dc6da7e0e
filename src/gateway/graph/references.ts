import { storedTarget, storedUserId } from '../../access/facts/keys.ts';
import type { Keyed } from '../upstream/reading/read.ts';
import type { AccessRequestRecord } from './access-requests/wire.ts';
import type { ApplicationRecord } from './applications/rest.ts';
import type { GatewayAuthConfigRecord } from './gateway-auth/rest.ts';
import type { GroupRecord } from './groups/rest.ts';
import { badUserInput } from './kit/errors.ts';
import type { RoleWorkflowRecord } from './role-workflows/rest.ts';
import type { RoleRecord } from './roles/rest.ts';
import type { UserRecord } from './users/rest.ts';

/**
 * A link in the graph. It costs nothing: the record is read when a field other than `id` is asked for, unless it
 * came along with the answer that the link was found in.
 */
export interface Reference<T extends string, R extends Keyed> {
  readonly __typename: T;
  readonly id: string;
  readonly record: R | null;
}

export type UserRef = Reference<'User', UserRecord>;
export type GroupRef = Reference<'Group', GroupRecord>;
export type RoleRef = Reference<'Role', RoleRecord>;
export type ApplicationRef = Reference<'Application', ApplicationRecord>;
export type GatewayAuthConfigRef = Reference<'GatewayAuthConfig', GatewayAuthConfigRecord>;
export type RoleWorkflowRef = Reference<'RoleWorkflow', RoleWorkflowRecord>;
export type AccessRequestRef = Reference<'AccessRequest', AccessRequestRecord>;

/** Links to a user. Upstreams keep user ids in lower case and find them in any (contract section 8). */
export function userRef(id: string, record: UserRecord | null = null): UserRef {
  return { __typename: 'User', id: storedUserId(id), record };
}

/** Links to a user that was read. */
export function userOf(record: UserRecord): UserRef {
  return userRef(record.id, record);
}

/** Links to a group. */
export function groupRef(id: string, record: GroupRecord | null = null): GroupRef {
  return { __typename: 'Group', id, record };
}

/** Links to a group that was read. */
export function groupOf(record: GroupRecord): GroupRef {
  return groupRef(record.id, record);
}

/** Links to a role, by its name. */
export function roleRef(id: string, record: RoleRecord | null = null): RoleRef {
  return { __typename: 'Role', id, record };
}

/** Links to an application. */
export function applicationRef(id: string, record: ApplicationRecord | null = null): ApplicationRef {
  return { __typename: 'Application', id, record };
}

/** Links to an authentication configuration of the API gateway. */
export function gatewayAuthConfigRef(
  id: string,
  record: GatewayAuthConfigRecord | null = null,
): GatewayAuthConfigRef {
  return { __typename: 'GatewayAuthConfig', id, record };
}

/** Links to a role workflow. */
export function roleWorkflowRef(id: string, record: RoleWorkflowRecord | null = null): RoleWorkflowRef {
  return { __typename: 'RoleWorkflow', id, record };
}

/** Links to an access request. */
export function accessRequestRef(id: string, record: AccessRequestRecord | null = null): AccessRequestRef {
  return { __typename: 'AccessRequest', id, record };
}

export type SubjectRef = UserRef | GroupRef | RoleRef;

/** Something that access can be granted on. Most kinds live elsewhere than in this graph. */
export interface TargetRef {
  readonly __typename: 'Target';
  /** The kind as the upstream spells it. */
  readonly rawType: string;
  /** Unique within the kind. */
  readonly id: string;
}

/** Links to a target of grants. */
export function targetRef(rawType: string, id: string): TargetRef {
  return { __typename: 'Target', rawType, id: storedTarget({ type: rawType, id }).id };
}

/** Writes the key of a target, which is unique in the graph, such as `WORKFLOW_DEF:orders`. No kind has a colon in it. */
export function targetKey({ rawType, id }: Pick<TargetRef, 'rawType' | 'id'>): string {
  return `${rawType}:${id}`;
}

/**
 * Links to the target of a key.
 * @throws {GraphQLError} `BAD_USER_INPUT` for what is no key of a target.
 */
export function targetOfKey(key: string): TargetRef {
  const colon = key.indexOf(':');
  if (colon < 1) throw badUserInput('Expected the id of a Target, such as WORKFLOW_DEF:orders.');
  return targetRef(key.slice(0, colon), key.slice(colon + 1));
}
