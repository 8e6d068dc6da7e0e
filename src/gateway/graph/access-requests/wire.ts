import {
  isObject,
  type JsonObject,
  list,
  object,
  optionalFlag,
  optionalInteger,
  optionalText,
  optionalTimestamp,
  text,
} from '../../upstream/reading/shape.ts';
import {
  type RoleSnapshotRecord,
  roleSnapshot,
  type UserSnapshotRecord,
  userSnapshot,
} from '../../upstream/reading/snapshots.ts';

/** Somebody asks for a role, or to lose one, as the workflow engine knows it (contract section 18). */
export interface AccessRequestRecord {
  readonly id: string;
  readonly name: string | null;
  readonly status: string | null;
  readonly workflowId: string | null;
  readonly requester: UserSnapshotRecord | null;
  readonly targetUser: UserSnapshotRecord | null;
  readonly requestedRole: RoleSnapshotRecord | null;
  readonly action: string | null;
  readonly justification: string | null;
  readonly comment: string | null;
  /** As it was asked. */
  readonly requested: GrantWindowRecord | null;
  /** As it holds, or would hold if the request were approved as it is. */
  readonly holding: GrantWindowRecord | null;
  readonly steps: readonly ApprovalStepRecord[];
  readonly canApproverRevoke: boolean | null;
  readonly revocation: RoleRevocationRecord | null;
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
}

export interface GrantWindowRecord {
  readonly type: string;
  readonly start: Date | null;
  readonly end: Date | null;
  readonly floatingHours: number | null;
}

export interface ApprovalStepRecord {
  readonly name: string | null;
  readonly match: string | null;
  readonly approvals: readonly ApprovalRecord[];
}

export interface ApprovalRecord {
  readonly role: RoleSnapshotRecord;
  readonly decision: string | null;
  readonly user: UserSnapshotRecord | null;
  readonly decidedAt: Date | null;
  readonly comment: string | null;
}

export interface RoleRevocationRecord {
  readonly by: UserSnapshotRecord | null;
  readonly at: Date | null;
}

/**
 * Reads a request.
 * @throws {ShapeError} if it is not what contract section 18 promises.
 */
export function readRequest(body: unknown): AccessRequestRecord {
  const request = object(body, 'request');
  const word = (member: string) => optionalText(request[member], `request.${member}`) || null;
  const time = (member: string) => optionalTimestamp(request[member], `request.${member}`);
  const user = (member: string) => userSnapshot(request[member], `request.${member}`);
  const holding = readWindow(request, '');
  return {
    id: text(request['id'], 'request.id'),
    name: word('name'),
    status: word('status'),
    workflowId: word('workflow'),
    requester: user('requester'),
    targetUser: user('target_user'),
    requestedRole: isObject(request['requested_role'])
      ? roleSnapshot(request['requested_role'], 'request.requested_role')
      : null,
    action: word('action'),
    justification: word('request_justification'),
    comment: word('comment'),
    requested: readWindow(request, 'requested_') ?? holding,
    holding,
    steps: list(request['steps'], 'request.steps', readStep),
    canApproverRevoke: optionalFlag(request['approver_can_revoke'], 'request.approver_can_revoke'),
    revocation: request['target_role_revoked']
      ? { by: user('target_role_revoked_by'), at: time('target_role_revocation_time') }
      : null,
    createdAt: time('created'),
    updatedAt: time('updated'),
  };
}

/**
 * Reads a time for which to hold a role from four members; null where there are none.
 *
 * @param prefix what their names begin with: requests tell what was asked for, and what holds.
 */
export function readWindow(request: JsonObject, prefix: '' | 'requested_'): GrantWindowRecord | null {
  const where = (member: string) => `${prefix}${member}`;
  const type = optionalText(request[`${prefix}grant_type`], where('grant_type'));
  if (!type) return null;
  return {
    type,
    start: optionalTimestamp(request[`${prefix}grant_start`], where('grant_start')),
    end: optionalTimestamp(request[`${prefix}grant_end`], where('grant_end')),
    floatingHours: optionalInteger(request[`${prefix}floating_length`], where('floating_length')) || null,
  };
}

function readStep(body: unknown): ApprovalStepRecord {
  const step = object(body, 'step');
  return {
    name: optionalText(step['name'], 'step.name'),
    match: optionalText(step['match'], 'step.match'),
    approvals: list(step['approvers'], 'step.approvers', readApproval),
  };
}

function readApproval(body: unknown): ApprovalRecord {
  const approver = object(body, 'approver');
  return {
    role: roleSnapshot(approver['role'], 'approver.role'),
    decision: optionalText(approver['decision'], 'approver.decision') || null,
    user: userSnapshot(approver['user'], 'approver.user'),
    decidedAt: optionalTimestamp(approver['decision_time'], 'approver.decision_time'),
    comment: optionalText(approver['comment'], 'approver.comment') || null,
  };
}
