import type { AccessRequest } from './access-request.ts';
import { type GrantWindow, type WindowTerms, windowWithin } from './grant-window.ts';
import { Refusal } from './refusal.ts';
import type { RequestAction, RoleSnapshot, RoleWorkflow, UserSnapshot } from './role-workflow.ts';

/** What somebody asks for. */
export interface Wish {
  readonly role: RoleSnapshot;
  readonly target: UserSnapshot;
  readonly action: RequestAction;
  readonly terms: WindowTerms;
  readonly justification: string;
  readonly comment: string;
}

/** What has to be known before a wish can become a request. */
export interface AskFacts {
  readonly requester: UserSnapshot;
  /** Ids of the roles that the requester holds, itself and through groups. */
  readonly roleIds: ReadonlySet<string>;
  /** How many requests of this workflow wait for the same role and target user. */
  readonly waiting: number;
  /** Whether some workflow is there to remove the role. */
  readonly removable: boolean;
}

const PERMANENT: GrantWindow = { type: 'PERMANENT' };

/**
 * Makes a request of a wish under a workflow that serves it, or tells which rule forbids it (contract section 18).
 * For REMOVE there is nothing to time: the window is PERMANENT, whatever was sent.
 */
export function ask(
  workflow: RoleWorkflow,
  wish: Wish,
  facts: AskFacts,
  id: string,
  now: number,
): AccessRequest | Refusal {
  if (
    workflow.requesterRoles.length > 0 &&
    !workflow.requesterRoles.some((role) => facts.roleIds.has(role.id))
  ) {
    const roles = workflow.requesterRoles.map((role) => role.name).join(' or ');
    return new Refusal(403, 'PERMISSION_DENIED', `Asking through ${workflow.name} takes the role ${roles}`);
  }
  const window = wish.action === 'GRANT' ? windowWithin(workflow, wish.terms) : PERMANENT;
  if (window instanceof Refusal) return window;
  if (workflow.requiresJustification && wish.justification.trim() === '') {
    const property = 'request_justification';
    return new Refusal(
      400,
      'REQUIRED_VALUE_MISSING',
      `${property} is required by ${workflow.name}`,
      property,
    );
  }
  if (facts.waiting >= workflow.maxActiveRequests) {
    const message = `${facts.waiting} such requests wait already; ${workflow.name} allows ${workflow.maxActiveRequests}`;
    return new Refusal(400, 'VALUE_OUT_OF_BOUNDS', message, 'max_active_requests');
  }
  const { role, target, action, justification, comment } = wish;
  const { grantTypes, maxTimeRestrictedDays, maxFloatingHours, targetRoles } = workflow;
  return {
    id,
    workflowId: workflow.id,
    name: workflow.name,
    comment,
    action,
    requester: facts.requester,
    target,
    role,
    targetRoles,
    justification,
    requested: window,
    granted: window,
    bounds: { grantTypes, maxTimeRestrictedDays, maxFloatingHours },
    revocable: workflow.canBypassRevokeWorkflow || !facts.removable,
    steps: workflow.steps.map((step) => ({
      ...step,
      approvers: step.approvers.map((approver) => ({
        ...approver,
        decision: 'WAITING',
        comment: '',
        user: null,
        decidedAt: null,
      })),
    })),
    revocation: null,
    createdAt: now,
    updatedAt: now,
    updatedBy: facts.requester.id,
  };
}
