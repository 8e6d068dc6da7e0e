import type { AccessRequestRecord } from '../../graph/access-requests/wire.ts';
import type { AccessKeyRecord } from '../../graph/applications/access-keys.ts';
import type { ApplicationRecord } from '../../graph/applications/rest.ts';
import type { GatewayAuthConfigRecord } from '../../graph/gateway-auth/rest.ts';
import type { GrantRecord } from '../../graph/grants/rest.ts';
import type { GroupRecord } from '../../graph/groups/rest.ts';
import {
  type AccessRequestRef,
  type ApplicationRef,
  accessRequestRef,
  applicationRef,
  type GatewayAuthConfigRef,
  type GroupRef,
  gatewayAuthConfigRef,
  groupRef,
  type RoleRef,
  type RoleWorkflowRef,
  roleRef,
  roleWorkflowRef,
  type UserRef,
  userRef,
} from '../../graph/references.ts';
import type { RoleWorkflowRecord } from '../../graph/role-workflows/rest.ts';
import type { RoleRecord } from '../../graph/roles/rest.ts';
import type { UserRecord } from '../../graph/users/rest.ts';

/** That a user is in a group. */
export interface MembershipRecord {
  readonly userId: string;
  readonly groupId: string;
}

/** What is kept of a thing of each kind. None of these records has a place for a secret. */
export interface RecordByKind {
  readonly USER: UserRecord;
  readonly GROUP: GroupRecord;
  readonly MEMBERSHIP: MembershipRecord;
  readonly ROLE: RoleRecord;
  readonly APPLICATION: ApplicationRecord;
  readonly ACCESS_KEY: AccessKeyRecord;
  readonly GRANT: GrantRecord;
  readonly GATEWAY_AUTH_CONFIG: GatewayAuthConfigRecord;
  readonly ROLE_WORKFLOW: RoleWorkflowRecord;
  readonly ACCESS_REQUEST: AccessRequestRecord;
}

export type ChangeKind = keyof RecordByKind;
export type KeptRecord = RecordByKind[ChangeKind];

/** A kept record as the graph shows it. */
export type ChangedRef =
  | UserRef
  | GroupRef
  | ({ readonly __typename: 'Membership' } & MembershipRecord)
  | RoleRef
  | ApplicationRef
  | ({ readonly __typename: 'AccessKey' } & AccessKeyRecord)
  | ({ readonly __typename: 'Grant' } & GrantRecord)
  | GatewayAuthConfigRef
  | RoleWorkflowRef
  | AccessRequestRef;

const REFER: { readonly [K in ChangeKind]: (record: RecordByKind[K]) => ChangedRef } = {
  USER: (record) => userRef(record.id, record),
  GROUP: (record) => groupRef(record.id, record),
  MEMBERSHIP: (record) => ({ __typename: 'Membership', ...record }),
  ROLE: (record) => roleRef(record.id, record),
  APPLICATION: (record) => applicationRef(record.id, record),
  ACCESS_KEY: (record) => ({ __typename: 'AccessKey', ...record }),
  GRANT: (record) => ({ __typename: 'Grant', ...record }),
  GATEWAY_AUTH_CONFIG: (record) => gatewayAuthConfigRef(record.id, record),
  ROLE_WORKFLOW: (record) => roleWorkflowRef(record.id, record),
  ACCESS_REQUEST: (record) => accessRequestRef(record.id, record),
};

/** Shows a kept record in the graph: its own values are those kept, its links lead to what is there now. */
export function changedRef<K extends ChangeKind>(kind: K, record: RecordByKind[K]): ChangedRef {
  return REFER[kind](record);
}

/** Members whose order says nothing, for upstreams give them in any. */
const SETS = new Set(['roleIds', 'permissions', 'access', 'grantTypes']);

/**
 * Tells whether two records of a kind say the same. Memberships are things of their own, so a user's do not count; tags,
 * and the kind of a role, count only where both records tell them.
 */
export function sayTheSame(kind: ChangeKind, a: KeptRecord, b: KeptRecord): boolean {
  const told = (record: KeptRecord, other: KeptRecord) =>
    JSON.stringify(record, function (this: unknown, key, value: unknown) {
      if (this === record) {
        if (kind === 'USER' && key === 'groupIds') return undefined;
        if (kind === 'APPLICATION' && key === 'tags' && Reflect.get(other, 'tags') === null) return undefined;
        if (kind === 'ROLE' && key === 'kind') return undefined;
      }
      if (value === null) return undefined;
      return SETS.has(key) && Array.isArray(value) ? value.toSorted() : value;
    });
  return told(a, b) === told(b, a);
}
