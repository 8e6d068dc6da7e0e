import { type AccessRequest, currentStepOf, type Decision, statusOf } from './access-request.ts';
import { type GrantWindow, type WindowTerms, windowWithin } from './grant-window.ts';
import { Refusal } from './refusal.ts';
import type { Outcome, RequestFacts } from './request-facts.ts';

/** What somebody decides about one step; `terms` override the window that holds. */
export interface DecideEvent {
  readonly kind: 'decide';
  /** Counts from 0. */
  readonly step: number;
  readonly decision: Decision;
  readonly comment: string;
  readonly terms: WindowTerms;
}

/**
 * Decides on the current step of a request, by the rules of contract section 18 in their order. The decision counts
 * for every approver role of the step that the caller holds; one who holds none decides nothing, not even as ADMIN.
 * One person stays one, as whatever application it acts.
 * An override must keep within what the workflow allowed
 * when the request was made; it has no meaning for a denial or a REMOVE, and is passed over there.
 */
export function decide(
  request: AccessRequest,
  event: DecideEvent,
  facts: RequestFacts,
  now: number,
): Outcome | Refusal {
  const step = request.steps[event.step];
  if (step === undefined) {
    const last = request.steps.length - 1;
    return new Refusal(400, 'VALUE_OUT_OF_BOUNDS', `step must be from 0 to ${last}`, 'step');
  }
  const status = statusOf(request);
  if (status !== 'WAITING') return refused(`Request ${request.id} waits no longer: it is ${status}`);
  const held = step.approvers.filter((approval) => facts.roleIds.has(approval.role.id));
  if (held.length === 0) {
    const roles = step.approvers.map((approval) => approval.role.name).join(' or ');
    return denied(`Deciding on step ${event.step} takes the role ${roles}`);
  }
  const obstacle = sameHandsObstacle(request, event.decision, facts);
  if (obstacle !== null) return denied(obstacle);
  const current = currentStepOf(request);
  if (event.step !== current) return refused(`Step ${current} is to be decided, not ${event.step}`, 'step');
  const open = new Set(held.filter(({ decision }) => decision === 'WAITING').map(({ id }) => id));
  if (open.size === 0) return refused('Your roles have decided on this step; other roles are yet to', 'step');

  const granted = windowAfter(request, event);
  if (granted instanceof Refusal) return granted;
  const { decision, comment } = event;
  const decided: AccessRequest = {
    ...request,
    granted,
    steps: request.steps.with(event.step, {
      ...step,
      approvers: step.approvers.map((approval) =>
        open.has(approval.id)
          ? { ...approval, decision, comment, user: facts.actor, decidedAt: now }
          : approval,
      ),
    }),
    updatedAt: now,
    updatedBy: facts.actor.id,
  };
  if (statusOf(decided) !== 'APPROVED') return { request: decided, effect: null };
  return facts.obstacle === null ? { request: decided, effect: request.action } : refused(facts.obstacle);
}

/** Tells why somebody may not decide who can act as others that take part: as who asked, or as another approver. */
function sameHandsObstacle(request: AccessRequest, decision: Decision, facts: RequestFacts): string | null {
  const { actor, sameHands } = facts;
  if ([request.requester, request.target].some(({ id }) => sameHands.has(id))) {
    return 'Nobody decides on a request of their own, nor on one of an application that they can act as';
  }
  const before = request.steps
    .flatMap(({ approvers }) => approvers)
    .find(
      ({ decision: said, user }) =>
        said === 'APPROVED' && user?.id !== actor.id && sameHands.has(user?.id ?? ''),
    );
  return decision === 'APPROVED' && before !== undefined
    ? `${before.user?.displayName} has approved, and is in the same hands: it takes another person`
    : null;
}

function windowAfter(request: AccessRequest, { decision, terms }: DecideEvent): GrantWindow | Refusal {
  if (decision === 'DENIED' || request.action === 'REMOVE') return request.granted;
  const said = Object.entries(terms).filter(([, value]) => value !== undefined);
  return windowWithin(request.bounds, { ...request.granted, ...Object.fromEntries(said) });
}

function refused(message: string, property?: string): Refusal {
  return new Refusal(400, 'BAD_REQUEST', message, property);
}

function denied(message: string): Refusal {
  return new Refusal(403, 'PERMISSION_DENIED', message);
}
