import { Type } from '@sinclair/typebox';
import type { AuthApiContext } from '../../context.ts';
import { objectNotFound } from '../../engine-error.ts';
import { callerOf } from '../../http/authentication.ts';
import { CREATED, DONE, engineAnswers } from '../../http/engine-answers.ts';
import type { App } from '../../http/typed-app.ts';
import type { RoleWorkflow } from '../../policy/requests/role-workflow.ts';
import {
  deleteWorkflow,
  findWorkflow,
  insertWorkflow,
  listWorkflows,
  updateWorkflow,
} from '../../store/workflows.ts';
import { IdParams } from '../../wire/names.ts';
import { PageOf, pageQuery, rangeOf } from '../../wire/workflow-engine/pages.ts';
import { Workflow, WorkflowBody, workflowAnswers, workflowOf } from '../../wire/workflow-engine/workflows.ts';

const tags = ['Role workflows'];

/** Serves the templates that requests follow (contract section 17). */
export function workflowRoutes(app: App, { database, newId, now }: AuthApiContext): void {
  const getWorkflow = (id: string): RoleWorkflow => {
    const workflow = findWorkflow(database, id);
    if (workflow === null) throw objectNotFound('workflow', id);
    return workflow;
  };

  app.get(
    '/workflows',
    {
      config: { takes: 'readWorkflows' },
      schema: {
        tags,
        summary: 'List workflows, in the order they were made',
        querystring: Type.Object(pageQuery),
        response: engineAnswers(PageOf(Workflow)),
      },
    },
    (request) => {
      const { count, items } = listWorkflows(database, rangeOf(request.query));
      return { count, items: workflowAnswers(database, items) };
    },
  );

  app.post(
    '/workflows',
    {
      config: { takes: 'writeWorkflows' },
      schema: { tags, summary: 'Create a workflow', body: WorkflowBody, response: CREATED },
    },
    (request, reply) => {
      const id = newId();
      const author = callerOf(request).user.uuid;
      const at = now();
      const stamp = { id, author, createdAt: at, updatedAt: at, updatedBy: author };
      insertWorkflow(database, workflowOf(database, request.body, stamp, newId));
      reply.code(201);
      return { id };
    },
  );

  app.get(
    '/workflows/:id',
    {
      config: { takes: 'readWorkflows' },
      schema: { tags, summary: 'Get a workflow', params: IdParams, response: engineAnswers(Workflow) },
    },
    (request) => workflowAnswers(database, [getWorkflow(request.params.id)])[0],
  );

  app.put(
    '/workflows/:id',
    {
      config: { takes: 'writeWorkflows' },
      schema: {
        tags,
        summary: 'Replace a workflow; requests that are under way keep their copy',
        params: IdParams,
        body: WorkflowBody,
        response: DONE,
      },
    },
    (request) => {
      const { id, author, createdAt, updatedAt } = getWorkflow(request.params.id);
      // Never twice the same time, so that whoever compares it sees every change.
      const at = Math.max(now(), updatedAt + 1);
      const stamp = { id, author, createdAt, updatedAt: at, updatedBy: callerOf(request).user.uuid };
      updateWorkflow(database, workflowOf(database, request.body, stamp, newId));
    },
  );

  app.delete(
    '/workflows/:id',
    {
      config: { takes: 'writeWorkflows' },
      schema: {
        tags,
        summary: 'Delete a workflow; its requests stay as they are',
        params: IdParams,
        response: DONE,
      },
    },
    (request) => {
      const { id } = request.params;
      getWorkflow(id);
      deleteWorkflow(database, id);
    },
  );
}
