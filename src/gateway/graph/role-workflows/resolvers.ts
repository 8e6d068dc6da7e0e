import type { GraphContext } from '../context.ts';
import { findReference } from '../find-reference.ts';
import type { Resolvers } from '../generated/graphql.ts';
import { enumValueOrNull, enumValues } from '../kit/enum-value.ts';
import { mutate } from '../kit/mutation.ts';
import { offsetConnection, pagesOf } from '../kit/offset-connection.ts';
import { recordField } from '../kit/record-field.ts';
import { accessRequestRef, type RoleWorkflowRef, roleWorkflowRef } from '../references.ts';
import { BODY_FIELDS, workflowBody } from './input.ts';
import { replaceWorkflow } from './replace.ts';
import { deleteWorkflow, postWorkflow } from './rest.ts';

const field = recordField((context) => context.loaders.roleWorkflows);

/** Role workflows: fields, links to requests, and the writes. */
export const roleWorkflowResolvers: Resolvers = {
  RoleWorkflow: {
    name: field((workflow) => workflow.name),
    comment: field((workflow) => workflow.comment),
    action: async (workflow, _args, context, info) =>
      enumValueOrNull((await recordOf(workflow, context))?.action ?? null, info),
    rawAction: field((workflow) => workflow.action),
    grantTypes: async (workflow, _args, context, info) => {
      const record = await recordOf(workflow, context);
      return record && enumValues(record.grantTypes, info);
    },
    targetRoles: field((workflow) => workflow.targetRoles),
    requesterRoles: field((workflow) => workflow.requesterRoles),
    steps: field((workflow) => workflow.steps),
    maxActiveRequests: field((workflow) => workflow.maxActiveRequests),
    maxTimeRestrictedDays: field((workflow) => workflow.maxTimeRestrictedDays),
    maxFloatingHours: field((workflow) => workflow.maxFloatingHours),
    canBypassRevokeWorkflow: field((workflow) => workflow.canBypassRevokeWorkflow),
    requiresJustification: field((workflow) => workflow.requiresJustification),
    author: field((workflow) => workflow.author),
    createdAt: field((workflow) => workflow.createdAt),
    updatedAt: field((workflow) => workflow.updatedAt),
    updatedBy: field((workflow) => workflow.updatedBy),
    async requests({ id }, { status, ...page }, { loaders }) {
      const requests = await loaders.accessRequests.linkedTo('workflow', id);
      const found = status ? requests.filter((request) => request.status === status) : requests;
      return offsetConnection(pagesOf(found), page, (request) => accessRequestRef(request.id, request));
    },
  },
  WorkflowStep: {
    match: ({ match }, _args, _context, info) => enumValueOrNull(match, info),
    rawMatch: ({ match }) => match,
  },
  Query: {
    roleWorkflow: (_, { id }, context, info) => findReference('RoleWorkflow', id, context, info),
    roleWorkflows: (_, page, { loaders }) =>
      offsetConnection(loaders.roleWorkflows.page, page, (workflow) =>
        roleWorkflowRef(workflow.id, workflow),
      ),
  },
  Mutation: {
    createRoleWorkflow: (_, { input }, { workflowEngine }) =>
      mutate(
        { input },
        async () => {
          const id = await postWorkflow(workflowEngine, await workflowBody(workflowEngine, input));
          return { roleWorkflow: roleWorkflowRef(id) };
        },
        BODY_FIELDS,
      ),
    updateRoleWorkflow: (_, { id, input, ifUpdatedAt }, { workflowEngine }) =>
      mutate(
        { id, input },
        async () => {
          const body = await workflowBody(workflowEngine, input);
          await replaceWorkflow(workflowEngine, id, body, ifUpdatedAt ?? null);
          return { roleWorkflow: roleWorkflowRef(id) };
        },
        BODY_FIELDS,
      ),
    deleteRoleWorkflow: (_, { id }, { workflowEngine }) =>
      mutate({ id }, async () => {
        await deleteWorkflow(workflowEngine, id);
        return { deletedId: id };
      }),
  },
};

function recordOf({ id, record }: RoleWorkflowRef, { loaders }: GraphContext) {
  return record ?? loaders.roleWorkflows.load(id);
}
