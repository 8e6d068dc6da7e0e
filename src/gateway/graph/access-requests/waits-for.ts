import type { AccessRequestRecord, ApprovalRecord, ApprovalStepRecord } from './wire.ts';

/**
 * Tells whether a request waits for the decision of a user, by the rules of contract section 18: steps come in order,
 * a role decides once, and nobody decides on a request of their own.
 *
 * @param userKey the engine's key of the user.
 * @param roleKeys the engine's keys of the roles that the user holds.
 */
export function waitsFor(
  request: AccessRequestRecord,
  userKey: string,
  roleKeys: ReadonlySet<string>,
): boolean {
  const { status, requester, targetUser, steps } = request;
  if (status !== 'WAITING' || requester?.id === userKey || targetUser?.id === userKey) return false;
  const reached = steps.find((step) => !isClosed(step));
  return (
    reached?.approvals.some((approval) => !isApproved(approval) && roleKeys.has(approval.role.id)) ?? false
  );
}

function isClosed({ match, approvals }: ApprovalStepRecord): boolean {
  return match === 'ANY' ? approvals.some(isApproved) : approvals.every(isApproved);
}

function isApproved({ decision }: ApprovalRecord): boolean {
  return decision === 'APPROVED';
}
