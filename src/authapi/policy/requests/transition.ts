import { type AccessRequest, approverCanRevoke, statusOf } from './access-request.ts';
import { type DecideEvent, decide } from './decide.ts';
import { Refusal } from './refusal.ts';
import type { Outcome, RequestFacts } from './request-facts.ts';

/** What can happen to a request once it is there. */
export type RequestEvent = DecideEvent | { readonly kind: 'revoke' } | { readonly kind: 'delete' };

/**
 * Runs the state machine of requests (contract section 18): a pure function of the request, what happens to it, the
 * facts and the time in epoch milliseconds. Returns what becomes of it, or why it stays as it is.
 */
export function transition(
  request: AccessRequest,
  event: RequestEvent,
  facts: RequestFacts,
  now: number,
): Outcome | Refusal {
  if (event.kind === 'decide') return decide(request, event, facts, now);
  return event.kind === 'revoke' ? revoke(request, facts, now) : remove(request, facts);
}

function revoke(request: AccessRequest, { actor }: RequestFacts, now: number): Outcome | Refusal {
  const approved = request.steps.some(({ approvers }) =>
    approvers.some(({ decision, user }) => decision === 'APPROVED' && user?.id === actor.id),
  );
  if (!approved) return new Refusal(403, 'PERMISSION_DENIED', 'Only those who approved a request may revoke');
  const obstacle = obstacleToRevoking(request);
  if (obstacle !== null) return new Refusal(400, 'BAD_REQUEST', obstacle);
  return {
    request: { ...request, revocation: { by: actor, at: now }, updatedAt: now, updatedBy: actor.id },
    effect: 'REMOVE',
  };
}

function obstacleToRevoking(request: AccessRequest): string | null {
  if (statusOf(request) !== 'APPROVED') return `Request ${request.id} is ${statusOf(request)}, not APPROVED`;
  if (request.revocation !== null) return `Request ${request.id} has been revoked before`;
  if (!approverCanRevoke(request)) return `${request.role.name} is taken back by a REMOVE request, not so`;
  return null;
}

/** Without its request, a role could no longer be revoked by those who approved it: an ADMIN only may drop that. */
function remove(request: AccessRequest, { actor, isAdmin }: RequestFacts): Outcome | Refusal {
  if (isAdmin) return { request: null, effect: null };
  if (request.requester.id !== actor.id) {
    return new Refusal(403, 'PERMISSION_DENIED', 'Only whoever asked, or an ADMIN, may delete a request');
  }
  if (statusOf(request) === 'APPROVED' && request.revocation === null) {
    const message =
      'Only an ADMIN may delete a request that is approved and not revoked; have it revoked first';
    return new Refusal(403, 'PERMISSION_DENIED', message);
  }
  return { request: null, effect: null };
}
