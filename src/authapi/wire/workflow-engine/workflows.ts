import { type Static, Type } from '@sinclair/typebox';
import { GRANT_TYPES, type GrantType } from '../../policy/requests/grant-window.ts';
import {
  MATCHES,
  type Match,
  type RoleWorkflow,
  WORKFLOW_ACTIONS,
  type WorkflowAction,
} from '../../policy/requests/role-workflow.ts';
import type { Database } from '../../store/database.ts';
import { RoleName, type RoleNames, RoleReference, roleNames, roleSnapshots } from './snapshots.ts';
import { timeOf } from './times.ts';

/** How long a role is given for. */
export const GrantTypeName = Type.Unsafe<GrantType>({ type: 'string', enum: [...GRANT_TYPES] });
const MatchName = Type.Unsafe<Match>({ type: 'string', enum: [...MATCHES] });
const ActionName = Type.Unsafe<WorkflowAction>({ type: 'string', enum: [...WORKFLOW_ACTIONS] });
const Bound = (unit: string) =>
  Type.Optional(Type.Integer({ minimum: 0, description: `In ${unit}; 0 or absent: no bound` }));

/** What a client sends of a workflow. Ids, names of roles and what the server fills in are not read. */
export const WorkflowBody = Type.Object({
  name: Type.String({ minLength: 4, maxLength: 4096 }),
  comment: Type.Optional(Type.String()),
  action: Type.Optional(ActionName),
  grant_types: Type.Optional(Type.Array(GrantTypeName, { description: 'PERMANENT if absent' })),
  max_time_restricted_duration: Bound('days'),
  max_floating_duration: Bound('hours'),
  max_active_requests: Type.Optional(Type.Integer({ minimum: 0, description: '0 counts as 1' })),
  requires_justification: Type.Optional(Type.Boolean()),
  can_bypass_revoke_workflow: Type.Optional(Type.Boolean()),
  target_roles: Type.Optional(Type.Array(RoleReference)),
  requester_roles: Type.Optional(Type.Array(RoleReference, { description: 'Who may ask; empty: everybody' })),
  steps: Type.Array(
    Type.Object({
      name: Type.Optional(Type.String()),
      match: MatchName,
      approvers: Type.Array(Type.Object({ role: RoleReference }), { minItems: 1 }),
    }),
    { minItems: 1 },
  ),
});

/** A workflow (contract section 17). */
export const Workflow = Type.Object({
  id: Type.String(),
  name: Type.String(),
  comment: Type.String(),
  author: Type.String(),
  created: Type.String(),
  updated: Type.String(),
  updated_by: Type.String(),
  action: ActionName,
  grant_types: Type.Array(GrantTypeName),
  max_time_restricted_duration: Type.Integer(),
  max_floating_duration: Type.Integer(),
  max_active_requests: Type.Integer(),
  requires_justification: Type.Boolean(),
  can_bypass_revoke_workflow: Type.Boolean(),
  target_roles: Type.Array(RoleName),
  requester_roles: Type.Array(RoleName),
  steps: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      match: MatchName,
      approvers: Type.Array(Type.Object({ id: Type.String(), role: RoleName })),
    }),
  ),
});

/** What of a workflow the server decides. */
export type WorkflowStamp = Pick<RoleWorkflow, 'id' | 'author' | 'createdAt' | 'updatedAt' | 'updatedBy'>;

/** Reads a workflow that was sent. Throws 400 for a role that is not there. */
export function workflowOf(
  database: Database,
  body: Static<typeof WorkflowBody>,
  stamp: WorkflowStamp,
  newId: () => string,
): RoleWorkflow {
  const grantTypes = [...new Set(body.grant_types)];
  return {
    ...stamp,
    name: body.name,
    comment: body.comment ?? '',
    action: body.action ?? 'GRANT',
    grantTypes: grantTypes.length === 0 ? ['PERMANENT'] : grantTypes,
    maxTimeRestrictedDays: body.max_time_restricted_duration ?? 0,
    maxFloatingHours: body.max_floating_duration ?? 0,
    maxActiveRequests: Math.max(body.max_active_requests ?? 1, 1),
    requiresJustification: body.requires_justification ?? false,
    canBypassRevokeWorkflow: body.can_bypass_revoke_workflow ?? false,
    targetRoles: roleSnapshots(database, body.target_roles ?? [], 'target_roles'),
    requesterRoles: roleSnapshots(database, body.requester_roles ?? [], 'requester_roles'),
    steps: body.steps.map(({ name = '', match, approvers }, index) => ({
      id: newId(),
      name,
      match,
      approvers: roleSnapshots(
        database,
        approvers.map(({ role }) => role),
        `steps.${index}.approvers`,
      ).map((role) => ({ id: newId(), role })),
    })),
  };
}

/** Writes workflows, looking up all their roles at once. */
export function workflowAnswers(
  database: Database,
  workflows: readonly RoleWorkflow[],
): Static<typeof Workflow>[] {
  const names = roleNames(
    database,
    workflows.flatMap(({ targetRoles, requesterRoles, steps }) => [
      ...targetRoles,
      ...requesterRoles,
      ...steps.flatMap(({ approvers }) => approvers.map(({ role }) => role)),
    ]),
  );
  return workflows.map((workflow) => workflowAnswer(workflow, names));
}

function workflowAnswer(workflow: RoleWorkflow, names: RoleNames): Static<typeof Workflow> {
  return {
    id: workflow.id,
    name: workflow.name,
    comment: workflow.comment,
    author: workflow.author,
    created: timeOf(workflow.createdAt),
    updated: timeOf(workflow.updatedAt),
    updated_by: workflow.updatedBy,
    action: workflow.action,
    grant_types: [...workflow.grantTypes],
    max_time_restricted_duration: workflow.maxTimeRestrictedDays,
    max_floating_duration: workflow.maxFloatingHours,
    max_active_requests: workflow.maxActiveRequests,
    requires_justification: workflow.requiresJustification,
    can_bypass_revoke_workflow: workflow.canBypassRevokeWorkflow,
    target_roles: workflow.targetRoles.map(names),
    requester_roles: workflow.requesterRoles.map(names),
    steps: workflow.steps.map(({ id, name, match, approvers }) => ({
      id,
      name,
      match,
      approvers: approvers.map((approver) => ({ id: approver.id, role: names(approver.role) })),
    })),
  };
}
