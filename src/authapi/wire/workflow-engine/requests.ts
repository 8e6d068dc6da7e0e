import { type TObject, Type } from '@sinclair/typebox';
import { type AccessRequest, approverCanRevoke, statusOf } from '../../policy/requests/access-request.ts';
import { ACTIONS, type RequestAction } from '../../policy/requests/role-workflow.ts';
import type { Database } from '../../store/database.ts';
import { RoleName, type RoleNames, RoleReference, roleNames, UserName, userNameAnswer } from './snapshots.ts';
import { Time, timeOf } from './times.ts';
import { windowAnswer, windowFields } from './windows.ts';

const ActionName = Type.Unsafe<RequestAction>({ type: 'string', enum: [...ACTIONS] });
const StatusName = Type.Unsafe<ReturnType<typeof statusOf>>({
  type: 'string',
  enum: ['WAITING', 'APPROVED', 'DENIED'],
});

/** What a client sends to ask for a role; the requester is whoever calls. */
export const RequestBody = Type.Object({
  requested_role: RoleReference,
  target_user: Type.Optional(Type.Object({ id: Type.String() }, { description: 'Oneself if absent' })),
  workflow: Type.Optional(Type.String({ description: 'The first that fits if absent' })),
  action: Type.Optional(ActionName),
  request_justification: Type.Optional(Type.String()),
  comment: Type.Optional(Type.String()),
  ...windowFields,
});

/** What a client sends to decide; the window, if sent, overrides what was asked. */
export const DecisionBody = Type.Object({
  step: Type.Integer({ description: 'From 0' }),
  decision: Type.Unsafe<'APPROVED' | 'DENIED'>({ type: 'string', enum: ['APPROVED', 'DENIED'] }),
  comment: Type.Optional(Type.String()),
  ...windowFields,
});

/** What a client looks for; `filter` may be here or in the query. */
export const SearchBody = Type.Object({
  filter: Type.Optional(Type.String()),
  keywords: Type.Optional(
    Type.String({ maxLength: 256, description: 'In name, role, users or justification, in any case' }),
  ),
  start_time: Type.Optional(Time),
  end_time: Type.Optional(Time),
});

/** A request (contract section 18). */
export const Request: TObject = Type.Object({
  id: Type.String(),
  workflow: Type.String(),
  name: Type.String(),
  comment: Type.String(),
  action: ActionName,
  status: StatusName,
  author: Type.String(),
  created: Type.String(),
  updated: Type.String(),
  updated_by: Type.String(),
  requester: UserName,
  target_user: UserName,
  requested_role: RoleName,
  target_roles: Type.Array(RoleName),
  request_justification: Type.String(),
  ...windowFields,
  requested_grant_type: windowFields.grant_type,
  requested_grant_start: windowFields.grant_start,
  requested_grant_end: windowFields.grant_end,
  requested_floating_length: windowFields.floating_length,
  approver_can_revoke: Type.Boolean(),
  target_role_revoked: Type.Boolean(),
  target_role_revoked_by: Type.Optional(UserName),
  target_role_revocation_time: Type.Optional(Type.String()),
  steps: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      match: Type.String(),
      approvers: Type.Array(
        Type.Object({
          id: Type.String(),
          role: RoleName,
          decision: StatusName,
          comment: Type.String(),
          user: Type.Optional(UserName),
          decision_time: Type.Optional(Type.String()),
        }),
      ),
    }),
  ),
});

/** Writes requests, looking up all their roles at once. */
export function requestAnswers(database: Database, requests: readonly AccessRequest[]): object[] {
  const names = roleNames(
    database,
    requests.flatMap(({ role, targetRoles, steps }) => [
      role,
      ...targetRoles,
      ...steps.flatMap(({ approvers }) => approvers.map((approval) => approval.role)),
    ]),
  );
  return requests.map((request) => requestAnswer(request, names));
}

function requestAnswer(request: AccessRequest, names: RoleNames): object {
  const { revocation } = request;
  return {
    id: request.id,
    workflow: request.workflowId,
    name: request.name,
    comment: request.comment,
    action: request.action,
    status: statusOf(request),
    author: request.requester.id,
    created: timeOf(request.createdAt),
    updated: timeOf(request.updatedAt),
    updated_by: request.updatedBy,
    requester: userNameAnswer(request.requester),
    target_user: userNameAnswer(request.target),
    requested_role: names(request.role),
    target_roles: request.targetRoles.map(names),
    request_justification: request.justification,
    ...windowAnswer(request.granted),
    ...Object.fromEntries(
      Object.entries(windowAnswer(request.requested)).map(([field, value]) => [`requested_${field}`, value]),
    ),
    approver_can_revoke: approverCanRevoke(request),
    target_role_revoked: revocation !== null,
    ...(revocation !== null && {
      target_role_revoked_by: userNameAnswer(revocation.by),
      target_role_revocation_time: timeOf(revocation.at),
    }),
    steps: request.steps.map(({ id, name, match, approvers }) => ({
      id,
      name,
      match,
      approvers: approvers.map((approval) => approvalAnswer(approval, names)),
    })),
  };
}

type Approval = AccessRequest['steps'][number]['approvers'][number];

function approvalAnswer(
  { id, role, decision, comment, user, decidedAt }: Approval,
  names: RoleNames,
): object {
  return {
    id,
    role: names(role),
    decision,
    comment,
    ...(user !== null && { user: userNameAnswer(user) }),
    ...(decidedAt !== null && { decision_time: timeOf(decidedAt) }),
  };
}
