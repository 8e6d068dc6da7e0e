import type { RestClient } from '../../upstream/client/client.ts';
import type { RoleWorkflowInput } from '../generated/graphql.ts';
import type { RoleWorkflowBody } from './rest.ts';
import { roleKeys } from './role-keys.ts';

/** Which argument stands behind a member of the body. */
export const BODY_FIELDS = {
  name: ['input', 'name'],
  comment: ['input', 'comment'],
  action: ['input', 'action'],
  grant_types: ['input', 'grantTypes'],
  target_roles: ['input', 'targetRoles'],
  requester_roles: ['input', 'requesterRoles'],
  steps: ['input', 'steps'],
  max_active_requests: ['input', 'maxActiveRequests'],
  max_time_restricted_duration: ['input', 'maxTimeRestrictedDays'],
  max_floating_duration: ['input', 'maxFloatingHours'],
  can_bypass_revoke_workflow: ['input', 'canBypassRevokeWorkflow'],
  requires_justification: ['input', 'requiresJustification'],
};

/**
 * Writes a workflow as the engine takes it. Roles that are selected by name cost one call.
 *
 * @throws {UserError} for a role that the engine does not know.
 */
export async function workflowBody(client: RestClient, input: RoleWorkflowInput): Promise<RoleWorkflowBody> {
  const { targetRoles, requesterRoles, steps } = input;
  const approverRoles = steps.flatMap((step) => step.approverRoles);
  const keyOf = await roleKeys(client, [...targetRoles, ...requesterRoles, ...approverRoles]);
  return {
    name: input.name,
    comment: input.comment ?? '',
    action: input.action,
    grant_types: input.grantTypes,
    target_roles: targetRoles.map((role, index) => keyOf(role, ['input', 'targetRoles', `${index}`])),
    requester_roles: requesterRoles.map((role, index) =>
      keyOf(role, ['input', 'requesterRoles', `${index}`]),
    ),
    steps: steps.map((step, at) => ({
      name: step.name,
      match: step.match,
      approvers: step.approverRoles.map((role, index) => ({
        role: keyOf(role, ['input', 'steps', `${at}`, 'approverRoles', `${index}`]),
      })),
    })),
    max_active_requests: input.maxActiveRequests,
    max_time_restricted_duration: input.maxTimeRestrictedDays ?? undefined,
    max_floating_duration: input.maxFloatingHours ?? undefined,
    can_bypass_revoke_workflow: input.canBypassRevokeWorkflow,
    requires_justification: input.requiresJustification,
  };
}
