import { accepted } from '../engine-error.ts';
import { type AccessRequest, currentStepOf, participantsOf } from '../policy/requests/access-request.ts';
import { ask, type Wish } from '../policy/requests/ask.ts';
import type { WindowTerms } from '../policy/requests/grant-window.ts';
import type { RoleSnapshot, RoleWorkflow } from '../policy/requests/role-workflow.ts';
import { type RequestEvent, transition } from '../policy/requests/transition.ts';
import type { Database } from '../store/database.ts';
import { listEffectiveRoles } from '../store/principals.ts';
import { applyEffect, obstacleTo } from '../store/request-effects.ts';
import { insertRequest, updateRequest } from '../store/requests.ts';
import { getRole } from '../store/roles.ts';
import { inSameHands } from '../store/same-hands.ts';
import { getUser } from '../store/users.ts';
import { insertWorkflow, listAllWorkflows } from '../store/workflows.ts';
import { userSnapshot } from '../wire/workflow-engine/snapshots.ts';
import { REQUESTS, WORKFLOWS } from './role-workflows.ts';
import { emailOf, stableId } from './stable-id.ts';

const DAY = 24 * 60 * 60 * 1000;
const AGE = 400 * DAY;

/**
 * Loads the sample workflows and requests, after people and roles. Requests come about by the rules that hold for all
 * others, at times that count back from `now` (epoch milliseconds). Throws where a sample breaks one.
 */
export function loadRoleWorkflows(database: Database, now: number): void {
  for (const sample of WORKFLOWS) insertWorkflow(database, workflowOf(database, sample, now - AGE));
  const workflows = new Map(listAllWorkflows(database).map((workflow) => [workflow.name, workflow]));
  for (const [index, sample] of REQUESTS.entries()) {
    const workflow = workflows.get(sample.workflow);
    if (workflow === undefined) throw new Error(`No sample workflow ${sample.workflow}`);
    loadRequest(database, workflow, sample, stableId(`request ${index}`), now);
  }
}

function workflowOf(database: Database, sample: (typeof WORKFLOWS)[number], at: number): RoleWorkflow {
  const id = stableId(`workflow ${sample.name}`);
  const author = getUser(database, emailOf('ada')).uuid;
  const snapshot = (name: string): RoleSnapshot => ({ id: getRole(database, name).id, name });
  const [maxTimeRestrictedDays, maxFloatingHours, maxActiveRequests] = sample.bounds;
  return {
    id,
    name: sample.name,
    comment: sample.comment,
    action: sample.action,
    grantTypes: sample.grantTypes,
    maxTimeRestrictedDays,
    maxFloatingHours,
    maxActiveRequests,
    requiresJustification: sample.requiresJustification,
    canBypassRevokeWorkflow: sample.canBypassRevokeWorkflow,
    targetRoles: [snapshot(sample.role)],
    requesterRoles: sample.requesterRoles.map(snapshot),
    steps: sample.steps.map(([name, match, ...roles]) => ({
      id: stableId(`step ${name} of ${sample.name}`),
      name,
      match,
      approvers: roles.map((role) => ({
        id: stableId(`approver ${role} of step ${name} of ${sample.name}`),
        role: snapshot(role),
      })),
    })),
    author,
    createdAt: at,
    updatedAt: at,
    updatedBy: author,
  };
}

function loadRequest(
  database: Database,
  workflow: RoleWorkflow,
  sample: (typeof REQUESTS)[number],
  id: string,
  now: number,
): void {
  const [role] = workflow.targetRoles;
  if (role === undefined) throw new Error(`Sample workflow ${workflow.name} gives no role`);
  const wish: Wish = {
    role,
    target: userSnapshot(getUser(database, emailOf(sample.target))),
    action: sample.action,
    terms: termsOf(sample.window, now),
    justification: sample.justification,
    comment: '',
  };
  const { actor: requester, roleIds } = actorOf(database, sample.requester);
  const removable = workflow.action !== 'GRANT';
  const at = now - sample.daysOld * DAY;
  let request = accepted(ask(workflow, wish, { requester, roleIds, waiting: 0, removable }, id, at));
  insertRequest(database, request);
  for (const [index, event] of sample.events.entries()) {
    request = happen(database, request, event, Math.min(at + (index + 1) * DAY, now));
  }
}

function happen(
  database: Database,
  request: AccessRequest,
  [login, what, comment]: (typeof REQUESTS)[number]['events'][number],
  at: number,
): AccessRequest {
  const event: RequestEvent =
    what === 'REVOKED'
      ? { kind: 'revoke' }
      : { kind: 'decide', step: currentStepOf(request), decision: what, comment, terms: {} };
  const actor = actorOf(database, login);
  const facts = {
    ...actor,
    isAdmin: false,
    sameHands: inSameHands(database, actor.actor.id, participantsOf(request)),
    obstacle: obstacleTo(database, request),
  };
  const outcome = accepted(transition(request, event, facts, at));
  if (outcome.request === null) return request;
  updateRequest(database, outcome.request);
  if (outcome.effect !== null) applyEffect(database, outcome.effect, outcome.request);
  return outcome.request;
}

function actorOf(database: Database, login: string) {
  const user = getUser(database, emailOf(login));
  const roleIds = new Set(listEffectiveRoles(database, user).map((role) => role.id));
  return { actor: userSnapshot(user), roleIds };
}

function termsOf(window: (typeof REQUESTS)[number]['window'], now: number): WindowTerms {
  if (window === null) return {};
  if ('hours' in window) return { type: 'FLOATING', hours: window.hours };
  return { type: 'TIME_RESTRICTED', start: now + window.from * DAY, end: now + window.to * DAY };
}
