import type { GraphContext } from '../context.ts';
import { findReference } from '../find-reference.ts';
import type {
  AccessRequestFilter,
  AccessRequestScope,
  GrantWindowInput,
  Resolvers,
} from '../generated/graphql.ts';
import { enumValueOrNull } from '../kit/enum-value.ts';
import { mutate } from '../kit/mutation.ts';
import { offsetConnection } from '../kit/offset-connection.ts';
import { recordField } from '../kit/record-field.ts';
import { type AccessRequestRef, accessRequestRef, roleWorkflowRef } from '../references.ts';
import { decideOnRequest, revokeRequestedRole } from './decisions.ts';
import { grantedWindow } from './granted.ts';
import { requestBody, windowBody, windowFields } from './input.ts';
import { deleteRequest, postRequest, type RequestList, type RequestSearch } from './rest.ts';

const field = recordField((context) => context.loaders.accessRequests);

const LISTS: Readonly<Record<AccessRequestScope, RequestList>> = {
  MINE: 'requests',
  MINE_WAITING: 'active_requests',
  TO_APPROVE: 'approvals',
  TO_APPROVE_WAITING: 'active_approvals',
  ALL: 'all',
};

/** Access requests: fields, lists, and the writes. */
export const accessRequestResolvers: Resolvers = {
  AccessRequest: {
    name: field((request) => request.name),
    status: async (request, _args, context, info) =>
      enumValueOrNull((await recordOf(request, context))?.status ?? null, info),
    rawStatus: field((request) => request.status),
    workflow: field(({ workflowId }) => (workflowId ? roleWorkflowRef(workflowId) : null)),
    requester: field((request) => request.requester),
    targetUser: field((request) => request.targetUser),
    requestedRole: field((request) => request.requestedRole),
    action: async (request, _args, context, info) =>
      enumValueOrNull((await recordOf(request, context))?.action ?? null, info),
    rawAction: field((request) => request.action),
    justification: field((request) => request.justification),
    comment: field((request) => request.comment),
    requested: field((request) => request.requested),
    granted: field(grantedWindow),
    steps: field((request) => request.steps),
    canApproverRevoke: field((request) => request.canApproverRevoke),
    revocation: field((request) => request.revocation),
    createdAt: field((request) => request.createdAt),
    updatedAt: field((request) => request.updatedAt),
  },
  GrantWindow: {
    type: ({ type }, _args, _context, info) => enumValueOrNull(type, info),
    rawType: ({ type }) => type,
  },
  ApprovalStep: {
    match: ({ match }, _args, _context, info) => enumValueOrNull(match, info),
    rawMatch: ({ match }) => match,
  },
  Approval: {
    decision: ({ decision }, _args, _context, info) => enumValueOrNull(decision, info),
    rawDecision: ({ decision }) => decision,
  },
  Query: {
    accessRequest: (_, { id }, context, info) => findReference('AccessRequest', id, context, info),
    accessRequests: (_, { filter, ...page }, { loaders }) =>
      offsetConnection(
        loaders.accessRequests.pages(LISTS[filter?.scope ?? 'ALL'], searchOf(filter)),
        page,
        (request) => accessRequestRef(request.id, request),
      ),
  },
  Mutation: {
    createAccessRequest: (_, { input }, context) =>
      mutate(
        { input },
        async () => {
          const id = await postRequest(context.workflowEngine, await requestBody(input, context));
          return { accessRequest: accessRequestRef(id) };
        },
        {
          requested_role: ['input', 'role'],
          target_user: ['input', 'targetUser'],
          action: ['input', 'action'],
          request_justification: ['input', 'justification'],
          workflow: ['input', 'workflowId'],
          ...windowFields('input', 'grant'),
        },
      ),
    deleteAccessRequest: (_, { id }, { workflowEngine }) =>
      mutate({ id }, async () => {
        await deleteRequest(workflowEngine, id);
        return { deletedId: id };
      }),
    approveAccessRequest: (_, args, context) => decide(args, 'APPROVED', [], context),
    denyAccessRequest: (_, args, context) => decide(args, 'DENIED', [], context),
    decideAccessRequest: (_, { id, input }, context) =>
      decide({ id, ...input }, input.decision, ['input'], context),
    revokeRequestedRole: (_, { id }, { workflowEngine }) =>
      mutate({ id }, async () => {
        await revokeRequestedRole(workflowEngine, id);
        return { accessRequest: accessRequestRef(id) };
      }),
  },
};

interface DecisionArguments {
  readonly id: string;
  readonly step: number;
  readonly comment?: string | null;
  readonly grant?: GrantWindowInput | null;
}

/** @param at path of the decision in the mutation's arguments. */
function decide(
  { id, step, comment, grant }: DecisionArguments,
  decision: string,
  at: readonly string[],
  { workflowEngine }: GraphContext,
) {
  return mutate(
    { id },
    async () => {
      const said = comment ?? undefined;
      await decideOnRequest(workflowEngine, id, { step, decision, comment: said, ...windowBody(grant) });
      return { accessRequest: accessRequestRef(id) };
    },
    {
      step: [...at, 'step'],
      decision: [...at, 'decision'],
      comment: [...at, 'comment'],
      ...windowFields(...at, 'grant'),
    },
  );
}

/** A list without further conditions needs no search. */
function searchOf(filter: AccessRequestFilter | null | undefined): RequestSearch | null {
  const { text, createdFrom, createdTo } = filter ?? {};
  if (!text && !createdFrom && !createdTo) return null;
  return {
    keywords: text ?? undefined,
    start_time: createdFrom?.toISOString(),
    end_time: createdTo?.toISOString(),
  };
}

function recordOf({ id, record }: AccessRequestRef, { loaders }: GraphContext) {
  return record ?? loaders.accessRequests.load(id);
}
