import type { RestClient } from '../../upstream/client/client.ts';
import { reconciled } from '../../upstream/resilience/reconcile.ts';
import { currentUserKey } from '../role-workflows/role-store.ts';
import { type DecisionBody, findRequest, postDecision, revokeRole } from './rest.ts';

/**
 * Decides on a step of a request. If the answer is lost, the caller's own decision on that step is proof: nobody decides
 * twice on one.
 *
 * @throws {OutcomeUnknownError} if the answer is lost, and the request does not tell of the decision.
 */
export function decideOnRequest(client: RestClient, id: string, body: DecisionBody): Promise<void> {
  return reconciled(
    () => postDecision(client, id, body),
    async () => {
      const [me, request] = await Promise.all([currentUserKey(client), findRequest(client, id)]);
      const isDecided = request?.steps[body.step]?.approvals.some(
        ({ user, decision, comment }) =>
          user?.id === me && decision === body.decision && (comment ?? '') === (body.comment ?? ''),
      );
      return isDecided ? { answer: () => undefined } : null;
    },
  );
}

/**
 * Takes the role that a request granted back from its user. If the answer is lost, a revocation by the caller is proof:
 * there is only one.
 *
 * @throws {OutcomeUnknownError} if the answer is lost, and the request does not tell of the revocation.
 */
export function revokeRequestedRole(client: RestClient, id: string): Promise<void> {
  return reconciled(
    () => revokeRole(client, id),
    async () => {
      const [me, request] = await Promise.all([currentUserKey(client), findRequest(client, id)]);
      return request?.revocation?.by?.id === me ? { answer: () => undefined } : null;
    },
  );
}
