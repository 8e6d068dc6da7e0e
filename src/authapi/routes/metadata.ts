import { Type } from '@sinclair/typebox';
import type { AuthApiContext } from '../context.ts';
import { registerDefinitions } from '../guards/definitions.ts';
import { answers, Empty } from '../http/answers.ts';
import { callerOf } from '../http/authentication.ts';
import type { App } from '../http/typed-app.ts';
import { Id } from '../wire/names.ts';

const tags = ['Definitions'];
const Definition = Type.Object({ name: Id }, { description: 'Only the name is read' });

/**
 * Registers definitions of workflows, tasks and schedules, as far as access to them goes: by name, with what creating
 * them gives (contract section 25). What they define is Conductor's and is not kept, so there are none to list.
 */
export function metadataRoutes(app: App, context: AuthApiContext): void {
  app.get('/metadata/taskdefs', { schema: { hide: true } }, () => []);

  app.post(
    '/metadata/workflow',
    {
      schema: { tags, summary: 'Register a workflow definition', body: Definition, response: answers(Empty) },
    },
    (request) => registerDefinitions(context, callerOf(request), 'WORKFLOW_DEF', [request.body.name]),
  );

  app.post(
    '/metadata/taskdefs',
    {
      schema: {
        tags,
        summary: 'Register task definitions, all or none',
        body: Type.Array(Definition),
        response: answers(Empty),
      },
    },
    (request) => {
      const names = request.body.map(({ name }) => name);
      registerDefinitions(context, callerOf(request), 'TASK_DEF', names);
    },
  );

  app.post(
    '/scheduler/schedules',
    { schema: { tags, summary: 'Register a schedule', body: Definition, response: answers(Empty) } },
    (request) => registerDefinitions(context, callerOf(request), 'WORKFLOW_SCHEDULE', [request.body.name]),
  );
}
