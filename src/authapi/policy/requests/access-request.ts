import type { GrantBounds, GrantWindow } from './grant-window.ts';
import type { Match, RequestAction, RoleSnapshot, UserSnapshot } from './role-workflow.ts';

export type Decision = 'APPROVED' | 'DENIED';
export type RequestStatus = 'WAITING' | Decision;

/** One approver role of a step, and what was decided in its name. */
export interface Approval {
  readonly id: string;
  readonly role: RoleSnapshot;
  readonly decision: RequestStatus;
  readonly comment: string;
  readonly user: UserSnapshot | null;
  readonly decidedAt: number | null;
}

export interface RequestStep {
  readonly id: string;
  readonly name: string;
  readonly match: Match;
  readonly approvers: readonly Approval[];
}

/**
 * Somebody's wish for a role, with copies of all that later rules need: editing or deleting the workflow changes
 * nothing here (contract section 17). Times are epoch milliseconds, user ids are `users.uuid`.
 */
export interface AccessRequest {
  readonly id: string;
  readonly workflowId: string;
  /** The name of the workflow when it was asked. */
  readonly name: string;
  readonly comment: string;
  readonly action: RequestAction;
  readonly requester: UserSnapshot;
  readonly target: UserSnapshot;
  readonly role: RoleSnapshot;
  readonly targetRoles: readonly RoleSnapshot[];
  readonly justification: string;
  readonly requested: GrantWindow;
  /** What holds: what was asked, unless somebody overrode it when deciding. */
  readonly granted: GrantWindow;
  readonly bounds: GrantBounds;
  /** Whether approvers may take the role back without a workflow. */
  readonly revocable: boolean;
  readonly steps: readonly RequestStep[];
  readonly revocation: { readonly by: UserSnapshot; readonly at: number } | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly updatedBy: string;
}

/** Computes where a step stands: one denial denies it; ANY takes one approval, ALL takes all. */
export function stepStatusOf({ match, approvers }: RequestStep): RequestStatus {
  if (approvers.some(({ decision }) => decision === 'DENIED')) return 'DENIED';
  const isApproved = ({ decision }: Approval) => decision === 'APPROVED';
  const approved = match === 'ANY' ? approvers.some(isApproved) : approvers.every(isApproved);
  return approved ? 'APPROVED' : 'WAITING';
}

/** Computes where a request stands from its steps: they come in order, so the current one tells. */
export function statusOf(request: AccessRequest): RequestStatus {
  const step = request.steps[currentStepOf(request)];
  return step === undefined ? 'WAITING' : stepStatusOf(step);
}

/** Finds the step that was reached: the first that is not approved, or the last. Counts from 0. */
export function currentStepOf({ steps }: AccessRequest): number {
  const open = steps.findIndex((step) => stepStatusOf(step) !== 'APPROVED');
  return open === -1 ? steps.length - 1 : open;
}

/** Tells whether a request was asked by or for a user: nobody decides on such a request of their own. */
export function isOwn({ requester, target }: AccessRequest, userId: string): boolean {
  return requester.id === userId || target.id === userId;
}

/** Lists the users that take part in a request: whoever it is asked by and for, and who decided, by `users.uuid`. */
export function participantsOf({ requester, target, steps }: AccessRequest): string[] {
  const deciders = steps.flatMap(({ approvers }) => approvers.flatMap(({ user }) => user?.id ?? []));
  return [...new Set([requester.id, target.id, ...deciders])];
}

/** Tells whether approvers may take the role back: only what was approved and granted (contract section 18). */
export function approverCanRevoke(request: AccessRequest): boolean {
  return request.revocable && request.action === 'GRANT' && statusOf(request) === 'APPROVED';
}

/** Tells who may see a request: whoever it is asked by or for, and whoever holds or acted in an approver role. */
export function isVisibleTo(
  request: AccessRequest,
  user: { readonly id: string; readonly roleIds: ReadonlySet<string> },
): boolean {
  return (
    isOwn(request, user.id) ||
    request.steps.some(({ approvers }) =>
      approvers.some((approval) => user.roleIds.has(approval.role.id) || approval.user?.id === user.id),
    )
  );
}
