import type { RestClient } from '../../upstream/client/client.ts';
import { path } from '../../upstream/client/path.ts';
import { type OffsetPage, pageOf, pageOfPath, readRange } from '../../upstream/reading/offset-pages.ts';
import { nothing, object, text } from '../../upstream/reading/shape.ts';
import { createdTraceably } from '../../upstream/resilience/traceable-create.ts';
import { type AccessRequestRecord, readRequest } from './wire.ts';

/** The lists of requests that the engine keeps for its caller (contract section 18). */
export type RequestList = 'requests' | 'active_requests' | 'approvals' | 'active_approvals' | 'all';

/** What to look for in a list; what is undefined is no condition. */
export interface RequestSearch {
  readonly keywords: string | undefined;
  /** RFC 3339, like the other. */
  readonly start_time: string | undefined;
  readonly end_time: string | undefined;
}

/** A time for which to hold a role. */
export interface GrantWindowBody {
  readonly grant_type: string;
  readonly grant_start: string | undefined;
  readonly grant_end: string | undefined;
  readonly floating_length: number | undefined;
}

/** What is asked for. */
export interface AccessRequestBody extends Partial<GrantWindowBody> {
  readonly requested_role: { readonly id: string };
  readonly target_user: { readonly id: string };
  readonly action: string;
  readonly request_justification: string | undefined;
  readonly workflow: string | undefined;
}

/** What is decided on a step. */
export interface DecisionBody extends Partial<GrantWindowBody> {
  readonly step: number;
  readonly decision: string;
  readonly comment: string | undefined;
}

/** Reads a request; null if there is none. */
export function findRequest(client: RestClient, id: string): Promise<AccessRequestRecord | null> {
  return client.find(path`/workflow-engine/api/v1/requests/${id}`, readRequest);
}

/** Reads a page of one of the lists. */
export function listRequests(
  client: RestClient,
  filter: RequestList,
  offset: number,
  limit: number,
): Promise<OffsetPage<AccessRequestRecord>> {
  return client.get(pageOfPath(path`/workflow-engine/api/v1/requests`, offset, limit, { filter }), readPage);
}

/** Reads a page of those requests of a list that meet conditions. */
export function searchRequests(
  client: RestClient,
  filter: RequestList,
  search: RequestSearch,
  offset: number,
  limit: number,
): Promise<OffsetPage<AccessRequestRecord>> {
  const page = pageOfPath(path`/workflow-engine/api/v1/requests/search`, offset, limit, { filter });
  return client.ask(page, readPage, search);
}

/** Creates a request, and gives the id that the engine chose. */
export function postRequest(client: RestClient, body: AccessRequestBody): Promise<string> {
  const role = body.requested_role.id;
  const user = body.target_user.id;
  return createdTraceably(client, {
    likeness: `request ${body.action} ${role} ${user}`,
    create: () =>
      client.write(
        'NEVER_REPEATED',
        'POST',
        path`/workflow-engine/api/v1/requests`,
        (answer) => text(object(answer, 'request answer')['id'], 'request answer.id'),
        body,
      ),
    async alike() {
      // Those of the caller that wait: whatever was just asked for is one of them.
      const { items } = await readRange(
        (offset, limit) => listRequests(client, 'active_requests', offset, limit),
        0,
      );
      const alike = items.filter(
        ({ action, requestedRole, targetUser }) =>
          action === body.action && requestedRole?.id === role && targetUser?.id === user,
      );
      return alike.map(({ id }) => id);
    },
    answerFor: (id) => id,
  });
}

/** Deletes a request; a role that it granted stays granted. */
export function deleteRequest(client: RestClient, id: string): Promise<void> {
  return client.write(
    'IDEMPOTENT_BY_METHOD',
    'DELETE',
    path`/workflow-engine/api/v1/requests/${id}`,
    nothing,
  );
}

/** Decides on a step of a request. */
export function postDecision(client: RestClient, id: string, body: DecisionBody): Promise<void> {
  return client.write(
    'NEVER_REPEATED',
    'POST',
    path`/workflow-engine/api/v1/requests/${id}/decision`,
    nothing,
    body,
  );
}

/** Takes the role that a request granted back from its user. */
export function revokeRole(client: RestClient, id: string): Promise<void> {
  return client.write(
    'NEVER_REPEATED',
    'POST',
    path`/workflow-engine/api/v1/requests/${id}/role/revoke`,
    nothing,
  );
}

const readPage = pageOf('requests', readRequest);
