import type { AuthApiContext } from '../../context.ts';
import { accepted, faulty, objectNotFound } from '../../engine-error.ts';
import { type EngineViewer, viewerOf } from '../../guards/engine-viewer.ts';
import { allow } from '../../guards/permission.ts';
import { openRequest } from '../../guards/request-opening.ts';
import { type Caller, callerOf } from '../../http/authentication.ts';
import { CREATED, DONE, engineAnswers } from '../../http/engine-answers.ts';
import type { App } from '../../http/typed-app.ts';
import { can } from '../../policy/can.ts';
import { type AccessRequest, isVisibleTo, participantsOf } from '../../policy/requests/access-request.ts';
import type { UserSnapshot } from '../../policy/requests/role-workflow.ts';
import { type RequestEvent, transition } from '../../policy/requests/transition.ts';
import { applyEffect, obstacleTo } from '../../store/request-effects.ts';
import { deleteRequest, findRequest, insertRequest, updateRequest } from '../../store/requests.ts';
import { inSameHands } from '../../store/same-hands.ts';
import { findUserByUuid } from '../../store/users.ts';
import { IdParams } from '../../wire/names.ts';
import { DecisionBody, Request, RequestBody, requestAnswers } from '../../wire/workflow-engine/requests.ts';
import { roleSnapshot, userSnapshot } from '../../wire/workflow-engine/snapshots.ts';
import { termsOfBody } from '../../wire/workflow-engine/windows.ts';

const tags = ['Access requests'];

/**
 * Serves requests for roles and what happens to them (contract section 18). Each call reads the request, the caller's
 * roles and the world, asks the rules, and writes: of two that come at once, the second sees what the first has done.
 */
export function requestRoutes(app: App, { database, newId, now }: AuthApiContext): void {
  const targetOf = (viewer: EngineViewer, id: string): UserSnapshot => {
    if (id === viewer.id) return viewer.snapshot;
    allow(can(viewer.principal, 'requestOnBehalf'));
    const user = findUserByUuid(database, id);
    if (user === null) throw faulty('OBJECT_NOT_FOUND', 'target_user', `names no user: ${id}`);
    return userSnapshot(user);
  };

  const getVisibleRequest = (viewer: EngineViewer, id: string): AccessRequest => {
    const request = findRequest(database, id);
    if (request === null) throw objectNotFound('request', id);
    if (!isVisibleTo(request, viewer)) allow(can(viewer.principal, 'readAllRequests'));
    return request;
  };

  const happen = (caller: Caller, id: string, event: RequestEvent): void => {
    const viewer = viewerOf(database, caller);
    const old = getVisibleRequest(viewer, id);
    const { roleIds, snapshot: actor, principal } = viewer;
    const sameHands = inSameHands(database, viewer.id, participantsOf(old));
    const obstacle = obstacleTo(database, old);
    const facts = { actor, roleIds, isAdmin: principal.isAdmin, sameHands, obstacle };
    const { request, effect } = accepted(transition(old, event, facts, now()));
    if (request === null) {
      deleteRequest(database, id);
      return;
    }
    updateRequest(database, request);
    if (effect !== null) applyEffect(database, effect, request);
  };

  app.post(
    '/requests',
    { schema: { tags, summary: 'Ask for a role', body: RequestBody, response: CREATED } },
    (request, reply) => {
      const { body } = request;
      const id = newId();
      const terms = termsOfBody(body);
      const viewer = viewerOf(database, callerOf(request));
      const target = targetOf(viewer, body.target_user?.id ?? viewer.id);
      const wish = {
        role: roleSnapshot(database, body.requested_role, 'requested_role'),
        target,
        terms,
        action: body.action ?? 'GRANT',
        justification: body.request_justification ?? '',
        comment: body.comment ?? '',
      } as const;
      insertRequest(database, openRequest(database, viewer, wish, body.workflow, id, now()));
      reply.code(201);
      return { id };
    },
  );

  app.get(
    '/requests/:id',
    {
      schema: { tags, summary: 'Get a request', params: IdParams, response: engineAnswers(Request) },
    },
    (request) => {
      const viewer = viewerOf(database, callerOf(request));
      return requestAnswers(database, [getVisibleRequest(viewer, request.params.id)])[0];
    },
  );

  app.delete(
    '/requests/:id',
    {
      schema: {
        tags,
        summary: 'Delete a request; a role it gave stays given',
        params: IdParams,
        response: DONE,
      },
    },
    (request) => happen(callerOf(request), request.params.id, { kind: 'delete' }),
  );

  app.post(
    '/requests/:id/decision',
    {
      schema: {
        tags,
        summary: 'Approve or deny a step; the last approval gives the role, or takes it',
        params: IdParams,
        body: DecisionBody,
        response: DONE,
      },
    },
    (request) => {
      const { step, decision, comment = '' } = request.body;
      const terms = termsOfBody(request.body);
      happen(callerOf(request), request.params.id, { kind: 'decide', step, decision, comment, terms });
    },
  );

  app.post(
    '/requests/:id/role/revoke',
    {
      schema: {
        tags,
        summary: 'Take back a role that one has approved',
        params: IdParams,
        response: DONE,
      },
    },
    (request) => happen(callerOf(request), request.params.id, { kind: 'revoke' }),
  );
}
